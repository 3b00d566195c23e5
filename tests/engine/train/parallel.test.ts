import { expect, test } from 'vitest';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createAdamW } from '../../../engine/optim/adamw.ts';
import { createRandom } from '../../../engine/random.ts';
import { type Example, encodeExamples } from '../../../engine/train/examples.ts';
import { sliceForWorkers } from '../../../engine/train/parallel/slices.ts';
import { createParallelUpdater } from '../../../engine/train/parallel/updater.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createTrainables } from '../../../engine/train/trainables.ts';
import { createHostUpdater, type Updater } from '../../../engine/train/update.ts';
import { createUpdater } from '../../../engine/train/updaters.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const lengths = [9, 40, 12, 31, 8, 8, 22, 17, 64, 10, 11, 30];
const all = lengths.map((_, i) => i);

test('slices hold every pair once, longest first, and share the work evenly', () => {
  const hands = sliceForWorkers(all, lengths, { workers: 2, tokensPerSlice: 64 });
  expect(hands.flat(2).toSorted((a, b) => a - b)).toEqual(all);
  const padded = (slice: readonly number[]) => slice.length * Math.max(...slice.map((i) => lengths[i]!));
  const work = hands.map((hand) => hand.reduce((sum, slice) => sum + padded(slice), 0));
  expect(Math.max(...work) / Math.min(...work)).toBeLessThan(1.5);
});

test('fewer pairs than workers leave some without work', () => {
  expect(sliceForWorkers([3], lengths, { workers: 4, tokensPerSlice: 64 }).flat()).toEqual([[3]]);
  const equal = sliceForWorkers(all, lengths, { workers: 2, tokensPerSlice: 64, padding: false }).flat();
  expect(equal.flat().toSorted((a, b) => a - b)).toEqual(all);
  for (const slice of equal) expect(new Set(slice.map((i) => lengths[i])).size).toBe(1);
});

const examples: Example[] = lengths.map((_, i) => ({
  premise: 'the parcel came late '.repeat(1 + (i % 4)),
  hypothesis: i % 2 ? 'this is about shipping .' : 'this is about price .',
  target: i % 3 === 0 ? 'contradiction' : 'entailment',
}));

async function run(method: 'lora' | 'full', open: (parts: Parts) => Promise<Updater>) {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const options = trainingOptions({ method });
  const { training, parameters } = createTrainables(model.prepared, options, createRandom(1));
  const optimizer = createAdamW(parameters);
  const encoded = encodeExamples(model, examples, 48);
  const updater = await open({ training, parameters, optimizer, encoded, clipNorm: 0.5 });
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const slices = [all];
    updater.prepare?.(slices);
    const result = await updater.step(slices, 1e-2);
    losses.push(result === 'aborted' ? Number.NaN : result.loss);
  }
  await updater.readBack();
  await updater.release();
  return { losses, steps: optimizer.state.step, weights: parameters.flatMap((p) => [...p.values]) };
}
type Parts = Parameters<typeof createParallelUpdater>[0];

test.each([
  ['lora', 1],
  ['lora', 3],
  ['full', 2],
] as const)('%s on %i threads does the steps of one thread', async (method, cores) => {
  const alone = await run(method, (parts) => createHostUpdater(parts));
  const together = await run(method, (parts) => createParallelUpdater({ ...parts, cores }));
  expect(together.steps).toBe(5);
  for (const [step, loss] of together.losses.entries()) expect(loss).toBeCloseTo(alone.losses[step]!, 4);
  const far = together.weights.filter((w, i) => Math.abs(w - alone.weights[i]!) > 2e-3).length;
  expect(far / together.weights.length).toBeLessThan(0.01);
});

test.each(['lora', 'full'] as const)(
  '%s: batches cut to two pairs at a time have the losses of the whole batch',
  async (method) => {
    const whole = await run(method, (parts) => createHostUpdater(parts));
    const memory = { workers: 1, rowsOf: () => 2 };
    const onThreads = await run(method, (parts) => createParallelUpdater({ ...parts, memory, cores: 2 }));
    const onHost = await run(method, (parts) => createUpdater({ ...parts, memory }, 'cpu'));
    for (const [step, loss] of whole.losses.entries()) {
      expect(Math.abs(onThreads.losses[step]! / loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(onHost.losses[step]! / loss - 1)).toBeLessThan(1e-5);
    }
  },
);

test('no slice has more pairs than memory allows for its longest', () => {
  const rowsOf = (length: number) => (length > 20 ? 1 : 2);
  const hands = sliceForWorkers(all, lengths, { workers: 2, tokensPerSlice: 512, rowsOf });
  expect(hands.flat(2).toSorted((a, b) => a - b)).toEqual(all);
  for (const slice of hands.flat())
    expect(slice.length).toBeLessThanOrEqual(rowsOf(Math.max(...slice.map((i) => lengths[i]!))));
});

test('a step that was cancelled changes nothing', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const { training, parameters } = createTrainables(model.prepared, trainingOptions({}), createRandom(1));
  const optimizer = createAdamW(parameters);
  const encoded = encodeExamples(model, examples, 48);
  const updater = await createParallelUpdater({
    training,
    parameters,
    optimizer,
    encoded,
    clipNorm: 1,
    cores: 2,
  });
  const before = parameters.map((p) => p.values.slice());
  expect(await updater.step([all], 1e-2, AbortSignal.abort())).toBe('aborted');
  await updater.readBack();
  await updater.release();
  expect(parameters.map((p) => p.values)).toEqual(before);
});
