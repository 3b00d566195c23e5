import { afterPaint } from './painted.ts';

/** When the open document came, and from when on a key can be about it. */
export interface OnScreen {
  /** Another document is open, and nobody has seen it yet. */
  comes(): void;
  /** The person asked for the document that has just come, as by undoing: what they do now is about it. */
  wasAskedFor(): void;
  /** Whether who pressed a key at `pressedAt` can have seen the open document. */
  wasSeen(pressedAt: number): boolean;
  /** When it came. */
  readonly since: number;
}

/**
 * A key that is pressed between a document's coming and its being painted is about the one before it, which the person
 * sees. `now`: milliseconds, as events have them; `painted` calls back when what changes now is on the screen.
 */
export function createOnScreen(
  now: () => number = () => performance.now(),
  painted: (then: () => void) => void = afterPaint,
): OnScreen {
  let since = now();
  let seenAt = since;
  let comings = 0;
  return {
    comes() {
      since = now();
      seenAt = Number.POSITIVE_INFINITY;
      const mine = ++comings;
      painted(() => {
        if (mine === comings && seenAt > now()) seenAt = now();
      });
    },
    wasAskedFor() {
      seenAt = since;
    },
    wasSeen: (pressedAt) => pressedAt >= seenAt,
    get since() {
      return since;
    },
  };
}
