import { expect, test } from 'vitest';
import type { Forecast } from '../../../engine/progress/forecast.ts';
import {
  certainty,
  fallingConfidence,
  littleGain,
  stablePredictions,
  stoppingCriteria,
} from '../../../engine/progress/stopping.ts';

const step = (...sample: number[]) => ({
  sample: Float32Array.from(sample),
  thresholds: Float64Array.of(0.5, 0.5),
});

test('successive models that suggest the same are stable', () => {
  const same = step(0.9, 0.1, 0.2, 0.8);
  expect(stablePredictions([same, same, same])).toMatchObject({ value: null, holds: false });
  expect(stablePredictions([same, same, same, same])).toMatchObject({ value: 1, holds: true });
});

test('the mean of Cohen’s kappa of the last three pairs of models', () => {
  const one = step(0.9, 0.9, 0.1, 0.1);
  const other = step(0.9, 0.1, 0.1, 0.1);
  // Of four cells three agree: (0.75 - 0.5) / (1 - 0.5) = 0.5.
  expect(stablePredictions([one, one, one, other]).value).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
  expect(stablePredictions([other, one, one, one, one]).value).toBe(1);
});

test('models that suggest nothing agree', () => {
  const nothing = step(0.1, 0.1);
  expect(stablePredictions([nothing, nothing, nothing, nothing]).value).toBe(1);
});

test('the mean entropy in bits, without what is not known', () => {
  const sure = step(0, 1);
  expect(certainty([sure, sure, sure, step(0.5, Number.NaN)]).value).toBe(1);
  expect(certainty([sure, sure, sure, sure])).toMatchObject({ value: 0, holds: true });
  expect(certainty([sure]).value).toBeNull();
});

test('confidence has passed its peak when it fell three times in a row', () => {
  const steps = [0.9, 0.8, 0.7, 0.6].map((p) => step(p, 1 - p));
  expect(fallingConfidence(steps)).toMatchObject({ value: 3, holds: true });
  expect(fallingConfidence([...steps.slice(0, 3), step(0.7, 0.3)])).toMatchObject({ value: 0, holds: false });
  expect(fallingConfidence(steps.slice(0, 3))).toMatchObject({ value: null, holds: false });
});

test('a gain that is below two points at best is little', () => {
  const upTo = (high: number): Forecast => ({ more: 50, gain: 0.001, low: -0.1, high });
  expect(littleGain(upTo(0.019)).holds).toBe(true);
  expect(littleGain(upTo(0.021)).holds).toBe(false);
  expect(littleGain(null)).toMatchObject({ value: null, holds: false });
});

test('each criterion is named once', () => {
  expect(stoppingCriteria([], null).map(({ name }) => name)).toEqual([
    'stable',
    'certain',
    'confidence',
    'gain',
  ]);
});
