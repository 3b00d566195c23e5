import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineError, invariant } from '../../errors.ts';
import { batchFeeds, type TokenBatch } from '../../runtime/feeds.ts';
import { progressed } from '../../runtime/progress.ts';
import { createSession, type Device, floatsOf } from '../../runtime/session.ts';
import type { Answer, Request, Setup } from './messages.ts';

/** Runs batches of token ids through a loaded model. */
export interface Runner {
  /** So many calls of `run` are taken at the same time; more wait. */
  readonly lanes: number;
  /** [batch, sequence] token ids → logits, row by row. Throws `run_failed`. */
  run(batch: TokenBatch): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Each thread holds the model once: beyond this, cores become threads of one session. */
const MOST_THREADS = 8;
/** Batches per thread: the next one waits where it is needed. */
const IN_FLIGHT = 2;
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
  const most = Math.min(cores, MOST_THREADS);
  const shared = new SharedArrayBuffer(model.byteLength);
  new Uint8Array(shared).set(model);
  const setup: Setup = { model: shared, logits, threads: Math.max(1, Math.floor(cores / most)) };
  const threads: Thread[] = [];
  const waiting: (() => void)[] = [];

  const start = () => {
    const thread = createThread(setup);
    threads.push(thread);
    return thread;
  };
  const take = (): Thread | undefined => {
    const [least] = threads.toSorted((a, b) => a.waiting - b.waiting);
    if (least?.waiting === 0) return least;
    if (threads.length < most) return start();
    return least && least.waiting < IN_FLIGHT ? least : undefined;
  };
  return {
    lanes: most * IN_FLIGHT,
    async run(batch) {
      requireUnpadded(batch);
      let thread = take();
      while (!thread) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        thread = take();
      }
      try {
        const logits = await thread.ask({ kind: 'run', batch });
        progressed('running');
        return logits;
      } finally {
        waiting.shift()?.();
      }
    },
    async release() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

async function createSingleRunner(model: Uint8Array, device: Device, logits: string): Promise<Runner> {
  const session = await createSession(model, { device, memoryPattern: false });
  return {
    lanes: 1,
    async run(batch) {
      if (device === 'cpu') requireUnpadded(batch);
      const outputs = await session.run(batchFeeds(batch, session.inputNames), [logits]);
      return floatsOf(outputs[logits]);
    },
    release: () => session.release(),
  };
}

/** The graph for the processor has no masks: see `unpaddedModel`. */
function requireUnpadded({ attentionMask }: TokenBatch): void {
  invariant(!attentionMask.includes(0n), 'a batch for the processor has no padding');
}

interface Thread {
  /** Requests without an answer yet. */
  readonly waiting: number;
  ask(request: Request): Promise<Float32Array>;
  end(): Promise<void>;
}

interface Pending {
  readonly resolve: (logits: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

function createThread(setup: Setup): Thread {
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: setup });
  // A thread that waits for work keeps no process alive.
  worker.unref();
  /** In order: a thread answers one request after the other. */
  const pending: Pending[] = [];
  let dead: Error | undefined;
  const settle = (error: Error) => {
    dead ??= error;
    for (const { reject } of pending.splice(0)) reject(error);
  };
  worker.on('message', (answer: Answer) => {
    const asked = pending.shift();
    if (pending.length === 0) worker.unref();
    if ('logits' in answer) asked?.resolve(answer.logits);
    else asked?.reject(new EngineError(answer.error.code, answer.error.message, answer.error.hint));
  });
  worker.on('error', (cause) => settle(stopped(cause)));
  worker.on('exit', () => settle(stopped()));
  const ask = (request: Request) => {
    if (dead) return Promise.reject(dead);
    return new Promise<Float32Array>((resolve, reject) => {
      pending.push({ resolve, reject });
      worker.ref();
      worker.postMessage(request);
    });
  };
  return {
    get waiting() {
      return pending.length;
    },
    ask,
    async end() {
      await ask({ kind: 'release' }).catch(() => undefined);
      await worker.terminate();
    },
  };
}

const stopped = (cause?: unknown) =>
  new EngineError('run_failed', 'A thread that computes suggestions stopped.', undefined, cause);
