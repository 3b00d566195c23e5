import { expect, test } from 'vitest';
import { mostChanged, pickChanged } from '../../../engine/active/changed.ts';
import { createRandom } from '../../../engine/random.ts';

const row = (...values: number[]) => Float32Array.from(values);

test('by hand: the divergence of what is suggested now and without decisions, summed over labels', () => {
  const picks = pickChanged(
    [row(0.5, 0.5), row(0.25, 0.5), row(0.5, 0.5)],
    [row(0.5, 0.5), row(0.5, 0.5), row(0.25, 0.25)],
  );
  const there = 0.25 * Math.log(0.25 / 0.5) + 0.75 * Math.log(0.75 / 0.5);
  const back = 0.5 * Math.log(0.5 / 0.25) + 0.5 * Math.log(0.5 / 0.75);
  expect(picks).toEqual([
    { index: 2, score: expect.closeTo(2 * back, 6), reason: 'changed' },
    { index: 1, score: expect.closeTo(there, 6), reason: 'changed' },
    { index: 0, score: 0, reason: 'changed' },
  ]);
});

test('while nothing is decided it is random and says so', () => {
  const scores = [row(0.1), row(0.5), row(0.9)];
  const picks = mostChanged.pick(
    { scores, untaught: scores, thresholds: [0.5] },
    { limit: 2, random: createRandom(1) },
  );
  expect(picks.map(({ reason }) => reason)).toEqual([
    'random, nothing decided yet',
    'random, nothing decided yet',
  ]);
});
