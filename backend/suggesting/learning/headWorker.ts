import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HeadLearner, HeadTables } from '../../../engine/index.ts';
import { askedThread } from '../../machine/askedThread.ts';
import type { Answer, Question } from './messages.ts';

/** Learning in a thread of its own, which starts at the first question and does not keep its process alive. */
export interface HeadWorker {
  use(tables: HeadTables): void;
  learn(...given: Parameters<HeadLearner['learn']>): Promise<ReturnType<HeadLearner['learn']>>;
  crossFit(...given: Parameters<HeadLearner['crossFit']>): Promise<ReturnType<HeadLearner['crossFit']>>;
  /** What is asked is answered no more: it rejects with `cancelled`. */
  close(): void;
}

export function createHeadWorker(): HeadWorker {
  let tables: HeadTables | undefined;
  const thread = askedThread<Exclude<Answer, { failure: unknown }>>(() => {
    const own = new Worker(join(import.meta.dirname, 'headThread.ts'));
    if (tables) own.postMessage({ kind: 'tables', tables } satisfies Question);
    return own;
  }, 'The thread that learns from decisions stopped.');
  return {
    use(next) {
      tables = next;
      thread.tell({ kind: 'tables', tables } satisfies Question);
    },
    async learn(...given) {
      const answer = await thread.ask((id) => ({ kind: 'learn', id, given }) satisfies Question);
      if (!('learnt' in answer)) throw new Error('The thread answered another question.');
      return answer.learnt;
    },
    async crossFit(...given) {
      const answer = await thread.ask((id) => ({ kind: 'cross-fit', id, given }) satisfies Question);
      if (!('crossFitted' in answer)) throw new Error('The thread answered another question.');
      return answer.crossFitted;
    },
    close: thread.close,
  };
}
