import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serve, USUAL_PORT, type WebOptions } from '../../web/server.ts';
import { newBackend } from '../support/backend.ts';

/** A port that is free now. */
async function freePort(): Promise<{ port: number; take(): Promise<void>; leave(): Promise<void> }> {
  const other = createServer();
  const take = (port: number) => new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const leave = () => new Promise<void>((resolve) => other.close(() => resolve()));
  await take(0);
  const address = other.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await leave();
  return { port, take: () => take(port), leave };
}

test('the usual port is taken again after a restart; one that is used gives way, one that was named does not', async () => {
  const { session } = await newBackend();
  const at = async (options: WebOptions) => {
    const host = await serve(session, options);
    onTestFinished(() => host.close());
    return host;
  };
  const { port, take, leave } = await freePort();
  const first = await at({ preferred: port });
  expect(first.port).toBe(port);
  const second = await at({ preferred: port });
  expect(second.port).not.toBe(port);
  await first.close();
  const again = await at({ preferred: port });
  expect(again.port).toBe(port);
  // Each start has keys of its own: none of before opens anything.
  const key = (url: string) => new URL(url).hash;
  expect(key(again.url)).not.toBe(key(first.url));
  await again.close();
  await take();
  await expect(at({ port })).rejects.toMatchObject({
    code: 'port_taken',
    message: `Port ${port} is used by another program.`,
  });
  expect((await at({ preferred: port })).port).not.toBe(port);
  await leave();
});

test('the usual port is none that systems give to outgoing connections, nor one of an administrator', () => {
  expect(USUAL_PORT).toBeGreaterThan(1023);
  expect(USUAL_PORT).toBeLessThan(32_768);
});
