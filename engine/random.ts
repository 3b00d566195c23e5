/** What a generator needs to go on where it was; plain numbers, so it can be written as JSON. */
export interface RandomState {
  readonly origin: readonly number[];
  readonly current: readonly number[];
}

/** A seeded source of randomness. Its functions need no `this`. */
export interface Random {
  /** In [0, 1), with 53 random bits. */
  readonly uniform: () => number;
  /** A whole number in [0, n), without modulo bias. Throws RangeError unless n is in 1 … 2³². */
  readonly integer: (n: number) => number;
  /** Standard normal (Box and Muller 1958). */
  readonly normal: () => number;
  /** A shuffled copy (Fisher and Yates). */
  readonly shuffle: <T>(items: readonly T[]) => T[];
  /**
   * A generator of its own that depends on this one's seed and `name` only, not on what was drawn so far: parts of a
   * program that draw more or less do not disturb each other. The same name gives the same generator.
   */
  readonly fork: (name: string) => Random;
  readonly state: () => RandomState;
  /** Goes on as the generator that gave `state` would. Throws RangeError when it is no such state. */
  readonly restore: (state: RandomState) => void;
}

type Words = [number, number, number, number];

/**
 * A random source from a seed: the same seed gives the same numbers on every machine.
 *
 * Generator: sfc32 of PractRand (Doty-Humphrey), 128 bits of state. Throws RangeError when the seed is not finite.
 */
export function createRandom(seed: number): Random {
  if (!Number.isFinite(seed)) throw new RangeError(`The seed ${seed} is not a finite number.`);
  return fromOrigin(hash(String(seed), [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667]));
}

function fromOrigin(start: Words): Random {
  let origin = start;
  let current = warmedUp(start);

  const uniform = () => ((next(current) >>> 5) * 2 ** 26 + (next(current) >>> 6)) / 2 ** 53;
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`No whole number is below ${n}.`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = next(current);
    while (word >= limit) word = next(current);
    return word % n;
  };
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: <T>(items: readonly T[]) => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const kept = shuffled[last] as T;
        shuffled[last] = shuffled[other] as T;
        shuffled[other] = kept;
      }
      return shuffled;
    },
    fork: (name) => fromOrigin(hash(name, origin)),
    state: () => ({ origin: [...origin], current: [...current] }),
    restore: (state) => {
      const restored = { origin: words(state.origin), current: words(state.current) };
      origin = restored.origin;
      current = restored.current;
    },
  };
}

/** One step of sfc32: a 32-bit word; changes `state`. */
function next(state: Words): number {
  const [a, b, c, counter] = state;
  const word = (a + b + counter) >>> 0;
  state[0] = (b ^ (b >>> 9)) >>> 0;
  state[1] = (c + (c << 3)) >>> 0;
  state[2] = (((c << 21) | (c >>> 11)) + word) >>> 0;
  state[3] = (counter + 1) >>> 0;
  return word;
}

/** Twelve steps, as in PractRand, so that similar seeds part. */
function warmedUp(origin: Words): Words {
  const state: Words = [...origin];
  for (let step = 0; step < 12; step++) next(state);
  return state;
}

/** Four words from a text and a key: per word FNV-1a over UTF-16 units, then the finaliser of MurmurHash3. */
function hash(text: string, key: Words): Words {
  const hashed = key.map((word, position) => {
    let value = (word ^ Math.imul(position + 1, 0x85ebca6b)) | 0;
    for (let unit = 0; unit < text.length; unit++) {
      value = Math.imul(value ^ text.charCodeAt(unit), 0x01000193);
      value ^= value >>> 15;
    }
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return (value ^ (value >>> 16)) >>> 0;
  });
  return words(hashed);
}

function words(values: readonly number[]): Words {
  const [a, b, c, d] = values;
  const whole = values.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32);
  if (
    a === undefined ||
    b === undefined ||
    c === undefined ||
    d === undefined ||
    values.length > 4 ||
    !whole
  ) {
    throw new RangeError('The state of a random source is four 32-bit words.');
  }
  return [a, b, c, d];
}
