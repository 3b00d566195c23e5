import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ChoiceRequest, Pick } from '../../engine/index.ts';
import { askedThread } from '../machine/askedThread.ts';

export interface ChoiceQuestion {
  readonly id: number;
  readonly request: ChoiceRequest;
}

export type ChoiceAnswer =
  | { readonly id: number; readonly picks: Pick[] }
  | { readonly id: number; readonly failure: unknown };

/** Choosing in a thread of its own, which starts at the first question and does not keep its process alive. */
export interface ChoiceWorker {
  choose(request: ChoiceRequest): Promise<Pick[]>;
  /** What is asked is answered no more: it rejects with `cancelled`. */
  close(): void;
}

export function createChoiceWorker(): ChoiceWorker {
  const thread = askedThread<Extract<ChoiceAnswer, { picks: unknown }>>(
    () => new Worker(join(import.meta.dirname, 'choiceThread.ts')),
    'The thread that chooses what to label next stopped.',
  );
  return {
    choose: async (request) => {
      const { picks } = await thread.ask((id) => ({ id, request }) satisfies ChoiceQuestion);
      return picks;
    },
    close: thread.close,
  };
}
