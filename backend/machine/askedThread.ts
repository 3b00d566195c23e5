import type { Worker } from 'node:worker_threads';
import { BackendError } from '../errors.ts';

/** A thread that is asked questions, starts at the first one and does not keep its process alive. */
export interface AskedThread<A extends { readonly id: number }> {
  /** Sends the question with its number; rejects with what the thread failed with, or with why it ended. */
  ask(questionOf: (id: number) => object): Promise<A>;
  /** Tells a thread that runs; one that starts later is not told. */
  tell(message: object): void;
  /** What is asked is answered no more: it rejects with `cancelled`. */
  close(): void;
}

interface Waiting<A> {
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** start: makes the thread. ended: a sentence for who waits when it stops by itself. */
export function askedThread<A extends { readonly id: number }>(
  start: () => Worker,
  ended: string,
): AskedThread<A> {
  let thread: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, Waiting<A>>();

  const end = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    thread = undefined;
  };
  const started = (): Worker => {
    const own = start();
    own.on('message', (answer: A | { readonly id: number; readonly failure: unknown }) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) own.unref();
      if ('failure' in answer) asked?.reject(answer.failure);
      else asked?.resolve(answer);
    });
    const gone = (error: unknown) => {
      if (thread === own) end(error);
    };
    own.on('error', gone);
    own.on('exit', () => gone(new Error(ended)));
    return own;
  };
  return {
    ask: (questionOf) =>
      new Promise((resolve, reject) => {
        thread ??= started();
        const id = ++last;
        waiting.set(id, { resolve, reject });
        thread.ref();
        thread.postMessage(questionOf(id));
      }),
    tell: (message) => thread?.postMessage(message),
    close() {
      const own = thread;
      end(new BackendError('cancelled', 'Stopped on request.'));
      void own?.terminate();
    },
  };
}
