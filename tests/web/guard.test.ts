import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openingOf } from '../../backend/app/openingName.ts';
import { createKeys, refusal } from '../../web/guard.ts';
import { serve } from '../../web/server.ts';
import { openBackend } from '../support/backend.ts';
import { addDocuments } from '../support/project.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function served() {
  const { session } = await openBackend();
  const { project } = session.workspace.opened();
  addDocuments(project, ['one', 'two']);
  const host = await serve(session);
  onTestFinished(() => host.close());
  const key = new URL(host.url).hash.slice('#k='.length);
  const own = `http://127.0.0.1:${host.port}`;
  const send = (options: {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string;
  }) =>
    new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
      const { method = 'GET', path = '/', headers = {}, body } = options;
      const out = request({ port: host.port, host: '127.0.0.1', method, path, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode!, body: text, headers: answer.headers }));
      });
      out.on('error', reject);
      out.end(body);
    });
  return { host, key, own, send, project, session };
}

test("fault 75: only this machine's own page is answered, and nothing without the session key", async () => {
  const { key, own, send, project } = await served();
  const host = own.slice('http://'.length);
  expect((await send({ headers: { host: 'evil.example' } })).status).toBe(421);
  expect((await send({ headers: { host: 'evil.example:80' } })).status).toBe(421);
  const exchange = (headers: Record<string, string>, body = key) =>
    send({ method: 'POST', path: '/session', headers: { host, ...headers }, body });
  expect((await exchange({})).status).toBe(403);
  expect((await exchange({ origin: 'null' })).status).toBe(403);
  expect((await exchange({ origin: 'http://evil.example' })).status).toBe(403);
  expect((await exchange({ origin: own, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await exchange({ origin: own }, 'wrong')).status).toBe(403);
  expect((await send({ method: 'OPTIONS', headers: { host, origin: own } })).status).toBe(405);
  const session = await exchange({ origin: own });
  expect(session.status).toBe(200);
  expect((await exchange({ origin: own })).status).toBe(403); // once
  const call = (headers: Record<string, string>) =>
    send({
      method: 'POST',
      path: '/rpc/labels/list',
      headers: { host, origin: own, 'content-type': 'application/json', ...headers },
      body: '{}',
    });
  expect((await call({})).status).toBe(403);
  expect((await call({ 'x-entail-key': 'wrong' })).status).toBe(403);
  const good = await call({ 'x-entail-key': session.body, 'x-entail-opening': openingOf(project) });
  expect(good.status).toBe(200);
  expect(good.headers['access-control-allow-origin']).toBeUndefined();
  expect(good.body).toContain('shipping');
});

test('the start key is good for a minute', () => {
  let now = 0;
  const keys = createKeys(() => now);
  const late = keys.start();
  now = 60_001;
  expect(keys.exchange(late)).toEqual({ refused: 'late' });
});

test('a new link opens another tab, and an old one says why it does not', () => {
  let now = 0;
  const keys = createKeys(() => now);
  const first = keys.start();
  const opened = keys.exchange(first);
  if (!('session' in opened)) throw new Error('a new link is refused');
  expect(keys.isSession(opened.session)).toBe(true);
  expect(keys.exchange(first)).toEqual({ refused: 'used' });
  now = 120_000;
  expect(keys.exchange(first)).toEqual({ refused: 'used' });
  const second = keys.start();
  expect(keys.exchange(second)).toEqual({ session: opened.session });
  expect(keys.exchange('made up')).toEqual({ refused: 'unknown' });
});

test('fault 68: pages come from a table with a strict policy; other paths and methods are refused', async () => {
  const { own, send } = await served();
  const host = own.slice('http://'.length);
  const page = await send({ headers: { host } });
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%5cpackage.json',
    '//etc/passwd',
    '/assets/',
    '/index.html?x',
  ]) {
    expect([path, (await send({ path, headers: { host } })).status]).toEqual([path, 404]);
  }
  expect((await send({ method: 'PUT', headers: { host, origin: own } })).status).toBe(405);
  expect(refusal({ method: 'GET', url: '/', headers: {} }, 80)).toBe(421);
});

test('faults 70, 71: unknown procedures and wrong inputs are refused, and nothing is changed', async () => {
  const { key, own, send, project } = await served();
  const host = own.slice('http://'.length);
  const session = (
    await send({ method: 'POST', path: '/session', headers: { host, origin: own }, body: key })
  ).body;
  const call = (path: string, body: unknown) =>
    send({
      method: 'POST',
      path: `/rpc/${path}`,
      headers: {
        host,
        origin: own,
        'content-type': 'application/json',
        'x-entail-key': session,
        'x-entail-opening': openingOf(project),
      },
      body: JSON.stringify({ json: body }),
    });
  for (const name of [
    'constructor',
    '__proto__',
    'labels/hasOwnProperty',
    'labels/__proto__',
    'labels/toString',
    'x'.repeat(5000),
  ]) {
    expect((await call(name, {})).status).toBe(404);
  }
  const good = { annotator: 'ada', documentIds: [1], values: [{ labelId: 1, value: 'yes' }] };
  for (const bad of [
    null,
    [],
    { ...good, extra: 1 },
    { ...good, documentIds: [] },
    { ...good, documentIds: ['1'] },
    { ...good, documentIds: [1.5] },
    { ...good, annotator: '' },
    { ...good, annotator: 'x'.repeat(201) },
    { ...good, values: [{ labelId: 1, value: 'maybe' }] },
    { ...good, note: 'x'.repeat(20_001) },
    { ...good, status: 'finished' },
  ]) {
    expect([bad, (await call('annotations/decide', bad)).status]).toEqual([bad, 400]);
  }
  expect(project.stores.annotations.lastRevision()).toBe(0);
  expect((await call('annotations/decide', good)).status).toBe(200);
  expect(project.stores.annotations.lastRevision()).toBe(1);
  const failed = await call('annotations/get', { annotator: 'ada', id: 99 });
  expect(failed.body).toContain('There is no document 99.');
});

test('an exported file is streamed to who has the key and its token, and no other file is', async () => {
  const { key, own, send, project, session: opened } = await served();
  const host = own.slice('http://'.length);
  const session = (
    await send({ method: 'POST', path: '/session', headers: { host, origin: own }, body: key })
  ).body;
  const folder = temporaryFolder();
  const file = join(folder, 'Ä results.csv');
  writeFileSync(file, 'text,result\n'.repeat(50_000));
  writeFileSync(join(folder, 'other.csv'), 'secret');
  const token = opened.workspace
    .opened()
    .exported.give({ path: file, files: new Map([['Ä results.csv', file]]) });
  const ask = (body: unknown, headers: Record<string, string> = { 'x-entail-key': session }) =>
    send({
      method: 'POST',
      path: '/exported',
      headers: { host, origin: own, ...headers },
      body: JSON.stringify(body),
    });
  const got = await ask({ token, name: 'Ä results.csv' });
  expect([got.status, got.body === readFileSync(file, 'utf8')]).toEqual([200, true]);
  expect((await ask({ token, name: 'Ä results.csv' }, {})).status).toBe(403);
  for (const name of ['other.csv', '../other.csv', project.path, ''])
    expect([name, (await ask({ token, name })).status]).toEqual([name, 404]);
  expect((await ask({ token: 'unknown', name: 'Ä results.csv' })).status).toBe(404);
  expect((await ask('x'.repeat(2000))).status).toBe(413);
  writeFileSync(file, '');
  expect(await ask({ token, name: 'Ä results.csv' })).toMatchObject({ status: 200, body: '' });
});

test('each file of an exported folder is sent by the name that the page shows, and nothing beside it', async () => {
  const { key, own, send, session: opened } = await served();
  const host = own.slice('http://'.length);
  const session = (
    await send({ method: 'POST', path: '/session', headers: { host, origin: own }, body: key })
  ).body;
  const folder = temporaryFolder();
  const shown = ['README.md', 'jobs/README.md', 'onnx/model.onnx'];
  mkdirSync(join(folder, 'onnx'));
  mkdirSync(join(folder, 'jobs'));
  for (const name of [...shown, 'onnx/other.onnx']) writeFileSync(join(folder, name), `this is ${name}`);
  const token = opened.workspace.opened().exported.give({
    path: folder,
    files: new Map(shown.map((name) => [name, join(folder, name)])),
  });
  const ask = (name: string) =>
    send({
      method: 'POST',
      path: '/exported',
      headers: { host, origin: own, 'x-entail-key': session },
      body: JSON.stringify({ token, name }),
    });
  for (const name of shown) expect(await ask(name)).toMatchObject({ status: 200, body: `this is ${name}` });
  for (const name of [
    'onnx/other.onnx',
    'model.onnx',
    'onnx',
    './README.md',
    'jobs/../README.md',
    'onnx\\model.onnx',
    join(folder, 'README.md'),
    '__proto__',
  ])
    expect([name, (await ask(name)).status]).toEqual([name, 404]);
});
