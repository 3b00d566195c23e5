import { ORPCError } from '@orpc/client';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Run, TrainingEvent } from '../../contract/index.ts';
import { type Api, useApi } from '../../renderer/src/api.ts';
import { showOpening } from '../../renderer/src/connect/opening.ts';
import { sourceChanged } from '../../renderer/src/state/source.svelte.ts';
import { fail, sayWithUndo, toasts, warn } from '../../renderer/src/state/toasts.svelte.ts';
import { activate, follow } from '../../renderer/src/train/training.svelte.ts';

let opening = 0;
beforeEach(() => {
  toasts.all = [];
  showOpening(`opening ${++opening}`);
});

const shown = () => toasts.all.map(({ message, action }) => `${message} ${action?.text ?? ''}`);

/** A backend in which run 1 suggests, and each training makes a run that does worse than what suggests. */
function worseRuns() {
  let active = 1;
  const events = (id: number): TrainingEvent[] => [
    { kind: 'start', run: id, warnings: [], losses: [], evaluations: [] },
    { kind: 'done', run: id },
  ];
  const runs = () =>
    [1, 2, 3].map((id) => ({
      ...{ id, name: `run ${id}`, active: id === active, tookOver: id === 1, status: 'done' },
      against: id === 1 ? null : { name: `run ${active}`, macroF1: 0.8 },
    })) as unknown as Run[];
  let next = 1;
  useApi({
    training: {
      runs: async () => runs(),
      activate: async ({ run }: { run: number }) => {
        active = run;
        return true;
      },
      watch: async () => events(++next),
    },
    suggestions: { stale: async () => ({ done: 0, total: 0, running: false }) },
    project: { summary: async () => null },
  } as unknown as Api);
}

const offers = () => toasts.all.filter(({ kind }) => kind === 'warning').length;

test('a run that was offered is offered no more when another one suggests, or another is being made', async () => {
  worseRuns();
  await follow();
  expect(offers()).toBe(1);
  await activate(1);
  expect(offers()).toBe(0);
  await follow();
  // Only the last one.
  expect(
    toasts.all.filter(({ kind }) => kind === 'warning').map(({ action }) => action !== undefined),
  ).toEqual([true]);
});

test('the way back of what suggested goes when something else suggests', async () => {
  worseRuns();
  await activate(2);
  await vi.waitFor(() => expect(toasts.all).toHaveLength(1));
  expect(toasts.all[0]?.action).toBeDefined();
  sourceChanged();
  expect(shown()).toEqual([]);
});

test('what is said of one project is gone with it, with what could be done about it; a failure stays', () => {
  warn('the device gave out');
  sayWithUndo('three documents deleted', () => undefined);
  fail(new ORPCError('CONFLICT', { message: 'not opened' }));
  const failure = toasts.all.at(-1)?.message;
  showOpening(`opening ${++opening}`);
  expect(toasts.all.map(({ message }) => message)).toEqual([failure]);
});
