import { makeNode } from '../builder.ts';
import { type Graph, intOf, intsOf, type Node } from '../graph.ts';
import { pruneGraph } from '../prune.ts';
import { type Dim, type Shapes, sameDims } from '../shapes.ts';
import { Matcher } from './match.ts';

/**
 * softmax(scale · Q Kᵀ) V over heads, from [batch, sequence, hidden] projections back to the same form, becomes one
 * MultiHeadAttention of com.microsoft (Vaswani et al. 2017, section 3.2.2): no heads are copied, and scores are never
 * written as a whole. Only attention without a mask; see `removePadding`. In place; returns whether it changed anything.
 */
export function fuseAttention(graph: Graph, shapes: Shapes): boolean {
  const matcher = new Matcher(graph);
  let changed = false;
  graph.nodes = graph.nodes.map((node) => {
    const found = node.op === 'Reshape' ? attentionOf(node, matcher, shapes) : undefined;
    if (!found) return node;
    changed = true;
    return makeNode({
      op: 'MultiHeadAttention',
      domain: 'com.microsoft',
      name: node.name,
      inputs: [found.query, found.key, found.value],
      outputs: node.outputs,
      attributes: { num_heads: found.heads, scale: found.scale },
    });
  });
  pruneGraph(graph);
  return changed;
}

interface Attention {
  /** [batch, sequence, hidden] */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly heads: number;
  readonly scale: number;
}

function attentionOf(tail: Node, matcher: Matcher, shapes: Shapes): Attention | undefined {
  const joined = matcher.producer(tail.inputs[0], 'Transpose');
  if (!joined || intsOf(joined, 'perm')?.join() !== '0,2,1,3') return undefined;
  const context = matcher.producer(joined.inputs[0], 'MatMul');
  const softmax = matcher.producer(withoutGuard(context?.inputs[0], matcher), 'Softmax');
  if (!context || !softmax || ![-1, 3].includes(intOf(softmax, 'axis', -1))) return undefined;
  const scores = unscaled(softmax.inputs[0]!, matcher);
  const product = matcher.producer(scores.value, 'MatMul');
  if (!product) return undefined;
  const query = unscaled(product.inputs[0]!, matcher);
  const key = unscaled(product.inputs[1]!, matcher);
  const heads = {
    query: headsOf(query.value, '0,2,1,3', matcher, shapes),
    key: transposedHeads(key.value, matcher, shapes),
    value: headsOf(context.inputs[1]!, '0,2,1,3', matcher, shapes),
  };
  if (!heads.query || !heads.key || !heads.value) return undefined;
  const { count } = heads.query;
  if (count !== heads.key.count || count !== heads.value.count) return undefined;
  if (!sameDims(heads.key.dims, heads.value.dims)) return undefined;
  if (!sameDims(shapes.get(tail.outputs[0]!)?.dims, heads.query.dims)) return undefined;
  return {
    query: heads.query.source,
    key: heads.key.source,
    value: heads.value.source,
    heads: count,
    scale: scores.factor * query.factor * key.factor,
  };
}

/** Exporters guard a softmax against rows that are masked everywhere: where it is no number, 0. */
function withoutGuard(value: string | undefined, matcher: Matcher): string | undefined {
  const guard = matcher.producer(value, 'Where');
  const test = matcher.producer(guard?.inputs[0], 'IsNaN');
  return guard && test?.inputs[0] === guard.inputs[2] ? guard.inputs[2] : value;
}

/** Takes constant factors off a value: value = factor · what is returned. */
function unscaled(value: string, matcher: Matcher): { value: string; factor: number } {
  const division = matcher.producer(value, 'Div');
  const divisor = matcher.scalar(division?.inputs[1]);
  if (division && divisor) return { value: division.inputs[0]!, factor: 1 / divisor };
  const product = matcher.withScalar(matcher.producer(value, 'Mul'));
  return product ? { value: product.other, factor: product.constant } : { value, factor: 1 };
}

interface Heads {
  readonly source: string;
  readonly count: number;
  readonly dims: readonly Dim[];
}

/** The [batch, sequence, hidden] value that was split into heads and transposed by `perm`. */
function headsOf(value: string, perm: string, matcher: Matcher, shapes: Shapes): Heads | undefined {
  const transpose = matcher.producer(value, 'Transpose');
  if (!transpose || intsOf(transpose, 'perm')?.join() !== perm) return undefined;
  const split = matcher.producer(transpose.inputs[0], 'Reshape');
  const source = split?.inputs[0];
  const [from, to] = [shapes.get(source ?? '')?.dims, shapes.get(split?.outputs[0] ?? '')?.dims];
  if (source === undefined || from?.length !== 3 || to?.length !== 4) return undefined;
  const [[count, again], [size]] = [to[2]!, to[3]!];
  const isSplit =
    sameDims(from.slice(0, 2), to.slice(0, 2)) && count === again && from[2]![0] === count * size;
  return isSplit ? { source, count, dims: from } : undefined;
}

/** The same for keys, which come transposed: by one operator, or by hand in three dimensions. */
function transposedHeads(value: string, matcher: Matcher, shapes: Shapes): Heads | undefined {
  const back = matcher.producer(value, 'Reshape');
  if (!back) return headsOf(value, '0,2,3,1', matcher, shapes);
  const turn = matcher.producer(back.inputs[0], 'Transpose');
  const flat = matcher.producer(turn?.inputs[0], 'Reshape');
  if (!flat || intsOf(turn!, 'perm')?.join() !== '0,2,1') return undefined;
  const [from, to] = [shapes.get(flat.inputs[0]!)?.dims, shapes.get(back.outputs[0]!)?.dims];
  if (from?.length !== 4 || !sameDims(to, [from[0]!, from[1]!, from[3]!, from[2]!])) return undefined;
  return headsOf(flat.inputs[0]!, '0,2,1,3', matcher, shapes);
}
