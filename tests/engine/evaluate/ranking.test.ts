import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averagePrecision, cuts, type Ranked } from '../../../engine/evaluate/ranking.ts';

/** '+' is a positive; equal scores share a group: '+- -' is two cells of one score, then one of a lower. */
function ranked(pattern: string): Ranked[] {
  const groups = pattern.split(' ');
  return groups.flatMap((group, position) =>
    [...group].map((sign) => ({ gold: sign === '+', score: 1 - position / groups.length })),
  );
}

const cells = fc.array(
  fc.record({ gold: fc.boolean(), score: fc.integer({ min: 0, max: 6 }).map((step) => step / 6) }),
);

test('average precision is the mean precision at the positives', () => {
  const expected = {
    '+ + -': 1,
    '- - +': 1 / 3,
    '+ - +': (1 + 2 / 3) / 2,
    '- + - +': (1 / 2 + 2 / 4) / 2,
    '+-': 1 / 2,
    '-+ +': (1 / 2 + 2 / 3) / 2,
    '- -': 0,
    '': 0,
  };
  const actual = Object.keys(expected).map((pattern) => [pattern, averagePrecision(ranked(pattern))]);
  expect(Object.fromEntries(actual)).toEqual(
    Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, expect.closeTo(value, 12)])),
  );
});

test('average precision does not depend on the order of the cells nor on the scale of the scores', () => {
  fc.assert(
    fc.property(cells, (found) => {
      const value = averagePrecision(found);
      expect(averagePrecision(found.toReversed())).toBe(value);
      expect(averagePrecision(found.map(({ gold, score }) => ({ gold, score: score ** 3 - 5 })))).toBe(value);
    }),
    { seed: 1 },
  );
});

test('when all scores are equal, average precision is the share of positives', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1 }), (golds) => {
      const share = golds.filter(Boolean).length / golds.length;
      expect(averagePrecision(golds.map((gold) => ({ gold, score: 0.5 })))).toBeCloseTo(share, 12);
    }),
    { seed: 2 },
  );
});

test('a cut counts what lies at or above its score, and there is one for each score', () => {
  fc.assert(
    fc.property(cells, (found) => {
      const distinct = [...new Set(found.map(({ score }) => score))].sort((one, other) => other - one);
      expect(cuts(found)).toEqual(
        distinct.map((score) => ({
          score,
          truePositives: found.filter((cell) => cell.gold && cell.score >= score).length,
          falsePositives: found.filter((cell) => !cell.gold && cell.score >= score).length,
        })),
      );
    }),
    { seed: 3 },
  );
});
