import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrap, quantile } from '../../../engine/evaluate/bootstrap.ts';
import { createRandom } from '../../../engine/random.ts';

const meanOf = (values: readonly number[]) => (sample: Uint32Array) => ({
  mean: sample.reduce((sum, index) => sum + (values[index] as number), 0) / sample.length,
});

const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];

test('the same random source gives the same intervals, another others', () => {
  const intervals = (seed: number) =>
    bootstrap({ documents: values.length, statistic: meanOf(values), random: createRandom(seed) });
  expect(intervals(1)).toEqual(intervals(1));
  expect(intervals(1)).not.toEqual(intervals(2));
});

test('the estimate is the statistic over each document once', () => {
  const { mean } = bootstrap({ documents: 12, statistic: meanOf(values), random: createRandom(1) });
  expect(mean.estimate).toBeCloseTo(52 / 12, 12);
  expect(mean.low).toBeLessThan(mean.estimate);
  expect(mean.high).toBeGreaterThan(mean.estimate);
});

test('the interval of a mean is about that of its standard error', () => {
  const many = Array.from({ length: 400 }, (_, index) => index % 20);
  const { mean } = bootstrap({
    documents: 400,
    statistic: meanOf(many),
    random: createRandom(3),
    resamples: 2000,
  });
  // Variance of 0 … 19 is (20² − 1) / 12.
  const error = Math.sqrt((20 ** 2 - 1) / 12 / 400);
  expect(mean.low).toBeCloseTo(9.5 - 1.96 * error, 1);
  expect(mean.high).toBeCloseTo(9.5 + 1.96 * error, 1);
});

test('about 95 of 100 intervals hold the true value, and about 80 when that is asked for', () => {
  const covered = (confidence: number) => {
    const random = createRandom(8);
    const rounds = Array.from({ length: 300 }, () => {
      const drawn = Array.from({ length: 60 }, () => (random.uniform() < 0.3 ? 1 : 0));
      const { mean } = bootstrap({
        documents: 60,
        statistic: meanOf(drawn),
        random,
        resamples: 200,
        confidence,
      });
      return mean.low <= 0.3 && 0.3 <= mean.high;
    });
    return rounds.filter(Boolean).length / rounds.length;
  };
  expect(Math.abs(covered(0.95) - 0.94)).toBeLessThan(0.04);
  expect(Math.abs(covered(0.8) - 0.8)).toBeLessThan(0.07);
});

test('samples are as large as the collection, from it, and with repetitions', () => {
  const seen: number[][] = [];
  bootstrap({
    documents: 5,
    resamples: 50,
    random: createRandom(2),
    statistic: (sample) => {
      seen.push([...sample]);
      return { none: 0 };
    },
  });
  expect(seen[0]).toEqual([0, 1, 2, 3, 4]);
  expect(seen).toHaveLength(51);
  expect(seen.every((sample) => sample.length === 5 && sample.every((index) => index < 5))).toBe(true);
  expect(seen.slice(1).some((sample) => new Set(sample).size < 5)).toBe(true);
  expect(new Set(seen.slice(1).flat()).size).toBe(5);
});

test('several statistics share their resamples', () => {
  const { one, twice } = bootstrap({
    documents: 12,
    random: createRandom(1),
    statistic: (sample) => {
      const { mean } = meanOf(values)(sample);
      return { one: mean, twice: 2 * mean };
    },
  });
  expect(twice).toEqual({
    estimate: expect.closeTo(2 * one.estimate, 12),
    low: expect.closeTo(2 * one.low, 12),
    high: expect.closeTo(2 * one.high, 12),
  });
});

test('a wider confidence holds the narrower', () => {
  const interval = (confidence: number) =>
    bootstrap({ documents: 12, statistic: meanOf(values), random: createRandom(4), confidence }).mean;
  expect(interval(0.99).low).toBeLessThan(interval(0.5).low);
  expect(interval(0.99).high).toBeGreaterThan(interval(0.5).high);
});

test('one document has no spread', () => {
  const { mean } = bootstrap({ documents: 1, statistic: meanOf([7]), random: createRandom(1) });
  expect(mean).toEqual({ estimate: 7, low: 7, high: 7 });
});

test('nothing to draw, or an impossible confidence, is a broken invariant', () => {
  const fine = { documents: 2, statistic: meanOf([1, 2]), random: createRandom(1) };
  for (const wrong of [{ documents: 0 }, { resamples: 0 }, { confidence: 0 }, { confidence: 1 }]) {
    expect(() => bootstrap({ ...fine, ...wrong })).toThrow('Broken invariant');
  }
});

// np.quantile([0.1, 0.4, 0.4, 0.9, 2.5, 3.0], [0, 0.025, 0.3, 0.5, 0.975, 1])
test('quantiles are those of NumPy', () => {
  const sorted = [0.1, 0.4, 0.4, 0.9, 2.5, 3.0];
  expect([0, 0.025, 0.3, 0.5, 0.975, 1].map((share) => quantile(sorted, share))).toEqual(
    [0.1, 0.1375, 0.4, 0.65, 2.9375, 3].map((value) => expect.closeTo(value, 12)),
  );
});

test('quantiles rise with the share and stay within the values', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const sortedValues = fc
    .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    .map((drawn) => drawn.sort((one, other) => one - other));
  fc.assert(
    fc.property(sortedValues, share, share, (sorted, one, other) => {
      const low = quantile(sorted, Math.min(one, other));
      const high = quantile(sorted, Math.max(one, other));
      const slack = 1e-9;
      expect(low).toBeLessThanOrEqual(high + slack);
      expect(low).toBeGreaterThanOrEqual((sorted[0] as number) - slack);
      expect(high).toBeLessThanOrEqual((sorted.at(-1) as number) + slack);
    }),
    { seed: 1 },
  );
});
