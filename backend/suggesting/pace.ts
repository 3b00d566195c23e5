interface At {
  readonly done: number;
  readonly total: number;
}

/** How fast work gets on, by its progress since it began. */
export interface Pace {
  begin(): void;
  note(at: At): void;
  /** 0: not known yet. */
  secondsLeft(): number;
}

export function createPace(now: () => number = () => performance.now()): Pace {
  let first: (At & { at: number }) | undefined;
  let last: (At & { at: number }) | undefined;
  return {
    begin() {
      first = undefined;
      last = undefined;
    },
    note(at) {
      // Another part of the work counts from its own beginning.
      if (last === undefined || at.done < last.done || at.total !== last.total) first = { ...at, at: now() };
      last = { ...at, at: now() };
    },
    secondsLeft() {
      if (!first || !last || last.done <= first.done) return 0;
      return ((last.total - last.done) * (last.at - first.at)) / 1000 / (last.done - first.done);
    },
  };
}
