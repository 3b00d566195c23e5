import { expect, test } from 'vitest';
import { isotonic, meanCurve, reaches } from '../../bench/learn/reach.ts';

test('the nearest curve that never falls', () => {
  expect(isotonic([1, 3, 2, 4])).toEqual([1, 2.5, 2.5, 4]);
  expect(isotonic([3, 2, 1])).toEqual([2, 2, 2]);
  expect(isotonic([])).toEqual([]);
});

test('a figure is reached between two points, at the start, or never', () => {
  const arrive = (figure: number) => reaches([0.5, 0.6, 0.8], figure, { step: 10, never: 99 });
  expect(arrive(0.7)).toBeCloseTo(15, 9);
  expect([arrive(0.4), arrive(0.5), arrive(0.8), arrive(0.81)]).toEqual([0, 0, 20, 99]);
});

test('one lucky point is no arrival', () => {
  expect(reaches([0.1, 0.9, 0.1, 0.5], 0.6, { step: 10, never: 99 })).toBe(99);
});

test('curves of seeds are averaged point by point', () => {
  expect(
    meanCurve([
      [0, 1],
      [1, 3],
    ]),
  ).toEqual([0.5, 2]);
});
