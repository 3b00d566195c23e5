import { fork } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { endFirst } from '../../../process/expendable.ts';
import { asParent } from '../../../process/orphan.ts';
import { MEMORY_MARK, READER_BYTES, READER_HEAP_MB } from './limits.ts';
import type { FromReader, ToReader } from './messages.ts';

const ENTRY = join(import.meta.dirname, 'main.ts');
const KEPT_OUTPUT = 4000;

/**
 * Why a reader ended: it took too much memory, something else on this machine ended it, or it broke over its file.
 */
export type ReaderEnd = 'memory' | 'killed' | 'crashed';

/** Signals that a process gets for what it did itself. */
const OWN_SIGNALS: ReadonlySet<string> = new Set([
  ...['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'],
]);

/** A reader that may be ended at any time. */
export interface ReaderProcess {
  readonly pid: number | undefined;
  post(message: ToReader): void;
  /** One receiver at a time. */
  onMessage(receive: (message: FromReader) => void): void;
  /** Called once, now if it ended already. */
  onExit(ended: (why: ReaderEnd) => void): void;
  /** Whether it keeps its host alive. */
  hold(held: boolean): void;
  kill(): void;
}

/** A child process; in Electron, whose executable can't be one (see docs/decisions/008), a thread. */
export const startReader = (): ReaderProcess => (process.versions.electron ? startThread() : startChild());

function startChild(): ReaderProcess {
  const child = fork(ENTRY, [asParent()], {
    execArgv: [`--max-old-space-size=${READER_HEAP_MB}`, '--disable-proto=delete'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  endFirst(child.pid);
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + String(chunk)).slice(-KEPT_OUTPUT);
  });
  const end = ending();
  child.once('error', () => end.now('crashed'));
  // 'close' comes after all of its output.
  child.once('close', (_, signal) => {
    if (output.includes(MEMORY_MARK) || /heap out of memory|Zone/.test(output)) end.now('memory');
    else end.now(signal !== null && !OWN_SIGNALS.has(signal) ? 'killed' : 'crashed');
  });
  let receiver: ((message: FromReader) => void) | undefined;
  child.on('message', (message) => receiver?.(message as FromReader));
  const streams = child.stderr as { ref?(): void; unref?(): void } | null;
  return {
    get pid() {
      return child.pid;
    },
    post: (message) => void child.send(message, () => undefined),
    onMessage: (receive) => {
      receiver = receive;
    },
    onExit: end.tell,
    hold(held) {
      const how = held ? 'ref' : 'unref';
      child[how]();
      child.channel?.[how]();
      streams?.[how]?.();
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Ends in a busy loop too. Memory outside V8's heap is that of the host: its growth is watched. */
function startThread(): ReaderProcess {
  const thread = new Worker(ENTRY, { resourceLimits: { maxOldGenerationSizeMb: READER_HEAP_MB } });
  const before = process.memoryUsage.rss();
  const end = ending();
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() - before < READER_BYTES) return;
    end.now('memory');
    void thread.terminate();
  }, 20);
  watch.unref();
  thread.on('error', (error: NodeJS.ErrnoException) =>
    end.now(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crashed'),
  );
  thread.once('exit', () => {
    clearInterval(watch);
    end.now('crashed');
  });
  let receiver: ((message: FromReader) => void) | undefined;
  thread.on('message', (message: FromReader) => receiver?.(message));
  return {
    pid: undefined,
    post: (message) => thread.postMessage(message),
    onMessage: (receive) => {
      receiver = receive;
    },
    onExit: end.tell,
    hold: (held) => (held ? thread.ref() : thread.unref()),
    kill: () => void thread.terminate(),
  };
}

function ending() {
  let why: ReaderEnd | undefined;
  let told: ((why: ReaderEnd) => void) | undefined;
  return {
    now(reason: ReaderEnd) {
      if (why !== undefined) return;
      why = reason;
      told?.(reason);
    },
    tell(ended: (why: ReaderEnd) => void) {
      if (why !== undefined) ended(why);
      else told = ended;
    },
  };
}
