import { expect, test } from 'vitest';
import { foldsOf } from '../../engine/folds.ts';

test('each item is in one part of its own, and among the others of all other parts', () => {
  const folds = foldsOf([5, 6, 7, 8, 9], 3);
  expect(folds).toEqual([
    { own: [5, 8], others: [6, 7, 9] },
    { own: [6, 9], others: [5, 7, 8] },
    { own: [7], others: [5, 6, 8, 9] },
  ]);
});

test('of few items each is a part', () => {
  expect(foldsOf(['a', 'b'], 5)).toEqual([
    { own: ['a'], others: ['b'] },
    { own: ['b'], others: ['a'] },
  ]);
  expect(foldsOf([], 5)).toEqual([]);
});
