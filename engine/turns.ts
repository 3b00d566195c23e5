import { setImmediate as nextTurn } from 'node:timers/promises';

/** A long computation: it yields wherever something else may have its turn, often enough that a step takes a moment. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** What answers key presses runs in the same thread; it waits no longer than this and one step. */
const LONGEST_MS = 12;

/** Without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** With a turn for others whenever it has run for a moment. Rejects with what the steps throw. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < LONGEST_MS) continue;
    await nextTurn();
    began = performance.now();
  }
}
