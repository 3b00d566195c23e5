/** Positions from one to another, both included, in whichever order. */
export function between(a: number, b: number): { readonly first: number; readonly last: number } {
  return { first: Math.min(a, b), last: Math.max(a, b) };
}

export function withToggled(chosen: ReadonlySet<number>, id: number): Set<number> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

export const withAll = (chosen: ReadonlySet<number>, ids: Iterable<number>): Set<number> =>
  new Set([...chosen, ...ids]);

/** Where a key leads in a list of `count`; undefined: the key doesn't move. */
export function moved(key: string, at: number, count: number, perPage: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: perPage,
    PageUp: -perPage,
    Home: -count,
    End: count,
  };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return step === undefined || count === 0 ? undefined : Math.min(count - 1, Math.max(0, at + step));
}
