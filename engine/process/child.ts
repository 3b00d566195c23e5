import { fork } from 'node:child_process';
import { join } from 'node:path';
import { endFirst } from '../../process/expendable.ts';
import { GREED_MARK, GREED_WORDS } from '../../process/greed.ts';
import { asParent } from '../../process/orphan.ts';
import { type Purpose, rightsOf } from './rights.ts';

/** A running engine process, whatever started it: structured-clone messages both ways, and its end. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Never throws: to a process that is gone nothing is said. */
  post(message: unknown): void;
  onMessage(receive: (message: unknown) => void): void;
  /** `how` says in words how it ended: a signal or an exit code. Called once. */
  onExit(ended: (how: string) => void): void;
  kill(): void;
}

/** Starts an engine process. Hosts that can't fork (Electron's fuses forbid it) give their own. */
export type StartEngine = (purpose: Purpose) => EngineProcess;

/** What a process wrote last comes within this, in milliseconds. */
const LAST_OUTPUT_MS = 200;

/** The engine in a child process of this Node, with the fewest rights that Node gives. */
export function forkEngine(purpose: Purpose): EngineProcess {
  const child = fork(join(import.meta.dirname, 'main.ts'), [asParent()], {
    execArgv: rightsOf(purpose),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  endFirst(child.pid);
  let greedy = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    greedy ||= chunk.includes(GREED_MARK);
  });
  return {
    get pid() {
      return child.pid;
    },
    post: (message) => void child.send(message as object, () => undefined),
    onMessage: (receive) => void child.on('message', receive),
    onExit: (ended) => {
      const end = once(ended);
      child.once('exit', (code, signal) => {
        const tell = () => end(greedy ? GREED_WORDS : (signal ?? `exit code ${code}`));
        // 'close' comes after all of its output; a process of its own may hold that longer than it lived.
        child.once('close', tell);
        setTimeout(tell, LAST_OUTPUT_MS);
      });
      // Too many processes or no memory for one: it never began, and there is no exit.
      child.on('error', () => {
        if (child.pid === undefined) end('it could not be started');
      });
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function once(work: (how: string) => void): (how: string) => void {
  let done = false;
  return (how) => {
    if (!done) work(how);
    done = true;
  };
}
