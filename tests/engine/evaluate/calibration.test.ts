import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibration } from '../../../engine/evaluate/calibration.ts';
import { createRandom } from '../../../engine/random.ts';
import { gold, judgedCases, scores, table, undecidedChanged } from './judged.ts';

/** One document per probability, with one label. */
const column = (probabilities: readonly number[], golds: readonly number[]) => ({
  gold: table(golds.map((value) => [value])),
  scores: probabilities.map((probability) => Float32Array.of(probability)),
});

/*
 * share, mean = calibration_curve(gold.ravel(), scores.ravel(), n_bins=3)   # scikit-learn 1.9.1
 * n = np.histogram(scores.ravel().astype(float), 3, (0, 1))[0]
 * print(share, mean, n, (n * abs(share - mean)).sum() / n.sum())
 */
test('bins are those of scikit-learn', () => {
  const { bins, expectedCalibrationError } = calibration({ gold, scores }, 3);
  const expected = [
    [17, 0.11764706, 0.17352942],
    [10, 0.3, 0.48500001],
    [5, 1, 0.75999999],
  ].map(([count, share, mean], bin) => ({
    low: bin / 3,
    high: (bin + 1) / 3,
    count,
    positiveShare: expect.closeTo(share as number, 7),
    meanProbability: expect.closeTo(mean as number, 7),
  }));
  expect(bins).toEqual(expected);
  expect(expectedCalibrationError).toBeCloseTo(0.1250000064, 9);
});

test('the error is the distance of share and mean, weighted by bin', () => {
  // Bin 0: 0.25, 0.25 with one yes: |0.5 − 0.25|. Bin 1: 0.75, 1, 1, 0.75 all yes: |1 − 0.875|.
  const judged = column([0.25, 0.25, 0.75, 1, 1, 0.75], [0, 1, 1, 1, 1, 1]);
  expect(calibration(judged, 2).expectedCalibrationError).toBeCloseTo((2 * 0.25 + 4 * 0.125) / 6, 12);
});

test('a bin begins with its lower edge, and the last ends with 1', () => {
  const counts = (probability: number) =>
    calibration(column([probability], [1]), 4).bins.map(({ count }) => count);
  expect([0, 0.25, 0.5, 0.75, 1].map(counts)).toEqual([
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 1],
  ]);
});

test('every cell lies within its bin, and each decided cell is in one', () => {
  fc.assert(
    fc.property(judgedCases, fc.integer({ min: 1, max: 20 }), (judged, count) => {
      const { bins, expectedCalibrationError } = calibration(judged, count);
      const decidedCells = judged.decided.flatMap((row) => [...row]).filter((value) => value === 1).length;
      expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(decidedCells);
      for (const { count: cells, low, high, meanProbability } of bins) {
        if (cells === 0) continue;
        expect(meanProbability).toBeGreaterThanOrEqual(low - 1e-6);
        expect(meanProbability).toBeLessThanOrEqual(high + 1e-6);
      }
      expect(expectedCalibrationError >= 0 && expectedCalibrationError <= 1).toBe(true);
    }),
    { seed: 1 },
  );
});

test('undecided cells are in no bin', () => {
  fc.assert(
    fc.property(judgedCases, (judged) => {
      expect(calibration(undecidedChanged(judged))).toEqual(calibration(judged));
    }),
    { seed: 2 },
  );
});

test('with one bin the error is the distance of the overall share and mean', () => {
  const { expectedCalibrationError } = calibration(column([0.5, 0.25, 1], [1, 0, 0]), 1);
  expect(expectedCalibrationError).toBeCloseTo(Math.abs(1 / 3 - 1.75 / 3), 12);
});

test('probabilities that are frequencies have a small error, overconfident ones a large', () => {
  const random = createRandom(6);
  const truth = Array.from({ length: 5000 }, () => random.uniform());
  const golds = truth.map((probability) => (random.uniform() < probability ? 1 : 0));
  const overconfident = truth.map((probability) => (probability < 0.5 ? 0.01 : 0.99));
  expect(calibration(column(truth, golds)).expectedCalibrationError).toBeLessThan(0.03);
  // Below 0.5 the share of positives is 0.25, above 0.75.
  expect(calibration(column(overconfident, golds)).expectedCalibrationError).toBeCloseTo(0.24, 1);
});

test('nothing decided has no error', () => {
  const none = calibration({ ...column([0.5], [1]), decided: table([[0]]) });
  expect(none.expectedCalibrationError).toBe(0);
  expect(none.bins).toHaveLength(15);
});

test('a decided score that is not a number is refused, and so are no bins', () => {
  expect(() => calibration(column([Number.NaN], [1]))).toThrow(
    expect.objectContaining({ code: 'scores_invalid' }),
  );
  for (const bins of [0, 1.5, -1]) expect(() => calibration(column([0.5], [1]), bins)).toThrow('invariant');
});
