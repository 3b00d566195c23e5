import { expect, test } from 'vitest';
import { type Counts, noCounts, scoresOf } from '../../../engine/evaluate/counts.ts';
import { labelIntervals } from '../../../engine/evaluate/credible.ts';
import { createRandom } from '../../../engine/random.ts';

const RANDOM = { chosen: false };
const counts = (truePositives: number, falsePositives: number, falseNegatives: number): Counts => ({
  ...noCounts(),
  truePositives,
  falsePositives,
  falseNegatives,
});

test('intervals are those of the beta distributions', () => {
  const { precision, recall, f1 } = labelIntervals(counts(7, 3, 1), RANDOM);
  // Beta(7.5, 3.5), Beta(7.5, 1.5) and Beta(7.5, 5), by summing up their densities.
  expect(cdf(precision.low, 7.5, 3.5)).toBeCloseTo(0.025, 4);
  expect(cdf(precision.high, 7.5, 3.5)).toBeCloseTo(0.975, 4);
  expect(cdf(recall.low, 7.5, 1.5)).toBeCloseTo(0.025, 4);
  expect(cdf(f1.low / (2 - f1.low), 7.5, 5)).toBeCloseTo(0.025, 4);
  expect(f1.estimate).toBeCloseTo(14 / 18, 10);
});

/** P(X ≤ x) of a beta distribution, by Simpson's rule. */
function cdf(x: number, a: number, b: number): number {
  const area = (to: number) => {
    const steps = 20_000;
    const density = (t: number) => (t <= 0 || t >= 1 ? 0 : t ** (a - 1) * (1 - t) ** (b - 1));
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const [left, right] = [(to * i) / steps, (to * (i + 1)) / steps];
      sum += ((density(left) + 4 * density((left + right) / 2) + density(right)) * (right - left)) / 6;
    }
    return sum;
  };
  return area(x) / area(1);
}

test('few cases leave much open, even where all were right', () => {
  const two = labelIntervals(counts(2, 0, 0), RANDOM).f1;
  expect(two).toMatchObject({ estimate: 1, high: 1 });
  expect(two.low).toBeLessThan(0.65);
  const many = labelIntervals(counts(200, 0, 0), RANDOM).f1;
  expect(many.low).toBeGreaterThan(0.99);
  const nothing = labelIntervals(counts(0, 0, 0), RANDOM).f1;
  expect(nothing.high - nothing.low).toBeGreaterThan(0.9);
});

test('an F1 drawn at random lies in its interval about 95 times of 100', () => {
  const random = createRandom(7);
  const draw = (share: number) => random.integer(1_000_000) < share * 1_000_000;
  let inside = 0;
  const rounds = 2000;
  for (let round = 0; round < rounds; round++) {
    // A label of 30 % with a model of precision about 0.64 and recall 0.7.
    const seen = noCounts();
    for (let i = 0; i < 40; i++) {
      const gold = draw(0.3);
      const suggested = draw(gold ? 0.7 : 0.17);
      if (gold && suggested) seen.truePositives += 1;
      else if (gold) seen.falseNegatives += 1;
      else if (suggested) seen.falsePositives += 1;
    }
    const truth = scoresOf(counts(0.21, 0.119, 0.09)).f1;
    const { low, high } = labelIntervals(seen, RANDOM).f1;
    if (low <= truth && truth <= high) inside += 1;
  }
  expect(inside / rounds).toBeGreaterThan(0.93);
});

test('documents that were chosen make a label’s interval wider, by at least what an average is off by', () => {
  for (const seen of [counts(30, 14, 14), counts(400, 100, 100), counts(3, 0, 0), counts(0, 2, 3)]) {
    const [narrow, wide] = [labelIntervals(seen, RANDOM), labelIntervals(seen, { chosen: true })];
    for (const figure of ['precision', 'recall', 'f1'] as const) {
      expect(wide[figure].low).toBeLessThanOrEqual(narrow[figure].low);
      expect(wide[figure].high).toBeGreaterThanOrEqual(narrow[figure].high);
      expect(wide[figure].estimate).toBe(narrow[figure].estimate);
    }
  }
  // Many cases leave nothing to chance: what is left is 1.96 standard deviations of 0.1 or so on each side.
  const { low, high } = labelIntervals(counts(400, 100, 100), { chosen: true }).f1;
  expect(high - low).toBeGreaterThan(0.36);
  expect(high - low).toBeLessThan(0.44);
  // 68 % (55 to 78) was shown of a label that the queue had chosen documents for.
  expect(labelIntervals(counts(26, 12, 12), { chosen: true }).f1.high).toBeGreaterThan(0.85);
});
