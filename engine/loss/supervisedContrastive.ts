import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import type { Dim, Shapes } from '../graph/shapes.ts';

/** Graph input [views, batch, batch]: how much row i is to be drawn to row j; 0 nearly everywhere. */
export const POSITIVES = 'entail_positives';
/** Graph input [views, batch, batch]: 0 where row j is compared with row i, `LEFT_OUT` where it is not. */
export const COMPARED = 'entail_compared';

/** Added to a similarity before the softmax, so that a row takes no part in it. Finite: a row may be left out everywhere. */
export const LEFT_OUT = -1e4;

/** Seen in two runs like other dimensions; differs from batch and sequence, so that it is never taken for one of them. */
const VIEWS: Dim = [5, 9];

/**
 * Appends loss = −Σ over views, i, j of positives · log softmax over j of (zᵢ·zⱼ / temperature + compared) and returns
 * its name: the supervised contrastive loss (Khosla et al. 2020, equation 2), with positives weighted as the caller says.
 *
 * embedding: a value [batch, hidden] of length 1 per row. A view is one way to compare the rows of a batch (texts with
 * texts, texts with labels: `contrastOf`); no positives, no loss.
 */
export function appendSupervisedContrastive(
  graph: Graph,
  { embedding, temperature }: { embedding: string; temperature: number },
  shapes: Shapes,
): string {
  const b = new GraphBuilder(graph, 'contrast', shapes);
  const [batch] = b.dimsOf(embedding) as [Dim, Dim];
  const [positives, compared] = [POSITIVES, COMPARED].map((name) =>
    b.input(name, { dtype: 'float32', dims: [VIEWS, batch, batch] }, ['views', 'batch_size', 'batch_size']),
  ) as [string, string];
  const cosines = b.matmul(embedding, b.transpose(embedding, [1, 0]));
  const sharp = b.add(b.scale(cosines, 1 / temperature), compared);
  const weighted = b.mul(b.emit('LogSoftmax', [sharp], { axis: -1 }), positives);
  return b.neg(b.sum(weighted, [0, 1, 2], 0));
}

/** One way to compare the rows of a batch. */
export interface ContrastView {
  /** Rows that are drawn to others. */
  readonly anchors: readonly number[];
  /** Rows that an anchor is compared with; never with itself. */
  readonly candidates: readonly number[];
  /** How much a candidate belongs to an anchor, ≥ 0; 0 pushes it away, null: it is not known, and neither happens. */
  readonly affinity: (anchor: number, candidate: number) => number | null;
  /** Weight of the mean over anchors that have a candidate of their own. */
  readonly weight: number;
}

/** Both inputs of the loss, [views, batch, batch] row by row. */
export interface Contrast {
  readonly positives: Float32Array;
  readonly compared: Float32Array;
  readonly shape: readonly [views: number, batch: number, batch: number];
}

/**
 * The inputs of the loss for a batch of `size` rows: each anchor's affinities divided by their sum, and by the number of
 * anchors that have any. Without views there is one that compares nothing.
 */
export function contrastOf(size: number, views: readonly ContrastView[]): Contrast {
  const shape = [Math.max(1, views.length), size, size] as const;
  const positives = new Float32Array(shape[0] * size * size);
  const compared = new Float32Array(shape[0] * size * size).fill(views.length > 0 ? LEFT_OUT : 0);
  for (const [v, { anchors, candidates, affinity, weight }] of views.entries()) {
    const rows = anchors.map((anchor) => {
      const own = candidates.flatMap((candidate) => {
        const known = candidate === anchor ? null : affinity(anchor, candidate);
        return known === null ? [] : [{ candidate, affinity: known }];
      });
      return { anchor, own, sum: own.reduce((sum, known) => sum + known.affinity, 0) };
    });
    const drawn = rows.filter(({ sum }) => sum > 0);
    for (const { anchor, own, sum } of drawn) {
      const start = (v * size + anchor) * size;
      for (const { candidate, affinity: known } of own) {
        compared[start + candidate] = 0;
        positives[start + candidate] = (weight * known) / (sum * drawn.length);
      }
    }
  }
  return { positives, compared, shape };
}

/** How much two label sets overlap, in 0 … 1: shared labels by all labels (Jaccard); 0 where one has none. */
export function labelOverlap(one: readonly number[], other: readonly number[]): number {
  const all = new Set([...one, ...other]);
  if (all.size === 0) return 0;
  const own = new Set(one);
  const shared = new Set(other.filter((label) => own.has(label))).size;
  return shared / all.size;
}
