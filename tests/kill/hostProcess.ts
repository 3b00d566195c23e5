import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { type contract, OPENING_HEADER } from '../../contract/index.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'entail.js');

/** "entail serve" with a project, in a process group of its own, and a client with its key. */
export interface HostProcess {
  readonly client: ContractRouterClient<typeof contract>;
  kill(what: 'host' | 'engine' | 'group'): Promise<boolean>;
  /** Ends it in order. */
  close(): Promise<void>;
}

export async function startHost(path: string, env: NodeJS.ProcessEnv): Promise<HostProcess> {
  const child = spawn(process.execPath, [MAIN, 'serve', path], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = new URL(await urlOf(child));
  const origin = url.origin;
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin },
    body: url.hash.slice('#k='.length),
  });
  const key = await session.text();
  if (session.status !== 200) throw new Error(`The host gives no key: ${session.status}`);
  let opening = '';
  const link = new RPCLink({
    url: `${origin}/rpc`,
    headers: () => ({ origin, 'x-entail-key': key, [OPENING_HEADER]: opening }),
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pid = child.pid!;
  const client: HostProcess['client'] = createORPCClient(link);
  opening = (await client.app.state()).opening;
  return {
    client,
    async kill(what) {
      const engines = enginesOf(pid);
      if (what === 'engine') {
        for (const engine of engines) signal(engine);
        return engines.length > 0;
      }
      signal(what === 'group' ? -pid : pid);
      await ended;
      // An engine ends with its host; here it is not waited for.
      for (const engine of engines) signal(engine);
      return true;
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr!.on('data', (data) => (err += String(data)));
    child.stdout!.on('data', (data) => {
      out += String(data);
      const found = /Open (\S+)/.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`The host did not start: ${err}`)));
  });
}

/** Engine processes of a host; its readers of imports are not among them. */
function enginesOf(pid: number): number[] {
  try {
    const text = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' });
    return text
      .split('\n')
      .filter((line) => /engine\/process\/main\.ts/.test(line))
      .map((line) => Number.parseInt(line, 10));
  } catch {
    return [];
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
