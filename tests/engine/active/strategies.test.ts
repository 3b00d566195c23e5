import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickInconsistent } from '../../../engine/active/cardinality.ts';
import { highestFirst } from '../../../engine/active/pick.ts';
import { pickRandom } from '../../../engine/active/random.ts';
import { pickUncertain, type UncertaintyMeasure, uncertainty } from '../../../engine/active/uncertainty.ts';
import { createRandom } from '../../../engine/random.ts';

const probabilities = fc.float({ min: 0, max: 1, noNaN: true });
const rows = fc.array(
  fc.array(probabilities, { minLength: 3, maxLength: 3 }).map((row) => Float32Array.from(row)),
);
const measures: UncertaintyMeasure[] = ['leastConfidence', 'margin', 'entropy'];
const indices = (picks: readonly { index: number }[]) => picks.map(({ index }) => index);

test('the highest score comes first, equal ones in order, what is no number last', () => {
  expect(highestFirst([1, Number.NaN, 3, 0, 3, -1], 'uncertainty')).toEqual([
    { index: 2, score: 3, reason: 'uncertainty' },
    { index: 4, score: 3, reason: 'uncertainty' },
    { index: 0, score: 1, reason: 'uncertainty' },
    { index: 3, score: 0, reason: 'uncertainty' },
    { index: 5, score: -1, reason: 'uncertainty' },
    { index: 1, score: 0, reason: 'uncertainty' },
  ]);
});

test('each measure by hand: a label at 0.25 and one at 0.5', () => {
  const row = Float32Array.of(0.25, 0.5);
  const entropy = 0.25 * 2 + 0.75 * Math.log2(4 / 3);
  const expected = {
    leastConfidence: [0.75, 1],
    margin: [0.75, 1],
    entropy: [(entropy + 1) / 2, 1],
  };
  const actual = Object.fromEntries(
    measures.map((measure) => [
      measure,
      [uncertainty(row, { measure, over: 'mean' }), uncertainty(row, { measure, over: 'max' })],
    ]),
  );
  expect(actual).toEqual({
    leastConfidence: expected.leastConfidence,
    margin: [0.75, 1],
    entropy: expected.entropy.map((value) => expect.closeTo(value, 12)),
  });
});

test('the margin is to the threshold of the label', () => {
  const margin = (probability: number, threshold: number) =>
    uncertainty(Float32Array.of(probability), { measure: 'margin', over: 'mean', thresholds: [threshold] });
  expect([margin(0.25, 0.25), margin(1, 0.25), margin(0, 0.25), margin(0.625, 0.25)]).toEqual([
    1,
    0,
    expect.closeTo(2 / 3, 12),
    0.5,
  ]);
});

test('every measure is 0 where the model is sure, 1 at 0.5, symmetric, and grows towards 0.5', () => {
  fc.assert(
    fc.property(fc.constantFrom(...measures), fc.integer({ min: 0, max: 63 }), (measure, step) => {
      const at = (probability: number) =>
        uncertainty(Float32Array.of(probability), { measure, over: 'mean' });
      expect([at(0), at(1), at(0.5)].map(Math.abs)).toEqual([0, 0, 1]);
      expect(at(step / 128)).toBeCloseTo(at(1 - step / 128), 12);
      expect(at((step + 1) / 128)).toBeGreaterThan(at(step / 128));
    }),
    { seed: 1 },
  );
});

test('the mean over labels is at most the maximum, and both are in [0, 1]', () => {
  fc.assert(
    fc.property(fc.constantFrom(...measures), fc.array(probabilities), (measure, row) => {
      const scores = Float32Array.from(row);
      const mean = uncertainty(scores, { measure, over: 'mean' });
      const highest = uncertainty(scores, { measure, over: 'max' });
      expect(mean).toBeGreaterThanOrEqual(0);
      expect(mean).toBeLessThanOrEqual(highest + 1e-12);
      expect(highest).toBeLessThanOrEqual(1);
    }),
    { seed: 2 },
  );
});

test('the mean prefers documents with two doubtful labels, the maximum those with one very doubtful', () => {
  const scores = [Float32Array.of(0.5, 0), Float32Array.of(0.4, 0.4), Float32Array.of(1, 0)];
  expect(indices(pickUncertain(scores, { measure: 'entropy', over: 'mean' }))).toEqual([1, 0, 2]);
  expect(indices(pickUncertain(scores, { measure: 'entropy', over: 'max' }))).toEqual([0, 1, 2]);
});

test('every candidate is picked once, the most uncertain first', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(...measures), (scores, measure) => {
      const picks = pickUncertain(scores, { measure, over: 'mean' });
      expect(indices(picks).sort((one, other) => one - other)).toEqual([...scores.keys()]);
      for (const [place, { index, score, reason }] of picks.entries()) {
        expect(score).toBe(uncertainty(scores[index] as Float32Array, { measure, over: 'mean' }));
        expect(score).toBeGreaterThanOrEqual(picks[place + 1]?.score ?? 0);
        expect(reason).toBe('uncertainty');
      }
    }),
    { seed: 3 },
  );
});

test('without labels nothing is uncertain', () => {
  expect(uncertainty(new Float32Array(0), { measure: 'entropy', over: 'mean' })).toBe(0);
  expect(uncertainty(new Float32Array(0), { measure: 'entropy', over: 'max' })).toBe(0);
});

test('a diverged score does not put its document first', () => {
  const scores = [Float32Array.of(Number.NaN), Float32Array.of(1), Float32Array.of(0.75)];
  expect(indices(pickUncertain(scores, { measure: 'margin', over: 'max' }))).toEqual([2, 1, 0]);
});

test('inconsistency is how far the number of predicted labels is from the usual number', () => {
  const scores = [
    [0.9, 0.1, 0.1],
    [0.9, 0.9, 0.9],
    [0.1, 0.1, 0.1],
    [0.5, 0.3, 0.1],
  ].map((row) => Float32Array.from(row));
  const picks = pickInconsistent({ scores, thresholds: [0.5, 0.25, 0.5], expected: 1.25 });
  expect(picks.map(({ index, score }) => [index, score])).toEqual([
    [1, 1.75],
    [2, 1.25],
    [3, 0.75],
    [0, 0.25],
  ]);
  expect(picks.every(({ reason }) => reason === 'cardinality')).toBe(true);
});

test('random picks are all candidates, in an order that the random source decides', () => {
  const order = (seed: number) => indices(pickRandom(30, createRandom(seed)));
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
  expect(order(1).sort((one, other) => one - other)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(
    pickRandom(2, createRandom(1)).every(({ score, reason }) => score === 0 && reason === 'random'),
  ).toBe(true);
  expect(pickRandom(0, createRandom(1))).toEqual([]);
});
