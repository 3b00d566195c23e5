import { expect, test } from 'vitest';
import { pickMostTelling } from '../../../engine/active/expectedChange.ts';

const row = (...values: number[]) => Float32Array.from(values);

test('by hand: the root of Σ p (1 − p), times the length of the features', () => {
  expect(pickMostTelling([row(0.5, 0.5), row(0.5, 1), row(0, 1)])).toEqual([
    { index: 0, score: expect.closeTo(Math.sqrt(0.5), 6), reason: 'expected-change' },
    { index: 1, score: 0.5, reason: 'expected-change' },
    { index: 2, score: 0, reason: 'expected-change' },
  ]);
});

test('of equally doubtful documents the one far from the middle tells more', () => {
  // The mean is 1; squared distances 1, 1 and 4 become 0.5, 0.5 and 2.
  const picks = pickMostTelling([row(0.5), row(0.5), row(0.5)], [row(0), row(0), row(3)]);
  expect(picks.map(({ index, score }) => [index, score])).toEqual([
    [2, expect.closeTo(0.5 * Math.sqrt(3), 6)],
    [0, expect.closeTo(0.5 * Math.sqrt(1.5), 6)],
    [1, expect.closeTo(0.5 * Math.sqrt(1.5), 6)],
  ]);
});
