import { expect, test } from 'vitest';
import { pickNearest } from '../../../engine/active/margin.ts';

const row = (...values: number[]) => Float32Array.from(values);

test('by hand: nearness is measured in log-odds, to the label’s own threshold', () => {
  // 0.2 is ln 4 below 0.5 and at the threshold of the second; 0.1 is ln 2.25 below 0.2.
  const picks = pickNearest([row(0.5, 0.5), row(0.2, 0.1), row(0.8, 0.2)], [0.75, 0.2]);
  expect(picks.map(({ index }) => index)).toEqual([2, 1, 0]);
  expect(picks.map(({ score }) => score)).toEqual([
    expect.closeTo(0, 6),
    expect.closeTo(-Math.log(2.25), 6),
    expect.closeTo(-Math.log(3), 6),
  ]);
  expect(picks.every(({ reason }) => reason === 'margin')).toBe(true);
});

test('a rare label near its low threshold is asked about before a common one farther from its own', () => {
  // As differences of probabilities 0.05 and 0.1 are nearer than 0.5 and 0.62; in log-odds they are farther.
  const picks = pickNearest([row(0.05, 0), row(0, 0.62)], [0.1, 0.5]);
  expect(picks.map(({ index }) => index)).toEqual([1, 0]);
});

test('a label that nobody has read on a document tells nothing, and a document without any comes last', () => {
  const picks = pickNearest([row(Number.NaN, Number.NaN), row(Number.NaN, 0.5), row(0.9, 0.9)], [0.5, 0.5]);
  expect(picks.map(({ index }) => index)).toEqual([1, 2, 0]);
});
