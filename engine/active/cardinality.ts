import { predicted } from '../evaluate/counts.ts';
import { highestFirst, type Pick } from './pick.ts';
import type { Strategy } from './strategy.ts';

/**
 * Candidates whose number of predicted labels is unlike that of labelled documents, the most unlike first: label
 * cardinality inconsistency (Li and Guo 2013, equation 5), |predicted − expected|.
 *
 * scores: [candidates][labels]; thresholds: [labels]; expected: accepted labels per labelled document.
 */
export function pickInconsistent({
  scores,
  thresholds,
  expected,
}: {
  readonly scores: readonly Float32Array[];
  readonly thresholds: ArrayLike<number>;
  readonly expected: number;
}): Pick[] {
  const distances = scores.map((row) => {
    const count = row.reduce(
      (sum, score, label) => sum + (predicted(score, thresholds[label] ?? 0.5) ? 1 : 0),
      0,
    );
    return Math.abs(count - expected);
  });
  return highestFirst(distances, 'cardinality');
}

export const cardinality: Strategy = {
  name: 'cardinality',
  sentence: 'Unusual number of labels',
  pick: ({ scores, thresholds, expectedCardinality }, { limit }) =>
    pickInconsistent({ scores, thresholds, expected: expectedCardinality ?? 1 }).slice(0, limit),
};
