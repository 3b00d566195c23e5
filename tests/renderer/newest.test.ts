import { expect, it, vi } from 'vitest';
import { Newest } from '../../renderer/src/import/newest.ts';

it('of what is asked in a row only the newest is done, and what is under way is stopped', async () => {
  vi.useFakeTimers();
  const newest = new Newest();
  const began: string[] = [];
  const stopped: string[] = [];
  const ask = (name: string, rest?: number) =>
    newest.run(async (signal) => {
      began.push(name);
      await new Promise<void>((resolve, reject) => {
        setTimeout(resolve, 1000);
        signal.addEventListener('abort', () => {
          stopped.push(name);
          reject(new Error('stopped'));
        });
      });
    }, rest);
  const all = [ask('first')];
  await vi.advanceTimersByTimeAsync(10);
  for (const name of ['a', 'b', 'c']) {
    all.push(ask(name, 300));
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(2000);
  await Promise.all(all);
  expect(began).toEqual(['first', 'c']);
  expect(stopped).toEqual(['first']);
  vi.useRealTimers();
});

it('a failure of the newest is told', async () => {
  await expect(new Newest().run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
