import type { Random } from '../random.ts';
import type { Pick, Reason } from './pick.ts';
import type { Strategy } from './strategy.ts';

/**
 * All candidates in random order, each with score 0: the sample that keeps evaluation honest. `reason`: "random", and why
 * where another strategy was asked for.
 */
export function pickRandom(
  candidates: number,
  random: { readonly shuffle: Random['shuffle'] },
  reason: Reason = 'random',
): Pick[] {
  return random
    .shuffle(Array.from({ length: candidates }, (_, index) => index))
    .map((index): Pick => ({ index, score: 0, reason }));
}

/** Why chance chooses where documents would be compared. */
export const NO_EMBEDDINGS = 'random, no embeddings yet';

export const random: Strategy = {
  name: 'random',
  sentence: 'Random',
  pick: ({ scores }, options) => pickRandom(scores.length, options.random).slice(0, options.limit),
};
