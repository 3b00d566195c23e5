import { expect, test } from 'vitest';
import { loadNliModel } from '../../../../engine/model/nliModel.ts';
import { fineTune } from '../../../../engine/train/loop.ts';
import { planWithin } from '../../../../engine/train/memory/plan.ts';
import { trainingOptions } from '../../../../engine/train/plan.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { writeTinyModel } from '../../../support/tinyModel.ts';

const limits = {
  workers: 4,
  longest: 64,
  fixed: (workers: number) => 1000 + 100 * workers,
  batch: ({ batch, sequence }: { batch: number; sequence: number }) => 50 + batch * sequence,
};

test.each([
  // (3000 − 1400) / 4 = 400 each: 50 and five rows of 64.
  [3000, 4, 5],
  // (1900 − 1400) / 4 = 125 is one row of 64 (114), not two.
  [1900, 4, 1],
  // Four threads would have 75 each, three 133.
  [1700, 3, 1],
  [1214, 1, 1],
])('within %i bytes, %i threads compute %i of the longest pairs at a time', (budget, workers, rows) => {
  const plan = planWithin({ ...limits, budget })!;
  expect([plan.workers, plan.rowsOf(64)]).toEqual([workers, rows]);
});

test('more of the shorter pairs fit', () => {
  const { rowsOf } = planWithin({ ...limits, budget: 3000 })!;
  // Lengths are rounded up to 16, 32, 48, 64.
  expect([5, 16, 17, 40, 64].map(rowsOf)).toEqual([21, 21, 10, 7, 5]);
});

test('where not even one pair fits there is no plan', () => {
  expect(planWithin({ ...limits, budget: 1213 })).toBeUndefined();
});

test('a budget below one pair is refused in one sentence that says what one takes', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const examples = [{ premise: 'the parcel', hypothesis: 'nice .', target: 'entailment' as const }];
  const training = fineTune(await loadNliModel(dir), { examples, options: trainingOptions({ memoryMb: 1 }) });
  await expect(training).rejects.toMatchObject({
    code: 'memory_too_small',
    message: expect.stringMatching(
      /^Training this model on pairs of \d+ tokens takes about \d+ MB of memory, but the budget is 1 MB\.$/,
    ),
  });
});
