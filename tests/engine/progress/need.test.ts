import { expect, test } from 'vitest';
import { needOf } from '../../../engine/progress/need.ts';

const f1 = (estimate: number, low: number, high: number) => ({ estimate, low, high });

test('a label needs yeses and noes before anything else is said of it', () => {
  expect(needOf({ yes: 0, no: 40, f1: null })).toEqual({ kind: 'yeses', more: 3 });
  expect(needOf({ yes: 2, no: 0, f1: f1(1, 0.9, 1) })).toEqual({ kind: 'yeses', more: 1 });
  expect(needOf({ yes: 9, no: 1, f1: null })).toEqual({ kind: 'noes', more: 2 });
  expect(needOf({ yes: 3, no: 3, f1: null })).toEqual({ kind: 'unmeasured' });
});

test('what its F1 says, as far as that is known', () => {
  const kindOf = (estimate: number, low: number, high: number) =>
    needOf({ yes: 10, no: 10, f1: f1(estimate, low, high) }).kind;
  expect(kindOf(0.9, 0.76, 1)).toBe('good');
  expect(kindOf(0.8, 0.65, 0.9)).toBe('good');
  expect(kindOf(0.8, 0.4, 0.95)).toBe('uncertain');
  expect(kindOf(0.6, 0.45, 0.75)).toBe('fair');
  expect(kindOf(0.3, 0.2, 0.45)).toBe('weak');
});
