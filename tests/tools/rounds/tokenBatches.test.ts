import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { trapezoidSchedule } from '../../../tools/nli/rounds/schedule.ts';
import { tokenBatches } from '../../../tools/nli/rounds/tokenBatches.ts';

test('every row is in one batch, and no batch of several rows is larger than the limits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 9 }),
      (lengths, tokens, maxRows) => {
        const batches = tokenBatches(lengths, { tokens, maxRows, random: createRandom(1) });
        expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
        for (const batch of batches.filter(({ length }) => length > 1)) {
          const width = Math.max(...batch.map((i) => lengths[i]!));
          expect(width * batch.length).toBeLessThanOrEqual(tokens);
          expect(batch.length).toBeLessThanOrEqual(maxRows);
        }
      },
    ),
  );
});

test('the same random source gives the same batches, another one others', () => {
  const lengths = Array.from({ length: 60 }, (_, i) => 1 + (i % 7));
  const of = (seed: number) => tokenBatches(lengths, { tokens: 20, maxRows: 8, random: createRandom(seed) });
  expect(of(3)).toEqual(of(3));
  expect(of(4)).not.toEqual(of(3));
});

test('a limit of 0 is refused', () => {
  expect(() => tokenBatches([1], { tokens: 0, maxRows: 1, random: createRandom(1) })).toThrow(/tokens/);
});

test('the learning rate rises, stays and falls, and before the fall does not depend on the length of the run', () => {
  const of = (step: number, steps: number) => trapezoidSchedule(step, { warmup: 10, steps, decayShare: 0.5 });
  expect(of(0, 100)).toBeCloseTo(1 / 11);
  expect(of(30, 100)).toBe(1);
  expect(of(75, 100)).toBeCloseTo(0.5);
  expect(of(100, 100)).toBe(0);
  for (let step = 0; step < 50; step++) expect(of(step, 200)).toBe(of(step, 100));
});
