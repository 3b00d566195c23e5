import { EngineError, invariant } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { type Shapes, sameDims } from '../graph/shapes.ts';
import { sumToShape } from './broadcast.ts';
import { valuesNeedingGradient } from './reach.ts';
import {
  carriesGradient,
  type InputNames,
  type InputRule,
  keyOf,
  noGradientRule,
  type RuleContext,
  ruleFor,
} from './registry.ts';
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
  const { shapes } = request;
  const builder = new GraphBuilder(graph, PREFIX, shapes);
  const needed = valuesNeedingGradient(graph, request.loss, request.wrt);
  const gradients = new Map<string, string>([[request.loss, builder.scalar(1)]]);
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((y) => gradients.has(y))) continue;
    node.inputs.forEach((input, index) => {
      if (!needed.has(input) || !carriesGradient(node, index)) return;
      const rule = request.instead?.get(keyOf(node)) ?? ruleFor(node, index, request.modelName);
      const context = contextFor(node, index, { builder, gradients, modelName: request.modelName });
      const contribution = unbroadcast(rule(context), context);
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

/** What a rule gives, in the shape of the input that it is the gradient of: axes that the operator stretched are summed. */
function unbroadcast(gradient: string, { b, node, x, index, shape }: RuleContext): string {
  const found = b.shapeOf(gradient);
  invariant(found, `the rule of ${keyOf(node)} gives a value of unknown shape for node "${node.name}"`);
  return sumToShape(b, gradient, { from: found.dims, to: shape(x[index] ?? '').dims });
}

interface Backward {
  readonly modelName: string;
  readonly builder: GraphBuilder;
  readonly gradients: ReadonlyMap<string, string>;
}

const inputNames = ([a = '', b = '', c = '', d = '', e = '', ...more]: readonly string[]): InputNames => [
  a,
  b,
  c,
  d,
  e,
  ...more,
];

const outputNames = ([first = '', ...more]: readonly string[]): RuleContext['y'] => [first, ...more];

function contextFor(node: Node, index: number, backward: Backward): RuleContext {
  const { builder, gradients, modelName } = backward;
  const shape = (value: string) => {
    const known = builder.shapeOf(value);
    invariant(known, `no shape is known for "${value}", read by node "${node.name}"`);
    return known;
  };
  const dys = node.outputs.map((y) => gradients.get(y));
  return {
    b: builder,
    node,
    x: inputNames(node.inputs),
    y: outputNames(node.outputs),
    get dy() {
      invariant(dys[0] !== undefined, `only a secondary output of node "${node.name}" has a gradient`);
      return dys[0];
    },
    dys,
    index,
    shape,
    rank: (value) => shape(value).dims.length,
    unsupported: (why) => {
      throw noGradientRule(node, modelName, why);
    },
    likeInput: (value) => {
      const [wanted, found] = [shape(node.inputs[index] ?? ''), builder.shapeOf(value)];
      invariant(!found || sameDims(found.dims, wanted.dims), `"${value}" has not the shape of its input`);
      builder.declare(value, wanted);
      return value;
    },
    output: (i) => {
      while (node.outputs.length <= i) node.outputs.push('');
      const name = node.outputs[i] || `${node.outputs[0]}/output_${i}`;
      node.outputs[i] = name;
      const told = builder.inferred(node)[i];
      if (told) builder.declare(name, told);
      return name;
    },
  };
}
