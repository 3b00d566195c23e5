import { expect, test } from 'vitest';
import { createTimeLeft } from '../../../backend/training/timeLeft.ts';

test('the pace is that of steps, without the loading before the first of them', () => {
  let now = 0;
  const left = createTimeLeft(() => now);
  now = 60_000;
  expect(left.after(1, 11)).toBeNull();
  now += 2000;
  expect(left.after(2, 11)).toBe(18);
  now += 1000;
  expect(left.after(3, 11)).toBe(12);
  expect(left.after(11, 11)).toBeNull();
});

test('steps that come again after a restart begin a pace of their own', () => {
  let now = 0;
  const left = createTimeLeft(() => now);
  left.after(1, 10);
  now = 1000;
  left.after(2, 10);
  now = 90_000;
  expect(left.after(2, 10)).toBeNull();
  now += 1000;
  expect(left.after(3, 10)).toBe(7);
});
