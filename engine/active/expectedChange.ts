import { highestFirst, type Pick } from './pick.ts';
import type { Strategy } from './strategy.ts';

/**
 * Candidates whose answer would change the heads most: the expected length of the gradient that it adds (expected
 * gradient length, Settles, Craven and Ray 2008). For a logistic regression per label and answers yes with probability p
 * its expected square is Σ p (1 − p) · ‖x‖², x being the features: the embedding less the mean of all candidates, and a
 * constant. The score is its root.
 *
 * scores: [candidates][labels], probabilities; embeddings: [candidates][dimensions]; without, documents differ by their
 * probabilities alone.
 */
export function pickMostTelling(
  scores: readonly Float32Array[],
  embeddings?: readonly Float32Array[],
): Pick[] {
  const lengths = embeddings && squaredLengths(embeddings);
  const expected = scores.map((row, i) => {
    const variance = row.reduce((sum, p) => sum + p * (1 - p), 0);
    return Math.sqrt(variance * (1 + (lengths?.[i] ?? 0)));
  });
  return highestFirst(expected, 'expected-change');
}

/** Squared distances from the mean, scaled to a mean of 1, as the heads see embeddings. */
function squaredLengths(embeddings: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(embeddings[0]?.length ?? 0);
  for (const vector of embeddings) {
    for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / embeddings.length;
  }
  const squares = Float64Array.from(embeddings, (vector) => {
    let sum = 0;
    for (let i = 0; i < mean.length; i++) sum += (vector[i]! - mean[i]!) ** 2;
    return sum;
  });
  const average = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  return average > 0 ? squares.map((square) => square / average) : squares;
}

export const mostTelling: Strategy = {
  name: 'expected-change',
  sentence: 'Expected to change most',
  pick: ({ scores, embeddings }, { limit }) =>
    pickMostTelling(scores, embeddings?.candidates).slice(0, limit),
};
