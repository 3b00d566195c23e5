import { expect, test } from 'vitest';
import { forecastGain, gainByPowerLaw } from '../../../engine/progress/forecast.ts';
import type { LearningCurve } from '../../../engine/progress/learningCurve.ts';

const SIZES = [10, 20, 40, 60, 80];
const law = (n: number) => 0.9 - 0.5 / Math.sqrt(n);

const curveOf = (
  resampled: readonly (readonly number[])[],
  more: Partial<LearningCurve> = {},
): LearningCurve => ({
  sizes: SIZES,
  macroF1: SIZES.map(law),
  intervals: SIZES.map(() => ({ low: 0, high: 1 })),
  resampled: resampled.map((row) => Float64Array.from(row)),
  documents: 100,
  judgedLabels: 4,
  ...more,
});

test('points on an inverse power law are continued along it', () => {
  expect(gainByPowerLaw(SIZES, SIZES.map(law), { from: 100, more: 50 })).toBeCloseTo(law(150) - law(100), 12);
  expect(
    gainByPowerLaw(
      SIZES,
      SIZES.map((n) => 0.7 - 2 / n),
      { from: 100, more: 100 },
    ),
  ).toBeCloseTo(0.01, 12);
});

test('points that fall promise no loss', () => {
  expect(gainByPowerLaw(SIZES, [0.8, 0.7, 0.6, 0.5, 0.4], { from: 100, more: 50 })).toBe(0);
});

test('what the curve says and what is usual are weighed by their precision', () => {
  const steps = Math.log(1.5);
  const own = law(150) - law(100);
  // Resamples that are all alike leave the law its own misfit, which is as wide as projects differ: both count half.
  const found = forecastGain(curveOf([SIZES.map(law), SIZES.map(law)]), { more: 50, labels: 4 });
  expect(found?.gain).toBeCloseTo((own + 0.025 * steps) / 2, 12);
  expect(found?.more).toBe(50);
  const half = 1.28 * Math.sqrt(0.5 * (0.02 * steps) ** 2);
  expect(found!.high - found!.gain).toBeCloseTo(half, 12);
  expect(found!.gain - found!.low).toBeCloseTo(half, 12);
});

test('a curve that chance moves widens the range', () => {
  const shifted = (by: number) => SIZES.map((n, i) => law(n) + (i === 4 ? by : 0));
  const range = (by: number) => {
    const { low, high } = forecastGain(curveOf([shifted(by), shifted(-by)]), { more: 50, labels: 4 })!;
    return high - low;
  };
  expect(range(0.05)).toBeGreaterThan(2 * 1.28 * 0.05);
  expect(range(0.05)).toBeGreaterThan(range(0.01));
});

test('no forecast goes beyond an F1 of 1', () => {
  const found = forecastGain(curveOf([SIZES.map(law)], { macroF1: [0.9, 0.95, 0.97, 0.98, 0.999] }), {
    more: 50,
    labels: 4,
  });
  expect(found?.gain).toBeCloseTo(0.001, 12);
  expect(found?.high).toBeCloseTo(0.001, 12);
  expect(found!.low).toBeLessThan(0);
});

test('it is not known yet with few documents, few labels that can be judged, or no curve', () => {
  const rows = [SIZES.map(law)];
  const asked = { more: 50, labels: 4 };
  expect(forecastGain(null, asked)).toBeNull();
  expect(forecastGain(curveOf(rows, { documents: 39 }), asked)).toBeNull();
  expect(forecastGain(curveOf(rows, { judgedLabels: 1 }), asked)).toBeNull();
  expect(forecastGain(curveOf(rows, { judgedLabels: 2 }), asked)).not.toBeNull();
});
