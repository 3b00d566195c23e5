import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collate, planBatches, type Shuffler, trainingBatches } from '../../../engine/text/batches.ts';

const lengthsArbitrary = fc.array(fc.integer({ min: 1, max: 512 }), { maxLength: 200 });

/** A small seeded source (mulberry32). */
function seeded(seed: number): Shuffler {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    shuffle: (items) => {
      const result = [...items];
      for (let last = result.length - 1; last > 0; last--) {
        const other = Math.floor(uniform() * (last + 1));
        [result[last], result[other]] = [result[other]!, result[last]!];
      }
      return result;
    },
  };
}

const sortedIndices = (batches: number[][]) => batches.flat().sort((a, b) => a - b);
const paddedTokens = (batches: number[][], lengths: number[]) =>
  batches.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map((index) => lengths[index]!)), 0);

test('inference batches hold every pair once, within both limits', () => {
  fc.assert(
    fc.property(
      lengthsArbitrary,
      fc.integer({ min: 1, max: 4096 }),
      fc.integer({ min: 1, max: 64 }),
      fc.boolean(),
      (lengths, tokensPerBatch, maxBatch, padding) => {
        const batches = planBatches(lengths, { tokensPerBatch, maxBatch, padding });
        expect(sortedIndices(batches)).toEqual(lengths.map((_, index) => index));
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(maxBatch);
          if (batch.length > 1) expect(paddedTokens([batch], lengths)).toBeLessThanOrEqual(tokensPerBatch);
          if (!padding) expect(new Set(batch.map((index) => lengths[index])).size).toBe(1);
        }
      },
    ),
    { seed: 1 },
  );
});

test('the longest pairs come first, equal ones in order', () => {
  expect(planBatches([3, 9, 3, 9, 1], { tokensPerBatch: 18, maxBatch: 8, padding: true })).toEqual([
    [1, 3],
    [0, 2, 4],
  ]);
});

test('without padding, pairs of one length are shared out evenly', () => {
  const lengths = [...Array(10).fill(5), 3, 7];
  const batches = planBatches(lengths, { tokensPerBatch: 40, maxBatch: 64, padding: false });
  expect(batches).toEqual([[11], [0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10]]);
});

test('row 56: limits of 0, below, NaN or a fraction are refused', () => {
  for (const bad of [0, -1, Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
    const refused = expect.objectContaining({ code: 'batch_invalid' });
    expect(() => planBatches([1], { tokensPerBatch: bad, maxBatch: 1, padding: true })).toThrow(refused);
    expect(() => planBatches([1], { tokensPerBatch: 1, maxBatch: bad, padding: true })).toThrow(refused);
    expect(() => trainingBatches([1], { batchSize: bad, random: seeded(1) })).toThrow(refused);
  }
});

test('collate pads to the longest pair', () => {
  const pairs = [
    { inputIds: [2, 7, 3], tokenTypeIds: [0, 1, 1] },
    { inputIds: [2], tokenTypeIds: [1] },
  ];
  expect(collate(pairs, 9)).toEqual({
    inputIds: new BigInt64Array([2n, 7n, 3n, 2n, 9n, 9n]),
    attentionMask: new BigInt64Array([1n, 1n, 1n, 1n, 0n, 0n]),
    tokenTypeIds: new BigInt64Array([0n, 1n, 1n, 1n, 0n, 0n]),
    shape: [2, 3],
  });
});

test('training batches: every pair once; the same seed gives the same, another seed other batches', () => {
  fc.assert(
    fc.property(
      lengthsArbitrary,
      fc.integer(),
      fc.integer({ min: 1, max: 20 }),
      (lengths, seed, batchSize) => {
        const batches = trainingBatches(lengths, { batchSize, random: seeded(seed) });
        expect(sortedIndices(batches)).toEqual(lengths.map((_, index) => index));
        expect(batches.filter((batch) => batch.length !== batchSize).length).toBeLessThanOrEqual(1);
        expect(trainingBatches(lengths, { batchSize, random: seeded(seed) })).toEqual(batches);
      },
    ),
    { seed: 2 },
  );
  const lengths = Array.from({ length: 64 }, (_, index) => (index * 37) % 100);
  const batchesOf = (seed: number) => trainingBatches(lengths, { batchSize: 8, random: seeded(seed) });
  expect(batchesOf(1)).not.toEqual(batchesOf(2));
});

test('buckets pad less than plain shuffling', () => {
  const lengths = Array.from({ length: 512 }, (_, index) => 1 + ((index * 197) % 500));
  const padded = (bucket: number) =>
    paddedTokens(trainingBatches(lengths, { batchSize: 8, random: seeded(3), bucket }), lengths);
  expect(padded(16)).toBeLessThan(0.7 * padded(1));
});
