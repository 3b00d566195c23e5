import { mustGet } from '../../../process/must.ts';
import { GraphBuilder } from '../builder.ts';
import { floatOf, type Graph, intOf, type Node, producersOf } from '../graph.ts';
import { pruneGraph } from '../prune.ts';
import type { Shapes } from '../shapes.ts';
import { floatTensor, toFloat32 } from '../tensor.ts';
import { type Linear, linearOf } from './products.ts';

/**
 * Attention of a single query needs no keys and values: per head, q · (x Wk) = (Wk q) · x, and Σ p (x Wv) =
 * (Σ p x) Wv; a bias of the keys adds the same to every score, and one of the values is added once (matrix
 * multiplication is associative; DeepSeek-AI 2024 absorb projections the same way). So two products with every token
 * become two with every pair. For a MultiHeadAttention whose query is one token, behind `fuseAttention`. In place.
 */
export function absorbProjections(graph: Graph, shapes: Shapes): void {
  const producers = producersOf(graph);
  graph.nodes = graph.nodes.flatMap((node) => {
    const found =
      node.op === 'MultiHeadAttention' ? singleQuery(graph, node, { producers, shapes }) : undefined;
    return found ? attend(graph, node, found) : [node];
  });
  pruneGraph(graph);
}

interface SingleQuery {
  readonly key: Linear;
  readonly value: Linear;
  readonly hidden: number;
}

function singleQuery(
  graph: Graph,
  node: Node,
  { producers, shapes }: { producers: ReadonlyMap<string, Node>; shapes: Shapes },
): SingleQuery | undefined {
  const [query, keys, values] = node.inputs as [string, string, string];
  const tokens = shapes.get(query)?.dims[1];
  if (tokens?.[0] !== 1 || tokens[1] !== 1) return undefined;
  const key = linearOf(graph, keys, producers);
  const value = linearOf(graph, values, producers);
  if (!key || !value || key.input !== value.input) return undefined;
  const sizes = [key, value].flatMap(({ weight }) => mustGet(graph.initializers, weight, 'constant').dims);
  const hidden = sizes[0]!;
  return sizes.every((size) => size === hidden) ? { key, value, hidden } : undefined;
}

function attend(graph: Graph, node: Node, { key, value, hidden }: SingleQuery): Node[] {
  const heads = intOf(node, 'num_heads', 1);
  const size = hidden / heads;
  const b = new GraphBuilder({ ...graph, nodes: [] }, `${node.outputs[0]}/single`);
  const keys = toFloat32(mustGet(graph.initializers, key.weight, 'constant'));
  const values = toFloat32(mustGet(graph.initializers, value.weight, 'constant'));
  // [heads, size, hidden] and [heads, hidden, size]
  const perHead = { heads, size, hidden };
  const toInputs = b.constant(floatTensor(headRows(keys, perHead), [heads, size, hidden]));
  const toValues = b.constant(floatTensor(headColumns(values, perHead), [heads, hidden, size]));
  const query = b.transpose(b.reshape(node.inputs[0]!, b.ints([-1, heads, size])), [1, 0, 2]);
  const asked = b.transpose(b.matmul(query, toInputs), [1, 0, 2]);
  const usual = 1 / Math.sqrt(size);
  const scores = b.emit(
    'FusedMatMul',
    [asked, key.input],
    { transB: 1, alpha: floatOf(node, 'scale', usual) },
    MS,
  );
  const mixed = b.matmul(b.emit('Softmax', [scores], { axis: -1 }), key.input);
  const context = b.transpose(b.matmul(b.transpose(mixed, [1, 0, 2]), toValues), [1, 0, 2]);
  const joined = b.reshape(context, b.ints([-1, 1, hidden]));
  if (value.bias !== undefined) b.add(joined, value.bias);
  b.graph.nodes.at(-1)!.outputs = [...node.outputs];
  return b.graph.nodes;
}

const MS = 'com.microsoft';

interface HeadSizes {
  readonly heads: number;
  readonly size: number;
  readonly hidden: number;
}

/** [hidden, heads · size] → [heads, size, hidden] */
function headRows(matrix: Float32Array, { heads, size, hidden }: HeadSizes): Float32Array {
  const columns = heads * size;
  return Float32Array.from({ length: matrix.length }, (_, i) => {
    const column = Math.floor(i / hidden);
    return matrix[(i % hidden) * columns + column]!;
  });
}

/** [hidden, heads · size] → [heads, hidden, size] */
function headColumns(matrix: Float32Array, { heads, size, hidden }: HeadSizes): Float32Array {
  const columns = heads * size;
  return Float32Array.from({ length: matrix.length }, (_, i) => {
    const head = Math.floor(i / (hidden * size));
    const row = Math.floor(i / size) % hidden;
    return matrix[row * columns + head * size + (i % size)]!;
  });
}
