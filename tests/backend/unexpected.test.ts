import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORPCError } from '@orpc/server';
import { afterAll, expect, test, vi } from 'vitest';
import { wireError } from '../../backend/app/base.ts';
import { placesOf } from '../../backend/app/places.ts';
import { BackendError } from '../../backend/errors.ts';
import type { Failure } from '../../contract/index.ts';
import { createEngineServer } from '../../engine/process/server.ts';

const home = mkdtempSync(join(tmpdir(), 'entail-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
vi.stubEnv('ENTAIL_HOME', home);
const log = () => readFileSync(join(home, 'logs', 'entail.log'), 'utf8');

test('a failure that nobody expected is one sentence for the page, and a stack in the log that settings show', () => {
  const crossed = wireError(new TypeError('Cannot read “the parcel came late”'));
  expect(crossed).toBeInstanceOf(ORPCError);
  const { message, data } = crossed as ORPCError<string, Failure>;
  expect(message).toBe('Something went wrong inside Entail.');
  expect(data).toEqual({ code: 'unexpected', message, hint: null, remedy: { code: 'see_log' }, params: {} });
  expect(log()).toMatch(/unexpected error=TypeError at .*unexpected\.test\.ts:\d+/);
  expect(log()).not.toContain('parcel');
  expect(placesOf(home, null).map(({ where }) => where)).toContain(join(home, 'logs'));
});

test('an expected one is not in the log', () => {
  const before = log();
  wireError(new BackendError('disk_full', 'The disk is full.'));
  expect(log()).toBe(before);
});

test('the engine tells none of its raw messages either', async () => {
  const events = {
    step: () => undefined,
    evaluation: () => undefined,
    tuned: () => undefined,
    notice: () => undefined,
    progress: () => undefined,
  };
  const engine = createEngineServer(events);
  const outcome = await engine.embed(1, { model: { dir: 7 as unknown as string }, texts: ['a parcel'] });
  expect(outcome).toMatchObject({
    ok: false,
    error: { code: 'engine_bug', message: 'Something went wrong inside the engine.' },
  });
  expect(log()).toMatch(/engine-bug error=TypeError/);
});
