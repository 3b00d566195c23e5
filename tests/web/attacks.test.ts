import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../web/server.ts';
import { openBackend } from '../support/backend.ts';

/** A host that a page has the key of, and what went wrong in it that nobody caught. */
async function served() {
  const { session } = await openBackend(['praise']);
  const unexpected: unknown[] = [];
  const host = await serve(session, { onUnexpected: (error) => unexpected.push(error) });
  onTestFinished(() => host.close());
  const uncaught = (error: unknown) => void unexpected.push(error);
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);
  onTestFinished(() => {
    process.off('uncaughtException', uncaught);
    process.off('unhandledRejection', uncaught);
  });
  const own = `http://127.0.0.1:${host.port}`;
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    send(host.port, path, body, { origin: own, ...headers });
  const start = new URL(host.url).hash.slice('#k='.length);
  return { host, post, start, unexpected, head: headOf(host.port) };
}

const headOf =
  (port: number) =>
  (path: string, lines: readonly string[]): string =>
    [`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...lines, '', ''].join('\r\n');

function send(
  port: number,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const out = request(
      { port, host: '127.0.0.1', method: 'POST', path, headers, agent: false },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += String(chunk)));
        answer.on('end', () => resolve({ status: answer.statusCode!, body: text }));
        answer.on('error', reject);
      },
    );
    out.on('error', reject);
    out.end(body);
  });
}

/** Sends bytes as they are and gives what came back until the other side closed, or `wait` ms were over. */
function raw(port: number, text: string, wait = 2000): Promise<string> {
  return new Promise((resolve) => {
    let came = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    const over = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(came);
    };
    const timer = setTimeout(over, wait);
    socket.on('data', (chunk) => (came += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', over);
  });
}

test.each([1000, 1025, 2000, 100_000])(
  'a start key of %i bytes is refused, and the host goes on',
  async (bytes) => {
    const { host, post, start, unexpected, head } = await served();
    const own = `Origin: http://127.0.0.1:${host.port}`;
    const answer = await raw(
      host.port,
      head('/session', [own, `Content-Length: ${bytes}`]) + 'x'.repeat(bytes),
    );
    expect(answer).toMatch(bytes > 1024 ? /^HTTP\/1\.1 413 / : /^HTTP\/1\.1 403 /);
    const chunked = `${head('/session', [own, 'Transfer-Encoding: chunked'])}${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n0\r\n\r\n`;
    expect(await raw(host.port, chunked)).toMatch(bytes > 1024 ? /^HTTP\/1\.1 413 / : /^HTTP\/1\.1 403 /);
    expect((await post('/session', start)).status).toBe(200);
    expect(unexpected).toEqual([]);
  },
);

test('requests that are cut off, reset, pipelined or half closed end nothing', async () => {
  const { host, post, start, unexpected, head } = await served();
  const key = (await post('/session', start)).body;
  const own = `Origin: http://127.0.0.1:${host.port}`;
  const keyed = [own, `X-Entail-Key: ${key}`, 'Content-Type: application/json'];
  const get = head('/', []).replace('POST', 'GET');
  const kinds = [
    head('/session', [own, 'Content-Length: 500']),
    head('/session', [own, 'Content-Length: 5000']) + 'x'.repeat(1100),
    head('/', ['Origin: http://evil.example', 'Content-Length: 1000000']),
    `${head('/', ['Origin: http://evil.example', 'Transfer-Encoding: chunked'])}3\r\nabc\r\n`,
    head('/', ['Expect: 100-continue', 'Content-Length: 1000000']),
    head('/rpc/app/state', [...keyed, 'Content-Length: 1000000']),
    `${head('/rpc/app/state', [...keyed, 'Transfer-Encoding: chunked'])}zz\r\n`,
    `${head('/rpc/suggestions/watch', [...keyed, 'Content-Length: 2'])}{}`,
    `${head('/rpc/labels/list', [...keyed, 'Content-Length: 2'])}{}`,
    get.repeat(20) + head('/session', [own, 'Content-Length: 3000']),
    get.replace('\r\n\r\n', '\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    get.replace('GET / ', 'CONNECT evil.example:80 '),
    'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    '\0\r\n\r\n',
  ];
  const leavings: ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.destroy(),
    (socket) => socket.end(),
    (socket) => void setTimeout(() => socket.resetAndDestroy(), 3),
    (socket) => void setTimeout(() => socket.destroy(), 3),
  ];
  for (const text of kinds) {
    await Promise.all(
      Array.from(
        { length: 20 },
        (_, i) =>
          new Promise<void>((resolve) => {
            const socket = connect(host.port, '127.0.0.1', () => {
              socket.write(text);
              leavings[i % leavings.length]!(socket);
            });
            socket.on('error', () => undefined);
            socket.on('close', () => resolve());
            socket.resume();
            setTimeout(() => socket.destroy(), 300);
          }),
      ),
    );
  }
  expect(
    (await post('/rpc/app/state', '{}', { 'x-entail-key': key, 'content-type': 'application/json' })).status,
  ).toBe(200);
  expect(unexpected).toEqual([]);
}, 180_000);

test('1,200 slow sockets without the key, coming again when they are closed, do not shut the page out', async () => {
  const { host, post, start } = await served();
  const key = (await post('/session', start)).body;
  let stopped = false;
  const held = new Set<Socket>();
  const hold = () => {
    if (stopped) return;
    const socket = connect(host.port, '127.0.0.1', () =>
      socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nX: `),
    );
    held.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      held.delete(socket);
      setTimeout(hold, 5);
    });
  };
  const drip = setInterval(() => {
    for (const socket of held) if (socket.writable) socket.write('a');
  }, 900);
  onTestFinished(() => {
    stopped = true;
    clearInterval(drip);
    for (const socket of held) socket.destroy();
  });
  for (let i = 0; i < 1200; i++) hold();
  await delay(1500);
  const statuses: number[] = [];
  const took: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    // A new socket each time: the hardest case, since it is unknown until its key came.
    const { status } = await post('/rpc/app/state', '{}', {
      'x-entail-key': key,
      'content-type': 'application/json',
    }).catch(() => ({ status: 0 }));
    statuses.push(status);
    took.push(performance.now() - began);
    await delay(100);
  }
  expect(statuses).toEqual(Array(20).fill(200));
  expect(took.toSorted((a, b) => a - b)[10]).toBeLessThan(1000);
}, 180_000);

test('two thousand wrong start keys lock nobody out', async () => {
  const { post, start } = await served();
  for (let round = 0; round < 50; round++) {
    const tries = Array.from({ length: 40 }, (_, i) => post('/session', `wrong ${round} ${i}`));
    expect((await Promise.all(tries)).every(({ status }) => status === 403)).toBe(true);
  }
  expect((await post('/session', start)).status).toBe(200);
}, 180_000);
