import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MixInput, pickMixed } from '../../../engine/active/mix.ts';
import { pickRareMargin } from '../../../engine/active/rareMargin.ts';
import { createRandom } from '../../../engine/random.ts';

const rowsOf = (random: ReturnType<typeof createRandom>, rows: number, columns: number) =>
  Array.from({ length: rows }, () => Float32Array.from({ length: columns }, random.uniform));

/** A project of `size` candidates with two labels. */
function project(size: number, seed: number): Omit<MixInput, 'limit' | 'random'> {
  const random = createRandom(seed);
  return { scores: rowsOf(random, size, 2), thresholds: [0.5, 0.5], accepted: [3, 0] };
}

const inputs = fc.record({
  size: fc.nat({ max: 30 }),
  limit: fc.nat({ max: 35 }),
  seed: fc.nat(),
  randomShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
  known: fc.boolean(),
});

test('as many picks as asked for and there are, each candidate once, whether examples are known or not', () => {
  fc.assert(
    fc.property(inputs, ({ size, limit, seed, randomShare, known }) => {
      const { accepted, ...scored } = project(size, seed);
      const picks = pickMixed({
        ...scored,
        ...(known ? { accepted } : {}),
        limit,
        random: createRandom(seed),
        randomShare,
      });
      expect(picks).toHaveLength(Math.min(limit, size));
      expect(new Set(picks.map(({ index }) => index)).size).toBe(picks.length);
      expect(picks.every(({ index }) => index >= 0 && index < size)).toBe(true);
    }),
    { seed: 1 },
  );
});

test('the share of random picks is kept to the document', () => {
  fc.assert(
    fc.property(inputs, ({ size, limit, seed, randomShare }) => {
      const picks = pickMixed({ ...project(size, seed), limit, random: createRandom(seed), randomShare });
      const random = picks.filter(({ reason }) => reason === 'random').length;
      expect(Math.abs(random - picks.length * randomShare)).toBeLessThan(1);
    }),
    { seed: 2 },
  );
});

test('with a limit of 1, one of five calls is random', () => {
  const random = createRandom(2);
  const input = project(10, 2);
  const calls = Array.from({ length: 2000 }, () => pickMixed({ ...input, limit: 1, random })[0]?.reason);
  expect(calls.filter((reason) => reason === 'random').length / 2000).toBeCloseTo(0.2, 1);
});

test('random picks and their places do not depend on what the model says', () => {
  const sample = (seed: number) =>
    pickMixed({ ...project(40, seed), limit: 20, random: createRandom(9) }).map(({ index, reason }) =>
      reason === 'random' ? index : null,
    );
  const drawn = sample(1);
  expect(drawn.filter((index) => index !== null)).toHaveLength(4);
  expect([sample(2), sample(3)]).toEqual([drawn, drawn]);
});

test('random picks are a uniform sample of all candidates, also of those that others want', () => {
  const random = createRandom(5);
  const input = project(10, 5);
  const counts = new Array<number>(10).fill(0);
  for (let round = 0; round < 2000; round++) {
    for (const { index, reason } of pickMixed({ ...input, limit: 5, random, randomShare: 0.2 })) {
      if (reason === 'random') counts[index] = (counts[index] as number) + 1;
    }
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2000);
  // 9 degrees of freedom: 27.9 is passed by one fair sampler in a thousand.
  expect(chiSquare).toBeLessThan(27.9);
});

test('what is not random lies nearest the thresholds of rare labels, in order', () => {
  const input = project(40, 6);
  const picks = pickMixed({ ...input, limit: 20, random: createRandom(6) });
  const random = new Set(picks.filter(({ reason }) => reason === 'random').map(({ index }) => index));
  const expected = pickRareMargin(input).filter(({ index }) => !random.has(index));
  expect(picks.filter(({ reason }) => reason !== 'random')).toEqual(expected.slice(0, 16));
});

test('a share of 1 is random only', () => {
  const picks = pickMixed({ ...project(20, 7), limit: 10, random: createRandom(7), randomShare: 1 });
  expect(picks.map(({ reason }) => reason)).toEqual(new Array(10).fill('random'));
});

test('the same random source gives the same picks', () => {
  const picks = (seed: number) => pickMixed({ ...project(30, 1), limit: 15, random: createRandom(seed) });
  expect(picks(1)).toEqual(picks(1));
  expect(picks(1)).not.toEqual(picks(2));
});

test('a share without random picks, or that is none, is refused', () => {
  for (const randomShare of [0, -0.1, 1.01, Number.NaN]) {
    expect(() => pickMixed({ ...project(3, 1), limit: 1, random: createRandom(1), randomShare })).toThrow(
      expect.objectContaining({ code: 'share_invalid' }),
    );
  }
});
