import { expect, test } from 'vitest';
import { pickRare } from '../../../engine/active/rarity.ts';
import { STRATEGIES } from '../../../engine/active/strategies.ts';
import type { Pool } from '../../../engine/active/strategy.ts';
import { createRandom } from '../../../engine/random.ts';

const scores = [Float32Array.of(0.75, 0.25), Float32Array.of(0.25, 0.5), Float32Array.of(0, 0.75)];

test('by hand: a probable example of a label without any comes before one of a label with three', () => {
  const picks = pickRare({ scores, accepted: [3, 0] });
  expect(picks.map(({ index, score }) => [index, score])).toEqual([
    [2, 0.75],
    [1, 0.5625],
    [0, 0.4375],
  ]);
});

test('while nothing is known every label counts in full', () => {
  expect(pickRare({ scores }).map(({ index, score }) => [index, score])).toEqual([
    [0, 1],
    [1, 0.75],
    [2, 0.75],
  ]);
});

test.each(STRATEGIES)(
  '$name picks distinct candidates within the limit, the same again from a seed',
  ({ name, sentence, pick }) => {
    expect(name).toMatch(/^[a-z-]+$/);
    expect(sentence).not.toBe('');
    const random = createRandom(5);
    const table = (columns: number) =>
      Array.from({ length: 30 }, () => Float32Array.from({ length: columns }, () => random.uniform()));
    const pools: Pool[] = [
      { scores: table(3), thresholds: [0.5, 0.5, 0.5] },
      {
        scores: table(3),
        thresholds: [0.2, 0.5, 0.9],
        accepted: [4, 0, 1],
        expectedCardinality: 1.2,
        embeddings: { candidates: table(4), labelled: table(4) },
      },
    ];
    for (const pool of pools) {
      const picks = pick(pool, { limit: 10, random: createRandom(1) });
      expect(picks).toHaveLength(10);
      expect(new Set(picks.map(({ index }) => index)).size).toBe(10);
      expect(picks).toEqual(pick(pool, { limit: 10, random: createRandom(1) }));
    }
  },
);

test('every strategy has a name of its own', () => {
  expect(new Set(STRATEGIES.map(({ name }) => name)).size).toBe(STRATEGIES.length);
});
