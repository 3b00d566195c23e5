import { intTensor } from '../../onnx/tensor.ts';
import { makeNode } from '../builder.ts';
import { consumersOf, type Graph, intOf, intsOf, type Node, producersOf } from '../graph.ts';
import type { Dim, Shapes } from '../probe.ts';
import { pruneGraph } from '../prune.ts';
import { reshapeTarget } from './reshape.ts';

const ELEMENTWISE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Where',
  'Erf',
  'Tanh',
  'Relu',
  'IsNaN',
  'Cast',
  'Gelu',
]);
const ONE: Dim = [1, 1];

/**
 * A classifier that reads the first token only needs the last layer's query, attention row and feed-forward part of
 * that token alone. Moves the choice of the token (Gather of index 0 along the sequence) up to where other tokens
 * begin to matter: the keys and values. The numbers stay the same. `shapes` learns the shapes of the new values.
 */
export function keepFirstToken(graph: Graph, shapes: Shapes): void {
  const producers = producersOf(graph);
  const choice = graph.nodes.find((node) => isFirstToken(graph, node, shapes));
  if (!choice) return;
  const narrow = createNarrowing(graph, shapes, producers);
  choice.inputs[0] = narrow.value(choice.inputs[0]!, 1);
  const made = new Set(narrow.nodes);
  // Each new node before the first that reads it: all new ones stand where the choice stood.
  graph.nodes = graph.nodes.flatMap((node) => (node === choice ? [...made, node] : [node]));
  pruneGraph(graph);
}

function isFirstToken(graph: Graph, node: Node, shapes: Shapes): boolean {
  if (node.op !== 'Gather' || intOf(node, 'axis', 0) !== 1) return false;
  const dims = shapes.get(node.inputs[0]!)?.dims;
  const index = graph.initializers.get(node.inputs[1]!);
  if (dims?.length !== 3 || dims[1]![0] === dims[1]![1] || index?.dtype !== 'int64') return false;
  return index.bytes.length === 8 && index.bytes.every((byte) => byte === 0);
}

function createNarrowing(graph: Graph, shapes: Shapes, producers: ReadonlyMap<string, Node>) {
  const consumers = consumersOf(graph);
  const known = new Map<string, string>();
  const nodes: Node[] = [];
  const zero = 'first_token/zero';
  graph.initializers.set(zero, intTensor([0]));
  shapes.set(zero, { dtype: 'int64', dims: [ONE] });

  const dimsOf = (name: string) => shapes.get(name)!.dims;
  const narrowed = (name: string, axis: number) => {
    const result = `${name}/first_token`;
    const { dtype, dims } = shapes.get(name)!;
    shapes.set(result, { dtype, dims: dims.map((dim, i) => (i === axis ? ONE : dim)) });
    return result;
  };
  const emit = (node: Node, inputs: readonly string[], output: string) => {
    nodes.push({ ...node, name: `${node.name}/first_token`, inputs: [...inputs], outputs: [output] });
    return output;
  };
  const gather = (name: string, axis: number): string => {
    const output = narrowed(name, axis);
    const spec = {
      op: 'Gather',
      name: output,
      inputs: [name, zero],
      outputs: [output],
      attributes: { axis },
    };
    nodes.push(makeNode(spec));
    return output;
  };

  /** `name` restricted to position 0 of an axis. */
  function value(name: string, axis: number): string {
    const key = `${name} ${axis}`;
    const found = known.get(key) ?? make(name, axis);
    known.set(key, found);
    return found;
  }

  function make(name: string, axis: number): string {
    const node = producers.get(name);
    const shared = (consumers.get(name) ?? []).length > 1 || graph.outputs.some((o) => o.name === name);
    const inputs = !node || shared || node.outputs.length > 1 ? undefined : narrowedInputs(node, axis);
    return inputs ? emit(node!, inputs, narrowed(name, axis)) : gather(name, axis);
  }

  /** The inputs of a node whose output is wanted at position 0 of `axis`; undefined: not to be had from inputs. */
  function narrowedInputs(node: Node, axis: number): string[] | undefined {
    const [a, b] = node.inputs as [string, string];
    const output = dimsOf(node.outputs[0]!);
    const last = output.length - 1;
    if (ELEMENTWISE.has(node.op)) return node.inputs.map((input) => operand(input, output, axis));
    if (node.op === 'LayerNormalization' && intOf(node, 'axis', -1) === -1 && axis < last)
      return [value(a, axis), ...node.inputs.slice(1)];
    if (node.op === 'Softmax' && intOf(node, 'axis', -1) === -1 && axis < last) return [value(a, axis)];
    if (node.op === 'MatMul' && axis === last - 1 && dimsOf(a).length === output.length)
      return [value(a, axis), b];
    if (node.op === 'Transpose') return [value(a, (intsOf(node, 'perm') ?? [])[axis] ?? last - axis)];
    if (node.op === 'Reshape') return reshaped(node, axis);
    return undefined;
  }

  /** An operand of an elementwise operator: narrowed unless it is broadcast along the axis. */
  function operand(name: string, output: readonly Dim[], axis: number): string {
    const dims = dimsOf(name);
    const own = axis - (output.length - dims.length);
    return own < 0 || (dims[own]![0] === 1 && dims[own]![1] === 1) ? name : value(name, own);
  }

  /** Splitting or joining heads leaves batch and sequence where they are. */
  function reshaped(node: Node, axis: number): string[] | undefined {
    const from = dimsOf(node.inputs[0]!);
    const to = dimsOf(node.outputs[0]!);
    const kept = to.slice(0, axis + 1).every((dim, i) => from[i]?.[0] === dim[0] && from[i]?.[1] === dim[1]);
    const target = kept ? reshapeTarget(from, to) : undefined;
    if (!target) return undefined;
    const input = value(node.inputs[0]!, axis);
    const name = `${node.outputs[0]}/first_token/target`;
    graph.initializers.set(name, intTensor(target));
    shapes.set(name, { dtype: 'int64', dims: [[target.length, target.length]] });
    return [input, name];
  }

  return { value, nodes };
}
