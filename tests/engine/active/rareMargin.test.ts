import { expect, test } from 'vitest';
import { pickRareMargin } from '../../../engine/active/rareMargin.ts';

const row = (...values: number[]) => Float32Array.from(values);

test('by hand: exp(−distance to the threshold in log-odds) / √(1 + examples), the greatest over labels', () => {
  // 0.75 and 0.25 are ln 3 from 0.5, 0.2 is ln 4 from it.
  const picks = pickRareMargin({
    scores: [row(0.5, 0), row(0, 0.75), row(0.25, 0.2), row(0.25, 0)],
    thresholds: [0.5, 0.5],
    accepted: [24, 0],
  });
  expect(picks).toEqual([
    { index: 1, score: expect.closeTo(1 / 3, 6), reason: 'rare-margin' },
    { index: 2, score: expect.closeTo(1 / 4, 6), reason: 'rare-margin' },
    { index: 0, score: expect.closeTo(1 / 5, 6), reason: 'rare-margin' },
    { index: 3, score: expect.closeTo(1 / 15, 6), reason: 'rare-margin' },
  ]);
});

test('while nothing is known it is the nearness to any threshold', () => {
  const picks = pickRareMargin({
    scores: [row(0.9, 0.1), row(0.5, 0.9), row(0.4, 0.3)],
    thresholds: [0.5, 0.3],
  });
  expect(picks.map(({ index }) => index)).toEqual([1, 2, 0]);
});

test('a label that nobody has read on a document tells nothing', () => {
  const picks = pickRareMargin({ scores: [row(Number.NaN), row(0.9)], thresholds: [0.5] });
  expect(picks.map(({ index }) => index)).toEqual([1, 0]);
});
