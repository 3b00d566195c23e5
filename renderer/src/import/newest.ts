/** Only the newest of several tasks goes on: those before it are stopped, also while they wait for their turn. */
export class Newest {
  #stop = new AbortController();

  /** Starts a task once nothing newer came for `rest` milliseconds; a failure of one that was stopped is nobody's. */
  async run(task: (signal: AbortSignal) => Promise<void>, rest = 0): Promise<void> {
    this.stop();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    if (signal.aborted) return;
    try {
      await task(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  stop(): void {
    this.#stop.abort();
  }
}
