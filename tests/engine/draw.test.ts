import { expect, test } from 'vitest';
import { createDraw } from '../../engine/draw.ts';

const drawnOf = (count: number, items: number): readonly number[] => {
  const { add, drawn } = createDraw<number>(count);
  for (let item = 0; item < items; item++) add(item);
  return drawn;
};

test('of few items all are drawn, of many so many, each once, and the same ones again', () => {
  expect(drawnOf(5, 3)).toEqual([0, 1, 2]);
  expect(drawnOf(0, 3)).toEqual([]);
  const many = drawnOf(400, 10_000);
  expect(new Set(many).size).toBe(400);
  expect(drawnOf(400, 10_000)).toEqual(many);
});

test('the last items are as likely as the first', () => {
  const tenths = new Array<number>(10).fill(0);
  for (const item of drawnOf(2000, 20_000)) tenths[Math.floor(item / 2000)]! += 1;
  // 200 each are expected; five deviations of chance.
  for (const tenth of tenths) expect(Math.abs(tenth - 200)).toBeLessThan(65);
});
