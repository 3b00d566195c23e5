import { expect, it, vi } from 'vitest';
import { createResting } from '../../renderer/src/state/resting.ts';

it('what is typed is saved when the typing rests, once, and at once when the field goes', () => {
  vi.useFakeTimers();
  const saved: string[] = [];
  const resting = createResting(800);
  for (const text of ['a', 'ab', 'abc']) {
    resting.typed(() => saved.push(text));
    vi.advanceTimersByTime(500);
  }
  expect(saved).toEqual([]);
  vi.advanceTimersByTime(400);
  expect(saved).toEqual(['abc']);
  resting.typed(() => saved.push('abcd'));
  resting.flush();
  resting.flush();
  vi.advanceTimersByTime(2000);
  expect(saved).toEqual(['abc', 'abcd']);
  vi.useRealTimers();
});
