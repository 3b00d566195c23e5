import { ORPCError } from '@orpc/client';
import { expect, test, vi } from 'vitest';
import { type Api, useApi } from '../../renderer/src/api.ts';
import { backendReturned, connection, noteFailure } from '../../renderer/src/state/connection.svelte.ts';

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

test('an app that was started again and does not know this tab is not said to be back', async () => {
  vi.useFakeTimers();
  const { restarts } = connection;
  let error: Error = new TypeError('Failed to fetch');
  const state = () => Promise.reject(error);
  useApi({ app: { state } } as unknown as Api);
  noteFailure(error);
  await vi.advanceTimersByTimeAsync(3000);
  expect(connection.status).toBe('lost');
  error = new ORPCError('FORBIDDEN', { status: 403 });
  await vi.advanceTimersByTimeAsync(2000);
  expect(connection).toMatchObject({ status: 'unknown', silent: false, restarts });
  // It may go away once more.
  error = new TypeError('Failed to fetch');
  noteFailure(error);
  expect(connection.status).toBe('lost');
  error = new ORPCError('FORBIDDEN', { status: 403 });
  await vi.advanceTimersByTimeAsync(2000);
  expect(connection.status).toBe('unknown');
  backendReturned();
  vi.useRealTimers();
});
