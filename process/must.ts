/**
 * What `map` has under `key`, which the caller knows to be there. Throws where it is not, naming what was missing: that is
 * a fault of the program, and this says which. Of the key only a number is told: the message stands in the log, and a
 * key may be someone's text.
 */
export function mustGet<K, V>(
  map: { get(key: K): V | undefined },
  key: NoInfer<K>,
  what: string,
): NonNullable<V> {
  const found = map.get(key);
  if (found !== undefined && found !== null) return found;
  throw missing(typeof key === 'number' ? `${what} ${key}` : what);
}

/** The value, which the caller knows to be there. Throws where it is not, naming what was missing. */
export function must<T>(value: T, what: string): NonNullable<T> {
  if (value === undefined || value === null) throw missing(what);
  return value;
}

const missing = (what: string) => new Error(`Broken invariant: there is no ${what}`);
