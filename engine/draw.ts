import { createRandom } from './random.ts';

/** Some of all that pass. */
export interface Draw<T> {
  readonly add: (item: T) => void;
  /** In no order that says anything. */
  readonly drawn: readonly T[];
}

/**
 * Draws up to `count` of all items that pass, of which nobody knows how many they will be: files are often sorted, and
 * their first rows speak for themselves alone. Each item is as likely as any other (reservoir sampling: Vitter 1985,
 * algorithm R); the same ones in the same order give the same.
 */
export function createDraw<T>(count: number): Draw<T> {
  const { integer } = createRandom(1);
  const drawn: T[] = [];
  let seen = 0;
  return {
    add(item) {
      seen += 1;
      const place = drawn.length < count ? drawn.length : integer(seen);
      if (place < count) drawn[place] = item;
    },
    drawn,
  };
}
