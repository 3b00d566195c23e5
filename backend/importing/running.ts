import { setTimeout as delay } from 'node:timers/promises';

/** The imports under way in the open project. */
export interface RunningImports {
  readonly any: boolean;
  /** Does one, with a signal that ends it: the reader's, or that the project is left. */
  run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops them all; resolves when they have ended, or after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

export function createRunningImports(): RunningImports {
  const left = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    get any() {
      return running.size > 0;
    },
    async run(signal, work) {
      const own = work(AbortSignal.any([signal, left.signal]));
      running.add(own);
      try {
        return await own;
      } finally {
        running.delete(own);
      }
    },
    async stop(withinMs) {
      left.abort();
      await Promise.race([Promise.allSettled(running), delay(withinMs, undefined, { ref: false })]);
    },
  };
}
