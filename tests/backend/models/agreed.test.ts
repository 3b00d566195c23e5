import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { expect, onTestFinished, test } from 'vitest';
import { type Backend, router } from '../../../backend/index.ts';
import { isPresent } from '../../../backend/machine/recent.ts';
import { agreeToModel, isAgreed, resolveNamed } from '../../../backend/models/agreed.ts';
import { resolveModel } from '../../../backend/models/resolve.ts';
import { newBackend } from '../../support/backend.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function setting(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

/** A hub on this machine that has nothing; what was asked of it. */
async function emptyHub(): Promise<string[]> {
  const asked: string[] = [];
  const hub = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void hub.close());
  setting('HF_ENDPOINT', `http://127.0.0.1:${(hub.address() as AddressInfo).port}`);
  setting('ENTAIL_HOME', join(temporaryFolder(), 'home'));
  return asked;
}

async function openedWith(model: string, { trained = false } = {}): Promise<Backend> {
  const project = newProject();
  addDocuments(project, ['late', 'too dear']);
  project.write(() => {
    const { settings, runs } = project.stores;
    if (!trained) return settings.set('model', model);
    const at = '2026-01-01T00:00:00.000Z';
    const run = runs.add({ model, modelDigest: 'x', options: {}, revisionId: 0, startedAt: at });
    runs.saveWeights(run, new Uint8Array(64));
    runs.finish(run, { status: 'done', at, report: {} });
    settings.set('activeRun', run);
  });
  project.close();
  const backend = await newBackend();
  await backend.open(project.path);
  return backend;
}

const FOREIGN = 'owner-of-nothing/model-of-nothing';

test.each([false, true])(
  'a model that a project names is asked about, and nothing is fetched (trained: %s)',
  async (trained) => {
    const asked = await emptyHub();
    const { session } = await openedWith(FOREIGN, { trained });
    const context = { context: session };
    expect(await call(router.project.foreign, undefined, context)).toEqual({
      model: { name: FOREIGN, origin: 'hub' },
      strange: [],
      changed: [],
    });
    expect(await call(router.suggestions.stale, undefined, context)).toMatchObject({ done: 2, total: 2 });
    for await (const _ of await call(router.suggestions.refresh, { first: [] }, context));
    const next = { annotator: 'ada', strategy: 'mix', limit: 2, except: [] as number[] } as const;
    expect(await call(router.annotations.next, next, context)).toHaveLength(2);
    const preview = call(router.labels.preview, { labelId: 1, hypotheses: ['x y'] }, context);
    await expect(preview).rejects.toThrow('nobody agreed');
    expect(asked).toEqual([]);

    await call(router.settings.agreeToModel, { name: FOREIGN }, context);
    expect(isAgreed(FOREIGN)).toBe(true);
    expect((await call(router.project.foreign, undefined, context)).model).toBeNull();
    await session.workspace.opened().suggestions.settled();
    expect(asked.length).toBeGreaterThan(0);
  },
);

test('only the model that the project names can be agreed to', async () => {
  const asked = await emptyHub();
  const { session } = await openedWith(FOREIGN);
  const agreeing = call(router.settings.agreeToModel, { name: 'other/model' }, { context: session });
  await expect(agreeing).rejects.toThrow('names another model');
  expect(isAgreed('other/model')).toBe(false);
  expect(asked).toEqual([]);
});

test('a folder is asked about, and one that is on a server is refused even then', async () => {
  await emptyHub();
  await expect(resolveNamed('/somewhere/model')).rejects.toMatchObject({ code: 'model_not_agreed' });
  for (const name of ['\\\\server.invalid\\share', '//server.invalid/share', 'file://server.invalid/x']) {
    await expect(resolveNamed(name)).rejects.toMatchObject({ code: 'model_not_agreed' });
    agreeToModel(name);
    await expect(resolveNamed(name)).rejects.toMatchObject({ code: 'model_on_server' });
    await expect(resolveModel(name)).rejects.toMatchObject({ code: 'model_on_server' });
  }
});

test('a drive that does not answer is not waited for', async () => {
  let looks = 0;
  const never = () => {
    looks += 1;
    return new Promise<never>(() => undefined);
  };
  expect(await isPresent('/hanging', never)).toBe(false);
  expect(await isPresent('/hanging', never)).toBe(false);
  expect(looks).toBe(1);
  expect(await isPresent(temporaryFolder())).toBe(true);
});

test('what can be no name is not agreed to, and a list with such an entry keeps the others', () => {
  const home = temporaryFolder();
  agreeToModel('', home);
  agreeToModel('x'.repeat(5000), home);
  agreeToModel('owner/one', home);
  writeFileSync(join(home, 'agreed-models.json'), JSON.stringify(['owner/one', '', 7]));
  agreeToModel('owner/two', home);
  expect(['owner/one', 'owner/two', ''].map((name) => isAgreed(name, home))).toEqual([true, true, false]);
});
