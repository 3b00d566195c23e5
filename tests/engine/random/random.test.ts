import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../../engine/random.ts';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);
const words = (random: Random, count = 20) => draw(count, () => random.integer(2 ** 32));

/** Σ (observed − expected)² / expected for equally likely outcomes. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countsOf(outcomes: readonly (string | number)[]): number[] {
  const counts = new Map<string | number, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts.values()];
}

/*
 * def sfc(a, b, c, d):
 *     M = 2**32 - 1
 *     while True:
 *         w = (a + b + d) & M; a = b ^ (b >> 9); b = (c + (c << 3)) & M
 *         c = ((((c << 21) | (c >> 11)) & M) + w) & M; d = (d + 1) & M
 *         yield w
 * g = sfc(1, 2, 3, 4); print([next(g) for _ in range(6)])
 * g = sfc(1, 2, 3, 4); print([((next(g) >> 5) * 2**26 + (next(g) >> 6)) / 2**53 for _ in range(4)])
 */
test('the words are those of sfc32, and two make a number with 53 bits', () => {
  const random = createRandom(0);
  const state = { origin: [0, 0, 0, 0], current: [1, 2, 3, 4] };
  random.restore(state);
  expect(words(random, 6)).toEqual([7, 34, 56623200, 188882296, 3431242869, 399395954]);
  random.restore(state);
  expect(draw(4, random.uniform)).toEqual([0, 0.013183616429400247, 0.7988984815254182, 0.18295253734986217]);
});

test('the same seed gives the same numbers, another seed others', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (seed) => {
      expect(words(createRandom(seed))).toEqual(words(createRandom(seed)));
      const next = seed === 0 ? 1 : seed / 2 + 1;
      fc.pre(next !== seed);
      expect(words(createRandom(seed))).not.toEqual(words(createRandom(next)));
    }),
    { seed: 1 },
  );
});

test('neighbouring seeds are not alike', () => {
  const first = draw(500, () => 0).map((_, seed) => createRandom(seed).uniform());
  // 10 bins, 9 degrees of freedom: 27.9 is passed by one fair source in a thousand.
  expect(chiSquare(countsOf(first.map((value) => Math.floor(value * 10))))).toBeLessThan(27.9);
  const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
  const product = first.slice(1).reduce((sum, value, index) => {
    return sum + (value - mean) * ((first[index] as number) - mean);
  }, 0);
  expect(Math.abs(product / 499) * 12).toBeLessThan(0.15);
});

test('a seed that is no finite number is refused', () => {
  for (const seed of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => createRandom(seed)).toThrow(RangeError);
  }
});

test('whole numbers are below their bound and equally frequent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer(), (n, seed) => {
      const random = createRandom(seed);
      for (const value of draw(20, () => random.integer(n))) {
        expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true);
      }
    }),
    { seed: 2 },
  );
  const random = createRandom(7);
  // 6 degrees of freedom: 22.5 is passed by one fair source in a thousand.
  expect(chiSquare(countsOf(draw(7000, () => random.integer(7))))).toBeLessThan(22.5);
});

test('there is no modulo bias', () => {
  // With the remainder of one word alone, the lower half of 3·2³⁰ would be drawn twice in three times.
  const random = createRandom(3);
  const lower = draw(6000, () => random.integer(3 * 2 ** 30)).filter((value) => value < 2 ** 30);
  expect(lower.length / 6000).toBeCloseTo(1 / 3, 1);
});

test('a bound that is none is refused', () => {
  const random = createRandom(1);
  for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => random.integer(n)).toThrow(RangeError);
  }
});

test('numbers lie in [0, 1) evenly', () => {
  const random = createRandom(11);
  const values = draw(10_000, random.uniform);
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(chiSquare(countsOf(values.map((value) => Math.floor(value * 20))))).toBeLessThan(43.8);
});

test('normal numbers have the moments and tails of the normal distribution', () => {
  const random = createRandom(5);
  const values = draw(20_000, random.normal);
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  expect(Math.abs(moment(1))).toBeLessThan(0.03);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04);
  expect(Math.abs(moment(3))).toBeLessThan(0.1);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
  const within = (limit: number) => values.filter((value) => Math.abs(value) < limit).length / values.length;
  expect([within(1), within(1.96)]).toEqual([expect.closeTo(0.6827, 1), expect.closeTo(0.95, 1)]);
  expect(values.every(Number.isFinite)).toBe(true);
});

test('a shuffle keeps every item and leaves its input alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const before = [...items];
      const shuffled = createRandom(seed).shuffle(items);
      expect(items).toEqual(before);
      const ascending = (one: number, other: number) => one - other;
      expect(shuffled.toSorted(ascending)).toEqual(items.toSorted(ascending));
    }),
    { seed: 3 },
  );
});

test('every order is equally likely', () => {
  const random = createRandom(9);
  const counts = countsOf(draw(12_000, () => random.shuffle(['a', 'b', 'c', 'd']).join('')));
  expect(counts).toHaveLength(24);
  // 23 degrees of freedom: 49.7 is passed by one fair source in a thousand.
  expect(chiSquare(counts)).toBeLessThan(49.7);
});

test('a fork depends on seed and name only, and does not disturb its parent', () => {
  const untouched = createRandom(4);
  const used = createRandom(4);
  words(used);
  expect(words(used.fork('split'))).toEqual(words(untouched.fork('split')));
  const parent = createRandom(4);
  words(parent.fork('other'));
  expect(words(parent)).toEqual(words(createRandom(4)));
});

test('forks of other names, of other parents and the parent itself differ', () => {
  const root = createRandom(4);
  const sources = [
    root,
    root.fork(''),
    root.fork('a'),
    root.fork('b'),
    root.fork('ab'),
    root.fork('ba'),
    root.fork('a').fork('b'),
    root.fork('b').fork('a'),
    createRandom(5).fork('a'),
  ];
  const seen = new Set(sources.map((source) => words(source).join()));
  expect(seen.size).toBe(sources.length);
});

test('a saved state, written as JSON, goes on with the same numbers and the same forks', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat({ max: 50 }), (seed, drawn) => {
      const random = createRandom(seed);
      words(random, drawn);
      const saved = JSON.parse(JSON.stringify(random.state()));
      const ahead = words(random);
      const restored = createRandom(seed + 1);
      restored.restore(saved);
      expect(words(restored)).toEqual(ahead);
      expect(words(restored.fork('x'))).toEqual(words(random.fork('x')));
    }),
    { seed: 4 },
  );
});

test('a state does not change when the generator goes on', () => {
  const random = createRandom(1);
  const state = random.state();
  const before = JSON.stringify(state);
  words(random);
  random.restore(state);
  words(random);
  expect(JSON.stringify(state)).toBe(before);
});

test('what is no state is refused, and nothing is restored by half', () => {
  const random = createRandom(1);
  const expected = words(createRandom(1));
  const good = [1, 2, 3, 4];
  for (const bad of [[], [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, -1], [1, 2, 3, 2 ** 32], [1, 2, 3, 0.5]]) {
    expect(() => random.restore({ origin: good, current: bad })).toThrow(RangeError);
    expect(() => random.restore({ origin: bad, current: good })).toThrow(RangeError);
  }
  expect(words(random)).toEqual(expected);
});
