export type SaverState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly pending: number }
  /** The first of the pending jobs failed; nothing goes out until it is tried again. */
  | { readonly kind: 'failed'; readonly pending: number; readonly error: unknown };

export interface Saver {
  /** Does a job after all before it. false: not taken, since what came before could not be saved. */
  push(job: () => Promise<void>): boolean;
  /** Tries the job again that failed, then those behind it. */
  retry(): void;
  /** Gives up what is pending, and says how many jobs that are. */
  discard(): number;
  /** Resolves when nothing is pending any more or a job has failed. */
  settled(): Promise<void>;
  readonly state: SaverState;
}

/** Sends one job at a time, strictly in the order they came, so that the last decision is the one that is kept. */
export function createSaver(onChange: (state: SaverState) => void): Saver {
  const jobs: (() => Promise<void>)[] = [];
  let state: SaverState = { kind: 'saved' };
  let run: Promise<void> = Promise.resolve();

  function set(next: SaverState): void {
    state = next;
    onChange(next);
  }

  async function drain(): Promise<void> {
    for (let job = jobs[0]; job !== undefined; job = jobs[0]) {
      try {
        await job();
      } catch (error) {
        if (jobs[0] !== job) return;
        set({ kind: 'failed', pending: jobs.length, error });
        return;
      }
      if (jobs[0] !== job) return;
      jobs.shift();
      set(jobs.length === 0 ? { kind: 'saved' } : { kind: 'saving', pending: jobs.length });
    }
  }

  return {
    push(job) {
      if (state.kind === 'failed') return false;
      jobs.push(job);
      set({ kind: 'saving', pending: jobs.length });
      if (jobs.length === 1) run = drain();
      return true;
    },
    retry() {
      if (state.kind !== 'failed') return;
      set({ kind: 'saving', pending: jobs.length });
      run = drain();
    },
    discard() {
      const given = jobs.length;
      // The one under way may end as it likes; it is no longer waited for.
      jobs.length = 0;
      if (given > 0) set({ kind: 'saved' });
      return given;
    },
    settled: () => run,
    get state() {
      return state;
    },
  };
}
