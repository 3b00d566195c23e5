/** Items of one part, and those of all other parts, in the order given. */
export interface Fold<T> {
  readonly own: readonly T[];
  readonly others: readonly T[];
}

/** Items dealt in turn to `count` parts: whoever wants them drawn at random shuffles them first. */
export const foldsOf = <T>(items: readonly T[], count: number): Fold<T>[] =>
  Array.from({ length: Math.min(count, items.length) }, (_, fold) => ({
    own: items.filter((_, i) => i % count === fold),
    others: items.filter((_, i) => i % count !== fold),
  }));
