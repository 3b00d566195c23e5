import { progress } from '@clack/prompts';
import { progressLines } from './progressLines.ts';
import { harmless, tell } from './terminal.ts';

export interface Progress {
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

/** How often work that tells nothing is looked at. Milliseconds. */
const LOOK_MS = 5000;

/** A progress bar on a terminal's stderr; lines where that is a file or a pipe. */
function createProgress(text: string): Progress {
  if (!process.stderr.isTTY) {
    const { update, tick, end } = progressLines(text, tell);
    const timer = setInterval(tick, LOOK_MS).unref();
    return {
      update,
      stop() {
        clearInterval(timer);
        end();
      },
    };
  }
  const bar = progress({ max: 100, output: process.stderr });
  let shown = 0;
  bar.start(harmless(text));
  return {
    update(done, total, note) {
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      bar.advance(Math.max(0, percent - shown), harmless(`${text}: ${note ?? `${done} of ${total}`}`));
      shown = Math.max(shown, percent);
    },
    stop: () => bar.stop(harmless(text)),
  };
}

/** Shows progress while `work` runs. */
export async function withProgress<T>(text: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const bar = createProgress(text);
  try {
    return await work(bar);
  } finally {
    bar.stop();
  }
}
