import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../../errors.ts';
import { createSession, type Device, floatsOf } from '../../runtime/session.ts';
import { batchFeeds, type TokenBatch } from '../../train/step.ts';
import type { Answer, Request, Setup } from './messages.ts';

/** Runs batches of token ids through a loaded model. */
export interface Runner {
  /** So many calls of `run` are worked on at the same time; more wait. */
  readonly lanes: number;
  /** [batch, sequence] token ids → logits, row by row. Throws `run_failed`. */
  run(batch: TokenBatch): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Each thread holds the model once: beyond this, cores become threads of one session. */
const MOST_LANES = 8;
/** A model of fewer bytes is done before a thread has started. */
const SMALL = 4 * 2 ** 20;

/**
 * On the processor every core gets a thread with a session of its own and small batches: what one core computes stays
 * in its cache, and no operator waits for another core (about a third faster than one session with all cores). Threads
 * are started when there is work for them. Other devices have one session.
 */
export async function createRunner(
  model: Uint8Array,
  { device, logits, cores = availableParallelism() }: { device: Device; logits: string; cores?: number },
): Promise<Runner> {
  if (device !== 'cpu' || cores < 2 || model.byteLength < SMALL)
    return createSingleRunner(model, device, logits);
  const lanes = Math.min(cores, MOST_LANES);
  const shared = new SharedArrayBuffer(model.byteLength);
  new Uint8Array(shared).set(model);
  const setup: Setup = { model: shared, logits, threads: Math.max(1, Math.floor(cores / lanes)) };
  const threads: Thread[] = [];
  const idle: Thread[] = [];
  const waiting: ((thread: Thread) => void)[] = [];

  const take = (): Promise<Thread> | Thread => {
    const free = idle.pop();
    if (free) return free;
    if (threads.length < lanes) {
      const thread = createThread(setup);
      threads.push(thread);
      return thread;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const give = (thread: Thread) => {
    const next = waiting.shift();
    if (next) next(thread);
    else idle.push(thread);
  };
  return {
    lanes,
    async run(batch) {
      const thread = await take();
      try {
        return await thread.ask({ kind: 'run', batch });
      } finally {
        give(thread);
      }
    },
    async release() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

async function createSingleRunner(model: Uint8Array, device: Device, logits: string): Promise<Runner> {
  const session = await createSession(model, { device });
  return {
    lanes: 1,
    async run(batch) {
      const outputs = await session.run(batchFeeds(batch, session.inputNames), [logits]);
      return floatsOf(outputs[logits]);
    },
    release: () => session.release(),
  };
}

interface Thread {
  ask(request: Request): Promise<Float32Array>;
  end(): Promise<void>;
}

function createThread(setup: Setup): Thread {
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: setup });
  // A thread that waits for work keeps no process alive.
  worker.unref();
  let pending: { resolve: (logits: Float32Array) => void; reject: (error: Error) => void } | undefined;
  let dead: Error | undefined;
  const settle = (error: Error) => {
    dead ??= error;
    pending?.reject(error);
    pending = undefined;
  };
  worker.on('message', (answer: Answer) => {
    const waiting = pending;
    pending = undefined;
    worker.unref();
    if ('logits' in answer) waiting?.resolve(answer.logits);
    else waiting?.reject(new EngineError(answer.error.code, answer.error.message, answer.error.hint));
  });
  worker.on('error', (cause) => settle(stopped(cause)));
  worker.on('exit', () => settle(stopped()));
  const ask = (request: Request) => {
    if (dead) return Promise.reject(dead);
    return new Promise<Float32Array>((resolve, reject) => {
      pending = { resolve, reject };
      worker.ref();
      worker.postMessage(request);
    });
  };
  return {
    ask,
    async end() {
      await ask({ kind: 'release' }).catch(() => undefined);
      await worker.terminate();
    },
  };
}

const stopped = (cause?: unknown) =>
  new EngineError('run_failed', 'A thread that computes suggestions stopped.', undefined, cause);
