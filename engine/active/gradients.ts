import { invariant } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Pick } from './pick.ts';
import { NO_EMBEDDINGS, pickRandom } from './random.ts';
import type { Strategy } from './strategy.ts';

export interface GradientInput {
  /** [candidates][labels], probabilities. */
  readonly scores: readonly Float32Array[];
  /** [labels] */
  readonly thresholds: ArrayLike<number>;
  /** [candidates][dimensions] */
  readonly embeddings: readonly Float32Array[];
}

/**
 * Candidates whose gradients are long and unlike each other: BADGE (Ash, Zhang, Krishnamurthy, Langford and Agarwal 2020)
 * for a head of one logistic regression per label. A candidate's gradient is (p − ŷ) ⊗ (e, 1), ŷ being what is suggested;
 * candidates are drawn as k-means++ draws its centres (Arthur and Vassilvitskii 2007), with a chance that grows with the
 * squared distance to those drawn before. The gradient is never written out: ⟨r ⊗ x, r′ ⊗ x′⟩ = ⟨r, r′⟩ ⟨x, x′⟩. The score
 * is the squared distance when it was drawn.
 */
export function pickByGradients(
  { scores, thresholds, embeddings }: GradientInput,
  { limit, random }: { readonly limit: number; readonly random: Random },
): Pick[] {
  invariant(embeddings.length === scores.length, `${scores.length} candidates have embeddings`);
  const residuals = scores.map((row) =>
    row.map((p, label) => (Number.isNaN(p) ? 0 : p - (p >= (thresholds[label] ?? 0.5) ? 1 : 0))),
  );
  const inner = (i: number, j: number) =>
    dot(residuals[i]!, residuals[j]!) * (1 + dot(embeddings[i]!, embeddings[j]!));
  const squares = Float64Array.from(scores, (_, i) => inner(i, i));
  const distances = Float64Array.from(squares);
  const picks: Pick[] = [];
  while (picks.length < Math.min(limit, scores.length)) {
    const index = drawn(distances, random);
    picks.push({ index, score: Math.max(0, distances[index]!), reason: 'gradients' });
    for (let i = 0; i < distances.length; i++) {
      const square = Math.max(0, squares[i]! + squares[index]! - 2 * inner(i, index));
      distances[i] = Math.min(distances[i]!, square);
    }
    distances[index] = TAKEN;
  }
  return picks;
}

/** In place of the distance of a candidate that was drawn. */
const TAKEN = -1;

/** A place with a chance in proportion to its value; where all are 0 the first that is left. */
function drawn(distances: Float64Array, random: Random): number {
  const total = distances.reduce((sum, distance) => sum + Math.max(0, distance), 0);
  let left = random.uniform() * total;
  let last = -1;
  for (let i = 0; i < distances.length; i++) {
    if (distances[i] === TAKEN) continue;
    if (last < 0 || distances[i]! > 0) last = i;
    left -= distances[i]!;
    if (left < 0) return i;
  }
  return last;
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}

/** Where there are no embeddings it is random, and says so. */
export const byGradients: Strategy = {
  name: 'gradients',
  sentence: 'Uncertain, and unlike each other',
  needsEmbeddings: true,
  pick: ({ scores, thresholds, embeddings }, { limit, random }) =>
    embeddings
      ? pickByGradients({ scores, thresholds, embeddings: embeddings.candidates }, { limit, random })
      : pickRandom(scores.length, random, NO_EMBEDDINGS).slice(0, limit),
};
