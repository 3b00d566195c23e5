import { progress } from '@clack/prompts';

/** A progress bar on a terminal's stderr; silent where there is none. */
export function createProgress(text: string): { update(done: number, total: number): void; stop(): void } {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = progress({ max: 100, output: process.stderr });
  let shown = 0;
  bar.start(text);
  return {
    update(done, total) {
      const percent = Math.floor((100 * done) / total);
      if (percent > shown) bar.advance(percent - shown, `${text}: ${done} of ${total}`);
      shown = Math.max(shown, percent);
    },
    stop: () => bar.stop(text),
  };
}
