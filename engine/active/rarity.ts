import { highestFirst, type Pick } from './pick.ts';
import type { Strategy } from './strategy.ts';

/**
 * Candidates that probably have labels of which few examples are known, the most wanted first: the expected number of
 * new examples, each worth 1 / (1 + examples known), Σ p / (1 + accepted) over labels. A label with none counts in
 * full, one with 99 a hundredth. (The reciprocal of the counts with add-one smoothing, as in inverse-frequency
 * weighting of classes.)
 *
 * scores: [candidates][labels], probabilities; accepted: [labels], absent: no label has an example.
 */
export function pickRare({
  scores,
  accepted,
}: {
  readonly scores: readonly Float32Array[];
  readonly accepted?: ArrayLike<number> | undefined;
}): Pick[] {
  const expected = scores.map((row) =>
    row.reduce((sum, probability, label) => sum + probability / (1 + (accepted?.[label] ?? 0)), 0),
  );
  return highestFirst(expected, 'rarity');
}

export const rarity: Strategy = {
  name: 'rarity',
  sentence: 'Likely examples of rare labels',
  pick: (pool, { limit }) => pickRare(pool).slice(0, limit),
};
