import { setTimeout as delay } from 'node:timers/promises';

/** Whose files an import reads, and the signal that ends it. */
interface Whose {
  readonly tokens: readonly string[];
  /** The reader's. */
  readonly signal: AbortSignal;
}

/** What an import tells while it is under way. */
interface Course {
  /** The reader's signal, or that the project is left. */
  readonly stop: AbortSignal;
  /** Documents that are in the project now and were not before. */
  added(documents: number): void;
}

/** The imports under way in the open project, and what those added that ended early. */
export interface RunningImports {
  readonly any: boolean;
  run<T>(whose: Whose, work: (course: Course) => Promise<T>): Promise<T>;
  /** Waits until no import of these files is under way; → the documents that the last one added, 0 where there was none. */
  ended(tokens: readonly string[]): Promise<number>;
  /** Stops them all; resolves when they have ended, or after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

export function createRunningImports(): RunningImports {
  const left = new AbortController();
  const running = new Set<Promise<unknown>>();
  const last = new Map<string, { ended: Promise<unknown>; added: number }>();
  const keyOf = (tokens: readonly string[]) => tokens.join();
  return {
    get any() {
      return running.size > 0;
    },
    async run({ tokens, signal }, work) {
      const course = { ended: Promise.resolve() as Promise<unknown>, added: 0 };
      last.set(keyOf(tokens), course);
      const own = work({
        stop: AbortSignal.any([signal, left.signal]),
        added: (documents) => {
          course.added = documents;
        },
      });
      course.ended = own;
      running.add(own);
      try {
        return await own;
      } finally {
        running.delete(own);
      }
    },
    async ended(tokens) {
      const course = last.get(keyOf(tokens));
      await course?.ended.catch(() => undefined);
      return course?.added ?? 0;
    },
    async stop(withinMs) {
      left.abort();
      await Promise.race([Promise.allSettled(running), delay(withinMs, undefined, { ref: false })]);
    },
  };
}
