import fc from 'fast-check';
import { expect, test } from 'vitest';
import { negativeCount, sampleNegatives } from '../../../engine/nli/negatives.ts';
import { createRandom } from '../../../engine/random.ts';

test('a document gives the ratio times its positives, rounded up, and never more than it has', () => {
  const cases: [positives: number, negatives: number, ratio: number, count: number][] = [
    [1, 9, 1, 1],
    [2, 9, 1.5, 3],
    [1, 9, 0.2, 1],
    [3, 9, 0, 0],
    [3, 2, 5, 2],
    [1, 9, Number.POSITIVE_INFINITY, 9],
    [0, 9, 1, 9],
    [0, 9, 0, 9],
    [0, 0, 1, 0],
  ];
  expect(cases.map(([positives, negatives, ratio]) => negativeCount(positives, negatives, ratio))).toEqual(
    cases.map(([, , , count]) => count),
  );
});

const labels = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 12 });

test('negatives are different ones of the rejected labels, ascending, as many as asked for', () => {
  fc.assert(
    fc.property(labels, fc.nat({ max: 15 }), fc.nat(), (rejected, count, seed) => {
      const sample = sampleNegatives({ rejected, count, random: createRandom(seed) });
      expect(sample).toHaveLength(Math.min(count, rejected.length));
      expect(sample.every((label) => rejected.includes(label))).toBe(true);
      expect(sample).toEqual([...new Set(sample)].sort((one, other) => one - other));
    }),
    { seed: 1 },
  );
});

test('with scores no label left out scores higher than one that is taken', () => {
  const scored = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 31, maxLength: 31 });
  fc.assert(
    fc.property(labels, fc.nat({ max: 15 }), scored, fc.nat(), (rejected, count, scores, seed) => {
      const taken = sampleNegatives({ rejected, count, random: createRandom(seed), scores });
      const scoresOf = (some: readonly number[]) => some.map((label) => scores[label] as number);
      const left = rejected.filter((label) => !taken.includes(label));
      expect(Math.min(...scoresOf(taken))).toBeGreaterThanOrEqual(Math.max(...scoresOf(left)));
      expect(taken).toHaveLength(Math.min(count, rejected.length));
    }),
    { seed: 2 },
  );
});

test('every label is as likely, without scores and among equal ones', () => {
  const random = createRandom(3);
  for (const scores of [undefined, new Float32Array(6).fill(0.5)]) {
    const counts = new Array<number>(6).fill(0);
    for (let round = 0; round < 3000; round++) {
      for (const label of sampleNegatives({ rejected: [0, 1, 2, 3, 4, 5], count: 2, random, scores })) {
        counts[label] = (counts[label] as number) + 1;
      }
    }
    // Expected 1000 each, standard deviation 26.
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(Math.max(...counts)).toBeLessThan(1100);
  }
});
