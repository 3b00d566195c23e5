import { createEventLog } from '../machine/eventLog.ts';
import { wired } from './base.ts';

/**
 * Work that belongs to its reader, as a stream: what it emits comes out in order, its failure ends the stream, and a
 * reader who goes away stops it.
 */
export async function* streamed<T>(
  signal: AbortSignal | undefined,
  work: (emit: (event: T) => void, stop: AbortSignal) => Promise<void>,
): AsyncGenerator<T, void, void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const log = createEventLog<T>();
  let failure: { error: unknown } | undefined;
  const running = work(log.add, stop.signal)
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(log.end);
  const events = async function* () {
    yield* log.read(signal);
    await running;
    if (failure) throw failure.error;
  };
  try {
    yield* wired(events());
  } finally {
    signal?.removeEventListener('abort', abort);
    stop.abort();
    await running;
  }
}
