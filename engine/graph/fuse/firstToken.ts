import { mustGet } from '../../../process/must.ts';
import { makeNode } from '../builder.ts';
import { type Graph, intOf, intsOf, type Node, readsOf } from '../graph.ts';
import { type Dim, type Shapes, sameDim } from '../shapes.ts';
import { intTensor } from '../tensor.ts';
import { reshapeTarget } from './reshape.ts';

const ELEMENTWISE = new Set(
  'Add Sub Mul Div Pow Where Erf Tanh Relu Sqrt Neg IsNaN Sigmoid Gelu FastGelu QuickGelu'.split(' '),
);
const ONE: Dim = [1, 1];
const ZERO = 'first_token/zero';

/** How much of a value the rest of the graph reads: position 0 of one axis, or everything. */
type Demand = number | 'all';

/**
 * A classifier that reads the first token only needs the last layer's query, attention row and feed-forward part of
 * that token alone. Values that matter at the first token only are computed there only; the keys and values of the
 * last layer are the first that need every token. The numbers stay the same. In place, `shapes` too.
 */
export function keepFirstToken(graph: Graph, shapes: Shapes): void {
  const demands = demandsOf(graph, shapes);
  if (![...demands.values()].some((demand) => demand !== 'all')) return;
  graph.initializers.set(ZERO, intTensor([0]));
  shapes.set(ZERO, { dtype: 'int64', dims: [ONE] });
  const original = new Map(shapes);
  const chosen = new Map<string, string>();
  graph.nodes = graph.nodes.flatMap((node) => {
    const output = node.outputs[0]!;
    const axis = demands.get(output);
    const wanted = typeof axis === 'number' ? inputAxes(node, axis, original) : undefined;
    if (!wanted) return [node];
    const added: Node[] = [];
    const target = node.op === 'Reshape' ? addTarget(graph, node, original, shapes) : undefined;
    node.inputs = node.inputs.map((input, i) => {
      const own = wanted[i];
      if (own === undefined || demands.get(input) === own) return input;
      const key = `${input}/first_of_${own}`;
      if (!chosen.has(key)) added.push(choose(input, own, key, shapes));
      chosen.set(key, key);
      return key;
    });
    if (target) {
      node.inputs[1] = target;
      node.attributes.delete('allowzero');
    }
    shapes.set(output, narrowed(original, output, axis as number));
    return [...added, node];
  });
}

/** What is read of each value, found from the end. */
function demandsOf(graph: Graph, shapes: Shapes): Map<string, Demand> {
  const demands = new Map<string, Demand>(graph.outputs.map(({ name }) => [name, 'all']));
  const ask = (name: string, demand: Demand) =>
    demands.set(name, (demands.get(name) ?? demand) === demand ? demand : 'all');
  for (const node of [...graph.nodes].reverse()) {
    const axis = node.outputs.length === 1 ? demands.get(node.outputs[0]!) : 'all';
    const wanted = isFirstToken(graph, node, shapes)
      ? [1]
      : typeof axis === 'number'
        ? inputAxes(node, axis, shapes)
        : undefined;
    if (!wanted) for (const output of node.outputs) demands.set(output, 'all');
    node.inputs.forEach((input, i) => {
      if (input !== '') ask(input, wanted?.[i] ?? 'all');
    });
    for (const name of readsOf(node).slice(node.inputs.filter(Boolean).length)) ask(name, 'all');
  }
  // Weights, inputs and constants are whole; whoever needs less of them chooses.
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const name of demands.keys()) if (!made.has(name)) demands.set(name, 'all');
  return demands;
}

function isFirstToken(graph: Graph, node: Node, shapes: Shapes): boolean {
  if (node.op !== 'Gather' || intOf(node, 'axis', 0) !== 1) return false;
  const dims = shapes.get(node.inputs[0]!)?.dims;
  const index = graph.initializers.get(node.inputs[1]!);
  if (dims?.length !== 3 || dims[1]![0] === dims[1]![1] || index?.dtype !== 'int64') return false;
  return index.bytes.length === 8 && index.bytes.every((byte) => byte === 0);
}

/**
 * For a node whose output is wanted at position 0 of `axis`: the axis of each input that is wanted at position 0,
 * undefined for an input that is wanted whole. undefined: the operator does not work position by position.
 */
function inputAxes(node: Node, axis: number, shapes: Shapes): (number | undefined)[] | undefined {
  const output = shapes.get(node.outputs[0]!)?.dims;
  if (!output || node.inputs.some((input) => input !== '' && !shapes.has(input))) return undefined;
  const last = output.length - 1;
  const dims = (i: number) => mustGet(shapes, node.inputs[i]!, 'shape').dims;
  if (ELEMENTWISE.has(node.op)) {
    return node.inputs.map((_, i) => {
      const own = axis - (output.length - dims(i).length);
      return own < 0 || isOne(dims(i)[own]!) ? undefined : own;
    });
  }
  const lastAxis = intOf(node, 'axis', -1);
  const alongLast = lastAxis === -1 || lastAxis === last;
  if ((node.op === 'LayerNormalization' || node.op === 'Softmax') && alongLast && axis < last) return [axis];
  if (node.op === 'MatMul' && axis === last - 1 && dims(0).length === output.length) return [axis];
  if (node.op === 'Transpose') return [intsOf(node, 'perm')?.[axis] ?? last - axis];
  // Splitting or joining heads leaves batch and sequence where they are.
  if (node.op === 'Reshape' && reshapeTarget(dims(0), output))
    return output.slice(0, axis + 1).every((dim, i) => sameDim(dims(0)[i], dim)) ? [axis] : undefined;
  return undefined;
}

const isOne = ([a, b]: Dim) => a === 1 && b === 1;

function narrowed(shapes: Shapes, name: string, axis: number) {
  const { dtype, dims } = mustGet(shapes, name, 'shape');
  return { dtype, dims: dims.map((dim, i) => (i === axis ? ONE : dim)) };
}

function choose(input: string, axis: number, output: string, shapes: Shapes): Node {
  shapes.set(output, narrowed(shapes, input, axis));
  return makeNode({
    op: 'Gather',
    name: output,
    inputs: [input, ZERO],
    outputs: [output],
    attributes: { axis },
  });
}

/** Where the sequence was copied from the input it still is, now of length 1. */
function addTarget(graph: Graph, node: Node, original: Shapes, shapes: Shapes): string {
  const dims = (value: string) => mustGet(original, value, 'original value').dims;
  const target = reshapeTarget(dims(node.inputs[0]!), dims(node.outputs[0]!))!;
  const name = `${node.outputs[0]}/first_token/target`;
  graph.initializers.set(name, intTensor(target));
  shapes.set(name, { dtype: 'int64', dims: [[target.length, target.length]] });
  return name;
}
