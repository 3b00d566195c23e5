import { makeNode } from './builder.ts';
import { bodiesOf, freshName, type Graph, intOf, intsOf, type Model, type Node } from './graph.ts';
import type { Shapes } from './shapes.ts';
import { intTensor } from './tensor.ts';

/** The oldest opset whose forms the gradient rules emit: axes of all reductions are inputs. */
const TRAINING_OPSET = 18;

const AXES_INPUT = new Set([
  'Squeeze',
  'Unsqueeze',
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceL1',
  'ReduceL2',
  'ReduceProd',
  'ReduceSumSquare',
  'ReduceLogSum',
  'ReduceLogSumExp',
]);
const LAST_AXIS_MEANING = new Set(['Softmax', 'LogSoftmax']);

/** Rewrites operators whose form changed between the model's opset and 18 (ONNX Changelog.md). In place. */
export function upgradeModel(model: Model, shapes: Shapes): void {
  if (model.opset >= TRAINING_OPSET) return;
  upgradeGraph(model.graph, { opset: model.opset, shapes });
  model.opset = TRAINING_OPSET;
  model.irVersion = Math.max(model.irVersion, 8);
}

function upgradeGraph(graph: Graph, from: { opset: number; shapes: Shapes }): void {
  graph.nodes = graph.nodes.flatMap((node) => {
    for (const body of bodiesOf(node)) upgradeGraph(body, from);
    if (node.domain !== '') return [node];
    if (AXES_INPUT.has(node.op)) axesToInput(graph, node);
    if (node.op === 'Split') splitToInput(graph, node);
    if (from.opset < 13 && LAST_AXIS_MEANING.has(node.op)) return flattenedSoftmax(graph, node, from.shapes);
    return [node];
  });
}

function addInts(graph: Graph, node: Node, values: readonly number[]): string {
  const name = freshName(graph, `${node.name}/${node.outputs[0]}/axes`);
  graph.initializers.set(name, intTensor(values));
  return name;
}

function axesToInput(graph: Graph, node: Node): void {
  const axes = intsOf(node, 'axes');
  node.attributes.delete('axes');
  if (axes) node.inputs[1] = addInts(graph, node, axes);
}

function splitToInput(graph: Graph, node: Node): void {
  const sizes = intsOf(node, 'split');
  node.attributes.delete('split');
  if (sizes) node.inputs[1] = addInts(graph, node, sizes);
  if (!node.inputs[1]) node.attributes.set('num_outputs', { kind: 'int', value: node.outputs.length });
}

/** Before opset 13 Softmax flattened to two dimensions at `axis`; the two meanings agree on the last axis. */
function flattenedSoftmax(graph: Graph, node: Node, shapes: Shapes): Node[] {
  const axis = intOf(node, 'axis', 1);
  const rank = shapes.get(node.outputs[0]!)?.dims.length;
  if (axis === -1 || axis + 1 === rank) {
    node.attributes.set('axis', { kind: 'int', value: -1 });
    return [node];
  }
  const stem = freshName(graph, `${node.name}/flat`);
  const [shape, flat, soft] = [`${stem}/shape`, `${stem}/in`, `${stem}/out`];
  return [
    makeNode({ op: 'Shape', name: shape, inputs: [node.inputs[0]!], outputs: [shape] }),
    makeNode({ op: 'Flatten', name: flat, inputs: [node.inputs[0]!], outputs: [flat], attributes: { axis } }),
    makeNode({ op: node.op, name: soft, inputs: [flat], outputs: [soft], attributes: { axis: -1 } }),
    makeNode({ op: 'Reshape', name: node.name, inputs: [soft, shape], outputs: node.outputs }),
  ];
}
