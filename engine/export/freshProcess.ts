import { fork } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { asParent } from '../../process/orphan.ts';

/** What the fresh process answers. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly message: string };

const ENTRY = join(import.meta.dirname, 'verifyProcess.ts');

/**
 * Runs the check of an exported folder where nothing of this process's state is known: a process of its own, or,
 * where the host's executable can't be started as Node (a desktop shell), a thread with its own modules.
 */
export function verdictElsewhere(dir: string): Promise<Verdict> {
  return new Promise((resolve) => {
    const child =
      'electron' in process.versions
        ? new Worker(ENTRY, { argv: [dir], stdout: true, stderr: true })
        : fork(ENTRY, [dir, asParent()], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const stopped: Verdict = { ok: false, message: 'The check of the exported model stopped unexpectedly.' };
    child.once('message', (message: unknown) => resolve(message as Verdict));
    child.on('error', () => resolve(stopped));
    child.once('exit', () => resolve(stopped));
  });
}
