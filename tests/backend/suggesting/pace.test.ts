import { expect, test } from 'vitest';
import { createPace } from '../../../backend/suggesting/pace.ts';

test('what is left takes as long as the pace so far says; each part of the work has its own', () => {
  let now = 0;
  const pace = createPace(() => now);
  pace.begin();
  expect(pace.secondsLeft()).toBe(0);
  pace.note({ done: 100, total: 1000 });
  expect(pace.secondsLeft()).toBe(0);
  now = 10_000;
  pace.note({ done: 200, total: 1000 });
  expect(pace.secondsLeft()).toBe(80);
  pace.note({ done: 0, total: 50 });
  expect(pace.secondsLeft()).toBe(0);
  now = 12_000;
  pace.note({ done: 40, total: 50 });
  expect(pace.secondsLeft()).toBe(0.5);
});
