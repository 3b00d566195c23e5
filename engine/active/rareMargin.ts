import { logOdds } from '../nli/probability.ts';
import { highestFirst, type Pick } from './pick.ts';
import type { Strategy } from './strategy.ts';

export interface RareMarginInput {
  /** [candidates][labels], probabilities. */
  readonly scores: readonly Float32Array[];
  /** [labels] */
  readonly thresholds: ArrayLike<number>;
  /** [labels], documents known to have the label; absent: none has an example. */
  readonly accepted?: ArrayLike<number> | undefined;
}

/**
 * Candidates that lie near the threshold of a label of which few examples are known, the most wanted first: the greatest
 * value over labels of exp(−d) / √(1 + n), d being the distance of the label's probability from its own threshold in
 * log-odds (`pickNearest`) and n its known examples. exp(−d) is about how likely a small change of what is learnt turns
 * the suggestion over, and the uncertainty of what was learnt of a label falls with the root of its examples. So labels
 * that need data are asked about first, without looking for their examples where they hardly are.
 *
 * Chosen by bench/learn/active.ts on five sets that it does not report on.
 */
export function pickRareMargin({ scores, thresholds, accepted }: RareMarginInput): Pick[] {
  const borders = Array.from(thresholds, logOdds);
  const weights = borders.map((_, label) => 1 / Math.sqrt(1 + (accepted?.[label] ?? 0)));
  const wanted = scores.map((row) => {
    let most = 0;
    for (let label = 0; label < row.length; label++) {
      const value = Math.exp(-Math.abs(logOdds(row[label]!) - borders[label]!)) * weights[label]!;
      // What is not known of a label is not a number, and tells nothing.
      if (value > most) most = value;
    }
    return most;
  });
  return highestFirst(wanted, 'rare-margin');
}

export const rareMargin: Strategy = {
  name: 'rare-margin',
  sentence: 'Near the threshold of a rare label',
  pick: (pool, { limit }) => pickRareMargin(pool).slice(0, limit),
};
