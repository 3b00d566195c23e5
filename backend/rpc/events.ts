import type { TrainingEvent } from '../../contract/index.ts';

/**
 * Long work as a stream: what it emits comes out in order, its failure ends the stream, and a reader who goes away or
 * aborts stops it.
 */
export async function* eventsOf<T = TrainingEvent>(
  signal: AbortSignal | undefined,
  work: (emit: (event: T) => void, stop: AbortSignal) => Promise<void>,
): AsyncGenerator<T, void, void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort);
  const queue: T[] = [];
  let wake = () => {};
  let ended = false;
  let failure: unknown;
  const running = work((event) => {
    queue.push(event);
    wake();
  }, stop.signal)
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      ended = true;
      wake();
    });
  try {
    for (;;) {
      while (queue.length > 0) yield queue.shift()!;
      if (ended) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (queue.length > 0 || ended) resolve();
      });
    }
    if (failure !== undefined) throw failure;
  } finally {
    signal?.removeEventListener('abort', abort);
    stop.abort();
    await running;
  }
}
