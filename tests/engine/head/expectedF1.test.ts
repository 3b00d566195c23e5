import { expect, test } from 'vitest';
import { expectedF1Threshold, suggestionThreshold } from '../../../engine/head/expectedF1.ts';
import { createRandom } from '../../../engine/random.ts';

/** The expected F1 of suggesting what is at or above `threshold`, by its definition. */
function expectedF1(probabilities: readonly number[], threshold: number): number {
  const suggested = probabilities.filter((p) => p >= threshold);
  const sum = (of: readonly number[]) => of.reduce((total, p) => total + p, 0);
  return (2 * sum(suggested)) / (suggested.length + sum(probabilities));
}

test('no threshold expects a higher F1', () => {
  const random = createRandom(7);
  for (let round = 0; round < 50; round++) {
    const probabilities = Array.from({ length: 1 + random.integer(40) }, () => random.uniform() ** 3);
    const found = expectedF1(probabilities, expectedF1Threshold(probabilities));
    for (const p of probabilities) expect(found).toBeGreaterThanOrEqual(expectedF1(probabilities, p) - 1e-12);
  }
});

test('sure answers are told apart by 0.5; a rare label gets a low threshold', () => {
  expect(expectedF1Threshold([1, 1, 0, 0])).toBe(0.5);
  expect(expectedF1Threshold([0.3, 0.3, ...Array.from({ length: 50 }, () => 0.001)])).toBeCloseTo(0.1505, 6);
});

test('equal probabilities are on one side', () => {
  expect(expectedF1Threshold([0.4, 0.4, 0.4, 0.1])).toBeCloseTo(0.25, 12);
});

test('without probabilities it is 0.5', () => {
  expect(expectedF1Threshold([])).toBe(0.5);
  expect(expectedF1Threshold([0, 0])).toBe(0.5);
});

test('a label that occurs hardly anywhere is not suggested everywhere', () => {
  const rare = Float64Array.from({ length: 100 }, () => 0.04);
  expect(expectedF1Threshold(rare)).toBeLessThan(0.04);
  expect(suggestionThreshold(rare)).toBe(0.2);
  const usual = [0.9, 0.8, 0.1, 0.05];
  expect(suggestionThreshold(usual)).toBe(expectedF1Threshold(usual));
});
