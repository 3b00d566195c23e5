/** How long work in steps still takes, by its pace; null: not known yet, or of the last step. Seconds. */
export interface TimeLeft {
  /** After each step. Steps that come again, after the engine was started anew, begin a pace of their own. */
  after(step: number, steps: number): number | null;
}

/** `now`: milliseconds. The time before the first step is none of a step: models are loaded then. */
export function createTimeLeft(now: () => number = () => performance.now()): TimeLeft {
  let first: { readonly step: number; readonly at: number } | undefined;
  let last = 0;
  return {
    after(step, steps) {
      if (first === undefined || step <= last) first = { step, at: now() };
      last = step;
      if (step === first.step || step >= steps) return null;
      return ((now() - first.at) / 1000 / (step - first.step)) * (steps - step);
    },
  };
}
