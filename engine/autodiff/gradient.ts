import { EngineError, invariant } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Shapes } from '../graph/probe.ts';
import { sumToShape } from './broadcast.ts';
import { valuesNeedingGradient } from './reach.ts';
import { type InputRule, keyOf, type RuleContext, ruleFor } from './registry.ts';
import './rules/all.ts';

export interface GradientRequest {
  /** Name of a scalar value. */
  readonly loss: string;
  /** Names of the values (graph inputs or initializers) to differentiate by. */
  readonly wrt: readonly string[];
  readonly shapes: Shapes;
  /** Rules that take the place of the registered ones, by operator with its domain: cheaper, less exact ones. */
  readonly instead?: ReadonlyMap<string, InputRule>;
  /** How errors call the model. */
  readonly modelName: string;
}

const PREFIX = 'grad';

/** Whether a node was made by `gradient`. */
export const isBackward = (node: Node): boolean => node.name.startsWith(`${PREFIX}/`);

/**
 * Reverse-mode automatic differentiation as a graph transformation: appends the backward pass to `graph` in ordinary
 * ONNX operators (opset 18 forms) and returns, for each name in `wrt`, the value that holds d loss / d name.
 *
 * Nodes are walked backwards once; each input's gradient is the sum over all uses (Griewank & Walther 2008, ch. 3).
 * Throws `no_gradient_rule` for an operator on the path without a rule and `no_path` for a weight that the loss does
 * not depend on.
 */
export function gradient(graph: Graph, request: GradientRequest): Map<string, string> {
  const builder = new GraphBuilder(graph, PREFIX);
  const needed = valuesNeedingGradient(graph, request.loss, request.wrt);
  const gradients = new Map<string, string>([[request.loss, builder.scalar(1)]]);
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((y) => gradients.has(y))) continue;
    node.inputs.forEach((input, index) => {
      if (!needed.has(input)) return;
      const rule = request.instead?.get(keyOf(node)) ?? ruleFor(node, index, request.modelName);
      const contribution = rule(contextFor(node, index, { builder, gradients, shapes: request.shapes }));
      const sofar = gradients.get(input);
      gradients.set(input, sofar === undefined ? contribution : builder.add(sofar, contribution));
    });
  }
  return new Map(request.wrt.map((name) => [name, found(gradients.get(name), name, request.modelName)]));
}

function found(value: string | undefined, name: string, modelName: string): string {
  if (value !== undefined) return value;
  throw new EngineError('no_path', `The output of ${modelName} does not depend on the weight "${name}".`);
}

interface Backward {
  readonly builder: GraphBuilder;
  readonly gradients: ReadonlyMap<string, string>;
  readonly shapes: Shapes;
}

function contextFor(node: Node, index: number, { builder, gradients, shapes }: Backward): RuleContext {
  const shape = (value: string) => {
    const known = shapes.get(value);
    invariant(known, `no shape is known for "${value}", read by node "${node.name}"`);
    return known;
  };
  const sumFrom: RuleContext['sumFrom'] = (value, from) =>
    sumToShape(builder, value, { from, to: shape(node.inputs[index]!).dims });
  const dys = node.outputs.map((y) => gradients.get(y));
  return {
    b: builder,
    node,
    x: node.inputs,
    y: node.outputs,
    get dy() {
      invariant(dys[0] !== undefined, `only a secondary output of node "${node.name}" has a gradient`);
      return dys[0];
    },
    dys,
    index,
    shape,
    rank: (value) => shape(value).dims.length,
    toOperand: (value) => sumFrom(value, shape(node.outputs[0]!).dims),
    sumFrom,
    output: (i) => {
      while (node.outputs.length <= i) node.outputs.push('');
      if (node.outputs[i] === '') node.outputs[i] = `${node.outputs[0]}/output_${i}`;
      return node.outputs[i]!;
    },
  };
}
