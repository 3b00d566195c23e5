import { mustGet } from '../../process/must.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { consumersOf, floatOf, intOf, intsOf, producersOf } from '../graph/graph.ts';
import type { Dim, Shapes } from '../graph/shapes.ts';

/** A linear layer y = x W (+ b), found in the graph by its weight matrix. */
export interface Linear {
  /** PyTorch module name where the graph tells it, else the weight's name. */
  readonly module: string;
  /** Initializer that holds W. */
  readonly weight: string;
  /** Whether the initializer is stored [in, out] (true) or as PyTorch does, [out, in]. */
  readonly storedInOut: boolean;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Every MatMul or Gemm that applies it; shared layers have several. */
  readonly uses: readonly Node[];
  /** Initializer of the bias that follows, if there is one. */
  readonly bias: string | undefined;
  /** Whether it works on every token, or on every position; false behind the pooling, where the classification head begins. */
  readonly perToken: boolean;
  /** Whether the matrix is read by nothing but these uses, all in the same direction: what is added to it changes them alone. */
  readonly ownMatrix: boolean;
}

/** All linear layers of a cleaned graph, in graph order. */
export function linearsOf(graph: Graph, shapes: Shapes): Linear[] {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const byWeight = new Map<string, Linear & { uses: Node[] }>();
  const taken = new Set<string>();
  const batch = shapes.get('input_ids')?.dims[0];
  for (const node of graph.nodes) {
    if (node.op !== 'MatMul' && node.op !== 'Gemm') continue;
    const matrix = matrixOf(graph, node, producers);
    if (!matrix) continue;
    const known = byWeight.get(matrix.weight);
    if (known) {
      if (known.storedInOut === matrix.storedInOut) known.uses.push(node);
      continue;
    }
    const dims = mustGet(graph.initializers, matrix.weight, 'constant').dims as [number, number];
    const [inFeatures, outFeatures] = matrix.storedInOut ? dims : [dims[1], dims[0]];
    const bias = biasOf(graph, node, consumers);
    // Exporters store equal biases, say zeros, once for many layers: such a one names none of them.
    const own = (consumers.get(bias ?? '') ?? []).length === 1 ? bias : undefined;
    const named = moduleName({ weight: matrix.weight, bias: own, node: node.name });
    const module = taken.has(named) ? matrix.weight : named;
    taken.add(module);
    const perToken = !isPerPair(shapes.get(node.outputs[0]!)?.dims ?? [], batch);
    const linear = { module, ...matrix, inFeatures, outFeatures, uses: [node], bias, perToken };
    byWeight.set(matrix.weight, { ...linear, ownMatrix: true });
  }
  return [...byWeight.values()].map((linear) => ({
    ...linear,
    ownMatrix: linear.uses.length === readsOfMatrix(linear.weight, consumers),
  }));
}

/** As many rows as pairs. A row for each token may be written [batch · tokens, size], and a graph's length may be fixed. */
const isPerPair = (dims: readonly Dim[], batch: Dim | undefined): boolean => {
  const rows = (run: 0 | 1) => dims.slice(0, -1).reduce((count, dim) => count * dim[run], 1);
  return batch !== undefined && batch[0] !== batch[1] && rows(0) === batch[0] && rows(1) === batch[1];
};

/** How many nodes read a matrix, as it is or transposed. */
function readsOfMatrix(weight: string, consumers: ReadonlyMap<string, readonly Node[]>): number {
  const readers = consumers.get(weight) ?? [];
  return readers.reduce(
    (count, { op, outputs }) => count + (op === 'Transpose' ? (consumers.get(outputs[0]!) ?? []).length : 1),
    0,
  );
}

function matrixOf(graph: Graph, node: Node, producers: ReadonlyMap<string, Node>) {
  // y = x W and nothing more: a product that is scaled, or of a transposed x, is another.
  if (node.op === 'Gemm' && (intOf(node, 'transA', 0) !== 0 || floatOf(node, 'alpha', 1) !== 1))
    return undefined;
  const flipped = node.op === 'Gemm' && intOf(node, 'transB', 0) === 1;
  const isMatrix = (name: string | undefined) =>
    name !== undefined && graph.initializers.get(name)?.dims.length === 2;
  const direct = node.inputs[1];
  if (isMatrix(direct)) return { weight: direct!, storedInOut: !flipped };
  const source = producers.get(direct ?? '');
  if (source?.op !== 'Transpose' || !isMatrix(source.inputs[0])) return undefined;
  const perm = intsOf(source, 'perm') ?? [1, 0];
  return perm[0] === 1 ? { weight: source.inputs[0]!, storedInOut: flipped } : undefined;
}

function biasOf(graph: Graph, node: Node, consumers: ReadonlyMap<string, Node[]>): string | undefined {
  const isVector = (name: string | undefined) =>
    name !== undefined && graph.initializers.get(name)?.dims.length === 1;
  if (node.op === 'Gemm') return isVector(node.inputs[2]) ? node.inputs[2] : undefined;
  const [next, ...others] = consumers.get(node.outputs[0]!) ?? [];
  if (next?.op !== 'Add' || others.length > 0) return undefined;
  return next.inputs.find(isVector);
}

/** From the weight's or the bias's own name, else from the exporter's node name "/encoder/layer.0/query/MatMul". */
function moduleName(names: { weight: string; bias: string | undefined; node: string }): string {
  if (names.weight.endsWith('.weight')) return names.weight.slice(0, -'.weight'.length);
  if (names.bias?.endsWith('.bias')) return names.bias.slice(0, -'.bias'.length);
  const scope = names.node.split('/').filter(Boolean);
  return scope.length > 1 ? scope.slice(0, -1).join('.') : names.weight;
}
