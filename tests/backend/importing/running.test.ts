import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRunningImports } from '../../../backend/importing/running.ts';

test('what a stopped import added is told once the batch that was being written is there', async () => {
  const imports = createRunningImports();
  const reader = new AbortController();
  const writing = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const run = imports.run({ tokens: ['a', 'b'], signal: reader.signal }, async ({ stop, added }) => {
    added(1000);
    begun.resolve();
    await writing.promise;
    added(2000);
    stop.throwIfAborted();
  });
  await begun.promise;
  reader.abort();
  const told: number[] = [];
  const ended = imports.ended(['a', 'b']).then((count) => told.push(count));
  await delay(20);
  expect(told).toEqual([]);
  writing.resolve();
  await expect(run).rejects.toThrow();
  await ended;
  expect(told).toEqual([2000]);
  expect(await imports.ended(['a', 'b'])).toBe(2000);
});

test('another import is not waited for, and one that never began added nothing', async () => {
  const imports = createRunningImports();
  const other = Promise.withResolvers<void>();
  const run = imports.run({ tokens: ['other'], signal: new AbortController().signal }, async ({ added }) => {
    added(5);
    await other.promise;
  });
  expect(await imports.ended(['a'])).toBe(0);
  other.resolve();
  await run;
  expect(imports.any).toBe(false);
});
