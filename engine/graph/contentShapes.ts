import { type Graph, readsOf } from './graph.ts';

/**
 * The ids of special tokens that a graph may count, as one that pools at the end token does: pairs with other numbers of them
 * must not share a batch. Empty for the models that count nothing.
 */
export function countedTokens(graph: Graph, pairWithoutTexts: readonly number[]): ReadonlySet<number> {
  return contentShaped(graph).size > 0 ? new Set(pairWithoutTexts) : new Set();
}

/** How many elements come out depends on what the elements are. */
const COUNTING = new Set(['NonZero', 'Compress', 'Unique', 'NonMaxSuppression']);
/** Inputs that say the shape of the output. */
const SHAPE_INPUTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Reshape', [1]],
  ['Expand', [1]],
  ['Tile', [1]],
  ['Slice', [1, 2, 3, 4]],
  ['Pad', [1]],
  ['Split', [1]],
  ['TopK', [1]],
  ['OneHot', [1]],
  ['Range', [0, 1, 2]],
  ['ConstantOfShape', [0]],
]);

/**
 * Values whose dimensions depend on which tokens a text has, not on how many: where a model counts its end tokens, say. What
 * a few texts show of them ("three end tokens in each pair") is true of those texts only.
 */
export function contentShaped(graph: Graph): ReadonlySet<string> {
  const content = new Set(graph.inputs.map(({ name }) => name));
  content.delete('attention_mask');
  const shaped = new Set<string>();
  for (const node of graph.nodes) {
    const reads = readsOf(node);
    const isShaped =
      reads.some((name) => shaped.has(name)) ||
      (COUNTING.has(node.op) && reads.some((name) => content.has(name))) ||
      (SHAPE_INPUTS.get(node.op) ?? []).some((i) => content.has(node.inputs[i] ?? ''));
    const asksShape = node.op === 'Shape' || node.op === 'Size';
    if (isShaped && !asksShape) for (const output of node.outputs) shaped.add(output);
    if (asksShape ? isShaped : reads.some((name) => content.has(name)))
      for (const output of node.outputs) content.add(output);
  }
  return shaped;
}
