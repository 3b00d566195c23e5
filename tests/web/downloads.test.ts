import { readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../web/server.ts';
import { openBackend } from '../support/backend.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A host whose page has exported a file of so many bytes, and what the page sends to fetch it. */
async function exported(bytes: number) {
  const { session } = await openBackend(['praise']);
  const host = await serve(session);
  onTestFinished(() => host.close());
  const own = `http://127.0.0.1:${host.port}`;
  const start = new URL(host.url).hash.slice('#k='.length);
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${own}${path}`, { method: 'POST', body, headers: { origin: own, ...headers } });
  const key = await (await post('/session', start)).text();
  const file = join(temporaryFolder(), 'results.csv');
  writeFileSync(file, Buffer.alloc(bytes, 97));
  const { exported } = session.workspace.opened();
  const token = exported.give({ path: file, files: new Map([['results.csv', file]]) });
  const body = JSON.stringify({ token, name: 'results.csv' });
  const lines = [
    'POST /exported HTTP/1.1',
    `Host: 127.0.0.1:${host.port}`,
    `Origin: ${own}`,
    `X-Entail-Key: ${key}`,
    `Content-Length: ${body.length}`,
  ];
  return { port: host.port, file, request: `${[...lines, '', ''].join('\r\n')}${body}` };
}

const timesOpen = (file: string): number =>
  readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === file;
    } catch {
      return false;
    }
  }).length;

test.runIf(process.platform === 'linux')(
  'a download that is given up at any moment leaves no file open',
  async () => {
    const { port, file, request } = await exported(20_000_000);
    for (let i = 0; i < 200; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(request);
          if (i % 4 === 0) socket.resetAndDestroy();
          else if (i % 4 === 1) socket.destroy();
          else if (i % 4 === 2) setTimeout(() => socket.resetAndDestroy(), i % 5);
          else socket.once('data', () => socket.destroy());
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    const until = performance.now() + 5000;
    while (timesOpen(file) > 0 && performance.now() < until) await delay(50);
    expect(timesOpen(file)).toBe(0);
  },
);

test('a file that becomes shorter while it is sent ends its connection, and no other answer is taken for its rest', async () => {
  const { port, file, request } = await exported(60_000_000);
  const got = await new Promise<{ bytes: number; last: string; ms: number }>((resolve) => {
    let bytes = 0;
    let last = '';
    let shortened = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      last = chunk.toString('latin1');
      if (shortened > 0) return;
      shortened = performance.now();
      truncateSync(file, 1_000_000);
      // The next request over the same connection: its answer would count as the missing bytes.
      socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ bytes, last, ms: performance.now() - shortened }));
  });
  expect(got.bytes).toBeLessThan(60_000_000);
  expect(got.last.includes('HTTP/1.1')).toBe(false);
  expect(got.ms).toBeLessThan(4000);
}, 30_000);
