import { highestFirst, type Pick } from './pick.ts';
import { pickRandom } from './random.ts';
import type { Strategy } from './strategy.ts';

/** Probabilities are kept so far from 0 and 1 that one sure label does not outweigh all others. */
const LEAST = 1e-3;

/**
 * Candidates on which decisions changed most what was suggested without any: the sum over labels of the divergence of
 * both probabilities, KL(now ‖ untaught) in nats (disagreement of a committee of two, Settles 2009, section 3.2.2).
 * What decisions taught of few documents is said there most loudly, and may be wrong.
 *
 * scores, untaught: [candidates][labels], probabilities.
 */
export function pickChanged(scores: readonly Float32Array[], untaught: readonly Float32Array[]): Pick[] {
  const changes = scores.map((row, i) =>
    row.reduce((sum, now, label) => sum + divergence(bounded(now), bounded(untaught[i]![label]!)), 0),
  );
  return highestFirst(changes, 'changed');
}

const bounded = (p: number): number => Math.min(1 - LEAST, Math.max(LEAST, p));

const divergence = (p: number, q: number): number =>
  p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));

/** Where nothing is decided nothing has changed: it is random then, and says so. */
export const mostChanged: Strategy = {
  name: 'changed',
  sentence: 'Changed most by your decisions',
  pick: ({ scores, untaught, accepted }, { limit, random }) =>
    untaught && accepted
      ? pickChanged(scores, untaught).slice(0, limit)
      : pickRandom(scores.length, random, 'random, nothing decided yet').slice(0, limit),
};
