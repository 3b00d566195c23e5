import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Python, Running } from '../python.ts';

const HOST = '127.0.0.1';
const START_MS = 300_000;
export const OWNER_KEY = 'owner.apikey';

const jars = () => process.env.ENTAIL_OPENSEARCH ?? '';
const redis = () => process.env.ENTAIL_REDIS ?? 'redis-server';
const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Which part of the server is missing here; undefined: none. */
export function missingForArgilla(): string | undefined {
  if (jars() === '') return 'ENTAIL_OPENSEARCH names no folder of jars';
  if (!runs('javac', '-version')) return 'there is no JDK';
  return runs(redis(), '--version') ? undefined : 'there is no redis-server';
}

/** Starts Argilla's own server on the loopback interface, with what it needs, their data in this folder. */
export async function startArgilla(
  python: Python,
  data: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  mkdirSync(data, { recursive: true });
  const first = 20_000 + (process.pid % 20_000);
  const [server, search, transport, queue] = [first, first + 1, first + 2, first + 3];
  const url = `http://${HOST}:${server}`;
  const running: Running[] = [];
  const start = (...of: Parameters<Python['start']>) => {
    const own = python.start(...of);
    running.push(own);
    const [command, args] = of;
    return own.ended.then(({ output }) => {
      throw new Error(`${command} ${args[1] ?? ''} ended: ${output.trim().slice(-2000)}`);
    });
  };
  const stop = async () => {
    for (const { child, kill } of running) if (child.exitCode === null) kill();
    await Promise.all(running.map(({ ended }) => ended));
  };
  const env = {
    ARGILLA_HOME_PATH: join(data, 'home'),
    ARGILLA_ELASTICSEARCH: `http://${HOST}:${search}`,
    ARGILLA_SEARCH_ENGINE: 'opensearch',
    ARGILLA_REDIS_URL: `redis://${HOST}:${queue}/0`,
    HF_HUB_OFFLINE: '1',
  };
  const once = async (command: string, args: readonly string[]) => {
    const { status, output } = await python.start(command, args, env).ended;
    if (status !== 0) throw new Error(output.trim().slice(-2000));
  };
  try {
    const classes = join(data, 'classes');
    const source = join(import.meta.dirname, 'SearchServer.java');
    await once('javac', ['-proc:none', '-cp', join(jars(), '*'), '-d', classes, source]);
    const path = [classes, join(jars(), '*')].join(delimiter);
    const at = [join(data, 'search'), `${search}`, `${transport}`];
    const early = [start('java', ['-Xmx1g', '-cp', path, 'SearchServer', ...at])];
    early.push(start(redis(), ['--bind', HOST, '--port', `${queue}`, '--save', '', '--dir', data]));
    await Promise.race([...early, answering(`http://${HOST}:${search}`)]);
    await once(python.path, ['-m', 'argilla_server', 'database', 'migrate']);
    const owner = ['--api-key', OWNER_KEY, '--password', 'a-long-password'];
    await once(python.path, ['-m', 'argilla_server', 'database', 'users', 'create_default', ...owner]);
    early.push(start(python.path, ['-m', 'argilla_server', 'worker', '--num-workers', '1'], env));
    const bind = ['--host', HOST, '--port', `${server}`];
    early.push(start(python.path, ['-m', 'argilla_server', 'start', ...bind], env));
    await Promise.race([...early, answering(`${url}/api/v1/status`)]);
    for (const end of early) end.catch(() => undefined);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function answering(url: string): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await delay(500);
  }
  throw new Error(`${url} did not answer within five minutes.`);
}
