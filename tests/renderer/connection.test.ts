import { expect, test, vi } from 'vitest';
import { type Api, useApi } from '../../renderer/src/api.ts';
import { connection, noteFailure } from '../../renderer/src/state/connection.svelte.ts';

test('an app that stays silent is no longer said to be starting, until it is back', async () => {
  vi.useFakeTimers();
  let answers = false;
  const state = async () => {
    if (!answers) throw new TypeError('Failed to fetch');
  };
  useApi({ app: { state } } as unknown as Api);
  noteFailure(new TypeError('Failed to fetch'));
  expect(connection).toMatchObject({ status: 'lost', silent: false });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(connection).toMatchObject({ status: 'lost', silent: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connection).toMatchObject({ status: 'lost', silent: true });
  answers = true;
  await vi.advanceTimersByTimeAsync(2000);
  expect(connection).toMatchObject({ status: 'ready', silent: false, restarts: 1 });
  // The next time it is given the same time.
  answers = false;
  noteFailure(new TypeError('Failed to fetch'));
  await vi.advanceTimersByTimeAsync(15_000);
  expect(connection).toMatchObject({ status: 'lost', silent: false });
  answers = true;
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
});
