import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type HeadLearner, type HeadTables, joinParts, type LabelRange } from '../../../engine/index.ts';
import { must } from '../../../process/must.ts';
import { askedThread } from '../../machine/askedThread.ts';
import type { Answer, Question } from './messages.ts';

type Learn = HeadLearner['learn'];
type CrossFit = HeadLearner['crossFit'];
type ThreadAnswer = Exclude<Answer, { failure: unknown }>;

/** Learning in threads of its own, which start at the first question and do not keep their process alive. */
export interface HeadWorker {
  use(tables: HeadTables): void;
  /** Each thread learns a part of the labels. */
  learn(
    known: Parameters<Learn>[0],
    fusion: Parameters<Learn>[1],
    targets: Parameters<Learn>[2],
  ): Promise<ReturnType<Learn>>;
  crossFit(...given: Parameters<CrossFit>): Promise<ReturnType<CrossFit>>;
  /** What is asked is answered no more: it rejects with `cancelled`. */
  close(): void;
}

/** A thread holds about 15 MB, and has its turn with whatever else the machine does. */
const MOST_THREADS = 4;
/** Of fewer labels than this a thread of their own saves nothing that a person sees. */
const LABELS_PER_THREAD = 3;

/** mostThreads: where not as many as the machine has cores. */
export function createHeadWorker(mostThreads = Math.min(MOST_THREADS, availableParallelism())): HeadWorker {
  let tables: HeadTables | undefined;
  const threads = Array.from({ length: mostThreads }, () =>
    askedThread<ThreadAnswer>(() => {
      const own = new Worker(join(import.meta.dirname, 'headThread.ts'));
      if (tables) own.postMessage({ kind: 'tables', tables } satisfies Question);
      return own;
    }, 'The thread that learns from decisions stopped.'),
  );
  return {
    use(next) {
      tables = next;
      for (const thread of threads) thread.tell({ kind: 'tables', tables } satisfies Question);
    },
    async learn(known, fusion, targets) {
      const { documents } = must(tables, 'tables to learn from');
      const probabilities = new Float32Array(new SharedArrayBuffer(4 * documents * known.length));
      const learnt = await Promise.all(
        partsOf(known.length, threads.length).map(async (part, i) => {
          const given: Parameters<Learn> = [known, fusion, targets, { ...part, probabilities }];
          const answer = await must(threads[i], 'thread').ask(
            (id) => ({ kind: 'learn', id, given }) satisfies Question,
          );
          if (!('learnt' in answer)) throw new Error('The thread answered another question.');
          return answer.learnt;
        }),
      );
      return joinParts(learnt);
    },
    async crossFit(...given) {
      const answer = await must(threads[0], 'thread').ask(
        (id) => ({ kind: 'cross-fit', id, given }) satisfies Question,
      );
      if (!('crossFitted' in answer)) throw new Error('The thread answered another question.');
      return answer.crossFitted;
    },
    close() {
      for (const thread of threads) thread.close();
    },
  };
}

/** Parts of nearly the same size, one at least. */
function partsOf(labels: number, threads: number): LabelRange[] {
  const parts = Math.max(1, Math.min(threads, Math.floor(labels / LABELS_PER_THREAD)));
  const bound = (i: number) => Math.round((i * labels) / parts);
  return Array.from({ length: parts }, (_, i) => ({ from: bound(i), to: bound(i + 1) }));
}
