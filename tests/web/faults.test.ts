import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openingOf } from '../../backend/app/openingName.ts';
import { PAGE_HEADERS } from '../../backend/process/pageHeaders.ts';
import { serve } from '../../web/server.ts';
import { openBackend } from '../support/backend.ts';
import { addDocuments } from '../support/project.ts';

async function served() {
  const { session } = await openBackend();
  const { project } = session.workspace.opened();
  addDocuments(project, ['one', 'two']);
  const host = await serve(session);
  onTestFinished(() => host.close());
  const own = `http://127.0.0.1:${host.port}`;
  const start = new URL(host.url).hash.slice('#k='.length);
  const key = async () =>
    (await send(host.port, { path: '/session', headers: { origin: own }, body: start })).body;
  return { host, own, project, start, key };
}

interface Answer {
  status: number;
  body: string;
  headers: NodeJS.Dict<string | string[]>;
}

/** A POST, or what `method` says. */
function send(
  port: number,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string },
): Promise<Answer> {
  const { method = 'POST', path, headers, body } = options;
  return new Promise((resolve, reject) => {
    const out = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk)));
      answer.on('end', () => resolve({ status: answer.statusCode!, body: text, headers: answer.headers }));
      answer.on('error', reject);
    });
    out.on('error', reject);
    out.end(body);
  });
}

function socketTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

const closed = (socket: Socket) =>
  socket.destroyed ? Promise.resolve() : new Promise<void>((resolve) => socket.on('close', () => resolve()));

test('fault 75: forms, images, WebSockets and keys of another start get nothing, and change nothing', async () => {
  const { host, own, project, key } = await served();
  const other = await served();
  const strange = await other.key();
  const good = await key();
  const decide = JSON.stringify({
    json: { annotator: 'ada', documentIds: [1], values: [{ labelId: 1, value: 'yes' }] },
  });
  const post = (headers: Record<string, string>) =>
    send(host.port, { path: '/rpc/annotations/decide', headers, body: decide });
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await post({ ...form, origin: 'http://evil.example' })).status).toBe(403);
  expect((await post({ ...form, origin: own })).status).toBe(403);
  expect((await post({ ...json, origin: own, 'x-entail-key': strange })).status).toBe(403);
  expect((await post({ ...json, 'x-entail-key': good })).status).toBe(403);
  expect(
    (await post({ ...json, origin: own, 'x-entail-key': good, 'sec-fetch-site': 'cross-site' })).status,
  ).toBe(403);
  const image = { method: 'GET', path: '/index.html', headers: { 'sec-fetch-site': 'cross-site' } };
  expect((await send(host.port, image)).status).toBe(403);
  const get = { method: 'GET', path: '/rpc/annotations/undo?data={}', headers: { 'x-entail-key': good } };
  expect((await send(host.port, get)).status).toBe(404);
  const socket = await socketTo(host.port);
  socket.write(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const reply = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  expect(reply).toMatch(/^HTTP\/1\.1 403/);
  expect(project.stores.annotations.lastRevision()).toBe(0);
  const accepted = await post({
    ...json,
    origin: own,
    'x-entail-key': good,
    'x-entail-opening': openingOf(project),
  });
  expect(accepted.status).toBe(200);
  expect(Object.keys(accepted.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('fault 76: a 1 GB body is refused before it is read, also when its length is not told', async () => {
  const { host, own, key } = await served();
  const session = await key();
  const head = (extra: string) =>
    `POST /rpc/labels/list HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: ${own}\r\nX-Entail-Key: ${session}\r\nContent-Type: application/json\r\n${extra}\r\n\r\n`;
  const told = await socketTo(host.port);
  told.write(head(`Content-Length: ${2 ** 30}`));
  const reply = await new Promise<string>((resolve) => told.once('data', (data) => resolve(String(data))));
  expect(reply).toMatch(/^HTTP\/1\.1 413/);
  await closed(told);

  const untold = await socketTo(host.port);
  untold.on('error', () => undefined);
  untold.write(head('Transfer-Encoding: chunked'));
  const gone = closed(untold);
  const piece = Buffer.alloc(1024 * 1024, 'x');
  let sent = 0;
  while (!untold.destroyed && sent < 2 ** 30) {
    untold.write(`${piece.length.toString(16)}\r\n`);
    untold.write(piece);
    const drained = untold.write('\r\n') || new Promise((resolve) => untold.once('drain', resolve));
    await Promise.race([drained, gone, delay(2000)]);
    sent += piece.length;
    if (untold.writableLength > 200 * 1024 * 1024) break;
    await delay(0);
  }
  expect(sent).toBeLessThan(2 ** 29);
  expect((await send(host.port, { method: 'GET', path: '/' })).status).toBe(200);
}, 30_000);

test('fault 76: slow headers and idle sockets are closed, and others are served', async () => {
  const { host } = await served();
  const slow = await Promise.all(Array.from({ length: 150 }, () => socketTo(host.port)));
  for (const socket of slow) socket.on('error', () => undefined);
  for (const socket of slow.slice(0, 50)) socket.write('POST /session HTTP/1.1\r\nHost: 127');
  for (const socket of slow) socket.resume();
  expect((await send(host.port, { method: 'GET', path: '/' })).status).toBe(200);
  const started = performance.now();
  await Promise.race([Promise.all(slow.map(closed)), delay(12_000)]);
  expect(slow.filter(({ destroyed }) => !destroyed)).toHaveLength(0);
  expect(performance.now() - started).toBeLessThan(12_000);
  expect((await send(host.port, { method: 'GET', path: '/' })).status).toBe(200);
}, 30_000);

test('fault 76: sockets beyond the limit are turned away, and once they are gone others are served', async () => {
  const { host } = await served();
  const many = Array.from({ length: 1000 }, () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    onTestFinished(() => void socket.destroy());
    return socket;
  });
  // Before idle ones are closed for being slow.
  const left = () => many.filter(({ destroyed }) => !destroyed).length;
  for (let waited = 0; left() > 256 && waited < 4000; waited += 100) await delay(100);
  expect(left()).toBeLessThanOrEqual(256);
  for (const socket of many) socket.destroy();
  await delay(300);
  expect((await send(host.port, { method: 'GET', path: '/' })).status).toBe(200);
}, 30_000);

test('fault 77: only this machine is listened to, and without the key nothing is told', async () => {
  const { host } = await served();
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4');
  if (outside) {
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(host.port, outside.address, () => resolve(false));
      socket.on('error', () => resolve(true));
    });
    expect(refused).toBe(true);
  }
  const own = `http://127.0.0.1:${host.port}`;
  for (const path of ['/rpc/app/state', '/rpc/labels/list', '/rpc/projects/recent', '/rpc/nothing']) {
    const answer = await send(host.port, { path, headers: { origin: own }, body: '{}' });
    expect([path, answer.status, answer.body]).toEqual([path, 403, '']);
  }
});

test('fault 78: the start link’s key is never sent by a browser, good once, and in no answer', async () => {
  const { host, own, start, key } = await served();
  const url = new URL(host.url);
  // What follows "#" stays in the browser: it is in no request, no log and no Referer.
  expect([url.pathname, url.search]).toEqual(['/', '']);
  expect(PAGE_HEADERS['referrer-policy']).toBe('no-referrer');
  expect(process.argv.join(' ')).not.toContain(start);
  const session = await key();
  expect(session).not.toContain(start);
  const again = await send(host.port, { path: '/session', headers: { origin: own }, body: start });
  expect([again.status, again.body]).toEqual([403, 'used']);
  const asSession = await send(host.port, {
    path: '/rpc/app/state',
    headers: { origin: own, 'x-entail-key': start },
    body: '{}',
  });
  expect(asSession.status).toBe(403);
  expect((await send(host.port, { method: 'GET', path: '/' })).body).not.toContain(start);
});

test('what can’t be kept, is not there or does not fit is refused in a sentence, and nothing is written', async () => {
  const { host, own, project, key } = await served();
  const headers = {
    origin: own,
    'x-entail-key': await key(),
    'x-entail-opening': openingOf(project),
    'content-type': 'application/json',
  };
  const ask = (path: string, json: unknown) =>
    send(host.port, { path: `/rpc/${path}`, headers, body: JSON.stringify({ json }) });
  const decision = (more: object) => ({
    annotator: 'ada',
    documentIds: [1],
    values: [],
    status: 'done',
    ...more,
  });
  for (const annotator of ['\ud800', 'a\0b', 'a\nb', ' ']) {
    expect((await ask('annotations/decide', decision({ annotator }))).status).toBe(400);
  }
  expect((await ask('annotations/decide', decision({ note: 'half \ud83d' }))).status).toBe(400);
  for (const name of ['\ud83d', 'a\u0007b']) {
    expect((await ask('labels/add', { name, hypotheses: [] })).status).toBe(400);
  }
  expect((await ask('labels/add', { name: 'whole', hypotheses: ['x \ud83d'] })).status).toBe(400);
  for (const [more, sentence] of [
    [{ documentIds: [77] }, 'There is no document 77.'],
    [
      { values: [{ labelId: 77, value: 'yes' }] },
      'That names a document, a label or a run that is not in the project.',
    ],
  ] as const) {
    const answer = await ask('annotations/decide', decision(more));
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(sentence);
  }
  const large = await ask('imports/begin', { name: '../../x.csv', bytes: 2 ** 40 });
  expect(large.status).toBe(400);
  expect(large.body).toMatch(/has 1099\.5 GB, and the disk has room for [\d.]+ GB\./);
  expect(project.stores.annotations.lastRevision()).toBe(0);
  expect(project.stores.labels.all()).toHaveLength(2);
  // Characters of several units, and writing of every script, are kept.
  expect((await ask('labels/add', { name: 'Qualität 😀 質', hypotheses: [] })).status).toBe(200);
});
