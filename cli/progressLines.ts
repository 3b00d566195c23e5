/** Short work is done before anyone asks how far it is. Milliseconds. */
const FIRST_MS = 5000;
const EVERY_MS = 30_000;
const EVERY_PERCENT = 10;

export interface ProgressLines {
  update(done: number, total: number, note?: string): void;
  /** To be called now and then: work that does not get on says so, too. */
  tick(): void;
  /** The work has ended: where it told anything, what it came to at last. */
  end(): void;
}

/**
 * Progress for a file or a pipe: after five seconds a line for each tenth of the work, and one every half a minute at
 * the least. Pure but for `write`.
 */
export function progressLines(
  text: string,
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): ProgressLines {
  const began = now();
  let last = { at: began, percent: 0 };
  let state = { percent: 0, said: 'begun' };
  /** What the last line said; undefined: there is none. */
  let told: string | undefined;
  const say = (least: number) => {
    const at = now();
    if (at - began < FIRST_MS) return;
    if (state.percent - last.percent < least && at - last.at < EVERY_MS) return;
    last = { at, percent: state.percent };
    told = state.said;
    write(`${text}: ${state.said}`);
  };
  return {
    update(done, total, note) {
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      // A part of the work that begins anew counts from its own beginning.
      if (percent < last.percent) last = { ...last, percent };
      state = { percent, said: `${note ?? `${done} of ${total}`} (${percent} %)` };
      say(EVERY_PERCENT);
    },
    tick: () => say(Number.POSITIVE_INFINITY),
    end() {
      if (told !== undefined && told !== state.said) write(`${text}: ${state.said}`);
    },
  };
}
