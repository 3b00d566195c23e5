import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedAt, targetThreshold } from '../../../engine/head/target.ts';

const FIVE = [0.3, 0.9, 0.6, 0.1, 0.8];

test('by hand: the last threshold that keeps a precision, the first that reaches a recall', () => {
  // From the top 0.9, 0.8, 0.6, 0.3, 0.1: precision 0.9, 0.85, 0.767, 0.65, 0.54; recall of 2.7 0.333, 0.63, 0.852, 0.963, 1.
  const precision = (least: number) => targetThreshold(FIVE, { of: 'precision', least });
  const recall = (least: number) => targetThreshold(FIVE, { of: 'recall', least });
  expect([0.9, 0.85, 0.84, 0.7, 0.54].map(precision)).toEqual([
    expect.closeTo(0.85, 9),
    expect.closeTo(0.7, 9),
    expect.closeTo(0.7, 9),
    expect.closeTo(0.45, 9),
    expect.closeTo(0.05, 9),
  ]);
  expect([0.3, 0.8, 0.9, 1].map(recall)).toEqual([
    expect.closeTo(0.85, 9),
    expect.closeTo(0.45, 9),
    expect.closeTo(0.2, 9),
    expect.closeTo(0.05, 9),
  ]);
});

test('where no document is sure enough nothing is suggested, and it says so', () => {
  const threshold = targetThreshold(FIVE, { of: 'precision', least: 0.95 });
  expect(threshold).toBe(1);
  expect(expectedAt(FIVE, threshold)).toMatchObject({
    suggested: 0,
    recall: { mean: 0 },
    precision: { mean: 1 },
  });
  expect(targetThreshold([], { of: 'precision', least: 0.9 })).toBe(0.5);
});

test('equal probabilities are suggested together or not at all', () => {
  const threshold = targetThreshold([0.9, 0.5, 0.5, 0.5], { of: 'precision', least: 0.7 });
  expect(threshold).toBeCloseTo(0.7, 9);
});

test('what is expected at a threshold, with its deviation, by hand', () => {
  const { suggested, positives, precision, recall } = expectedAt(FIVE, 0.7);
  expect([suggested, positives]).toEqual([2, expect.closeTo(2.7, 9)]);
  // Right 1.7 of variance 0.09 + 0.16, missed 1.0 of variance 0.24 + 0.21 + 0.09.
  expect(precision.mean).toBeCloseTo(0.85, 9);
  expect(precision.low).toBeCloseTo(0.85 - 3.2 * 0.25, 9);
  expect(precision.high).toBe(1);
  const deviation = Math.sqrt(1 * 0.25 + 1.7 ** 2 * 0.54) / 2.7 ** 2;
  expect(recall.mean).toBeCloseTo(1.7 / 2.7, 9);
  expect(recall.low).toBeCloseTo(Math.max(0, 1.7 / 2.7 - 3.2 * deviation), 9);
});

test('a target that can be met is met in expectation, whatever the probabilities', () => {
  const probabilities = fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(probabilities, fc.double({ min: 0.05, max: 0.98, noNaN: true }), (own, least) => {
      const recall = expectedAt(own, targetThreshold(own, { of: 'recall', least }));
      expect(recall.recall.mean).toBeGreaterThanOrEqual(least - 1e-6);
      const precision = expectedAt(own, targetThreshold(own, { of: 'precision', least }));
      expect(precision.precision.mean).toBeGreaterThanOrEqual(least - 1e-6);
      expect(precision.suggested > 0).toBe(Math.max(...own) >= least - 1e-9);
    }),
    { seed: 1 },
  );
});
