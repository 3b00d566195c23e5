/** Events of one piece of work: readers get those so far, then each as it comes, until it ends. */
export interface EventLog<T> {
  add(event: T): void;
  end(): void;
  readonly ended: boolean;
  /** Every reader sees all events; one that aborts only stops reading. */
  read(signal?: AbortSignal): AsyncGenerator<T, void, void>;
}

export function createEventLog<T>(): EventLog<T> {
  const events: T[] = [];
  let ended = false;
  let changed = Promise.withResolvers<void>();
  const notify = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  return {
    add(event) {
      events.push(event);
      notify();
    },
    end() {
      ended = true;
      notify();
    },
    get ended() {
      return ended;
    },
    async *read(signal) {
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.resolve();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        for (let next = 0; !signal?.aborted; ) {
          if (next < events.length) {
            yield events[next]!;
            next += 1;
          } else if (ended) return;
          else await Promise.race([changed.promise, aborted.promise]);
        }
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
  };
}
