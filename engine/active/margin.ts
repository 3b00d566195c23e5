import { logOdds } from '../nli/probability.ts';
import { highestFirst, type Pick } from './pick.ts';
import type { Strategy } from './strategy.ts';

/**
 * Candidates by how near they are to being suggested another label, the nearest first: the least distance of a label's
 * probability from its own threshold, in log-odds (margin sampling, Settles 2009, section 3.1, for each label taken as a
 * binary question). The score is minus that distance.
 *
 * In log-odds, and not as a difference of probabilities, for a threshold of 0.2 is as far from 0.1 as one of 0.5 from 0.31:
 * so rare labels, whose thresholds are low, are asked about as well as common ones.
 *
 * scores: [candidates][labels], probabilities; thresholds: [labels].
 */
export function pickNearest(scores: readonly Float32Array[], thresholds: ArrayLike<number>): Pick[] {
  const borders = Array.from(thresholds, logOdds);
  const distances = scores.map((row) => {
    let least = Number.POSITIVE_INFINITY;
    for (let label = 0; label < row.length; label++) {
      const distance = Math.abs(logOdds(row[label]!) - borders[label]!);
      // What is not known of a label is not a number, and tells nothing.
      if (distance < least) least = distance;
    }
    return -least;
  });
  return highestFirst(distances, 'margin');
}

export const nearestThreshold: Strategy = {
  name: 'margin',
  sentence: 'Nearest to its threshold',
  pick: ({ scores, thresholds }, { limit }) => pickNearest(scores, thresholds).slice(0, limit),
};
