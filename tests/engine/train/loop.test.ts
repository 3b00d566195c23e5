import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scoreTexts, type TextScores } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createRandom } from '../../../engine/random.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';
import { collate } from '../../../engine/text/batches.ts';
import type { Example } from '../../../engine/train/examples.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createStepper } from '../../../engine/train/step.ts';
import { createTrainables, mergeTrained } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const premises = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const hypotheses = ['this is about shipping .', 'this is about price .'];
const gold = [
  [1, 0],
  [0, 1],
  [0, 0],
  [1, 1],
];
const examples: Example[] = Array.from({ length: 40 }, (_, i) => i).flatMap((i) =>
  hypotheses.map((hypothesis, label) => ({
    premise: premises[i % 4]!,
    hypothesis,
    target: gold[i % 4]![label] === 1 ? ('entailment' as const) : ('contradiction' as const),
  })),
);

async function tinyModel() {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  return loadNliModel(dir);
}

const meanError = (scores: readonly TextScores[]) =>
  scores
    .flatMap((s, text) => [...s.probabilities].map((p, label) => Math.abs(p - gold[text]![label]!)))
    .reduce((sum, error) => sum + error / 8, 0);

const bytesOf = (values: ReadonlyMap<string, Float32Array>) =>
  [...values].map(([name, v]) => [name, Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('hex')]);

test.each(['lora', 'full'] as const)('%s training lowers the loss and learns the labels', async (method) => {
  const model = await tinyModel();
  const options = trainingOptions({ method, epochs: 30, learningRate: 1e-2, batchSize: 8 });
  const { losses, values } = await fineTune(model, { examples, options });
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
  const merged = mergeTrained(model.prepared, { values, rank: options.rank, alpha: options.alpha });
  const before = await scoreTexts(model, { texts: premises, hypotheses });
  const after = await scoreTexts(model, { texts: premises, hypotheses }, merged);
  expect(meanError(after)).toBeLessThan(meanError(before) / 2);
});
test('the same seed gives the same adapters to the last bit, another seed others', async () => {
  const model = await tinyModel();
  const run = async (seed: number) =>
    bytesOf((await fineTune(model, { examples, options: trainingOptions({ seed, maxSteps: 12 }) })).values);
  const first = await run(5);
  expect(await run(5)).toEqual(first);
  expect(await run(6)).not.toEqual(first);
});

test('a run stopped at step 20 and resumed equals one that was never interrupted', async () => {
  const model = await tinyModel();
  const dir = temporaryFolder();
  const options = trainingOptions({ epochs: 10, batchSize: 16, maxSteps: 40 });
  const whole = await fineTune(model, { examples, options });
  const stop = new AbortController();
  const checkpoints = { dir, every: 10 };
  const onStep = ({ step }: { step: number }) => (step === 23 ? stop.abort() : undefined);
  await expect(
    fineTune(model, { examples, options, checkpoints, onStep, signal: stop.signal }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const steps: number[] = [];
  const resumed = await fineTune(model, {
    examples,
    options,
    checkpoints,
    onStep: ({ step }) => steps.push(step),
  });
  // Stopping wrote a checkpoint of its own, so no step is done twice.
  expect(steps[0]).toBe(24);
  expect(resumed.losses).toEqual(whole.losses);
  expect(bytesOf(resumed.values)).toEqual(bytesOf(whole.values));
});

test('the weights of the best epoch are kept, and patience ends the training', async () => {
  const model = await tinyModel();
  const options = trainingOptions({ epochs: 10, batchSize: 16, patience: 2 });
  const scores = [0.2, 0.6, 0.5, 0.6, 0.9];
  const seen: number[] = [];
  const heldOutF1 = async () => scores[seen.length]!;
  const stopped = await fineTune(model, {
    examples,
    options,
    heldOutF1,
    onEvaluation: ({ macroF1 }) => seen.push(macroF1),
  });
  expect(seen).toEqual([0.2, 0.6, 0.5, 0.6]);
  expect(stopped.bestEpoch).toBe(2);
  const twoEpochs = await fineTune(model, { examples, options: { ...options, maxSteps: 10 } });
  expect(stopped.losses.slice(0, 10)).toHaveLength(10);
  expect(stopped.steps).toBe(20);
  expect(bytesOf(stopped.values)).not.toEqual(bytesOf(twoEpochs.values)); // its rate decays faster
});

test('early stopping goes on as it would have after a stop in the middle', async () => {
  const model = await tinyModel();
  const dir = temporaryFolder();
  const options = trainingOptions({ epochs: 6, batchSize: 16, patience: 2 });
  const heldOutF1 = async (values: ReadonlyMap<string, Float32Array>) =>
    Math.abs([...values.values()][0]![0]! * 1000) % 1;
  const whole = await fineTune(model, { examples, options, heldOutF1 });
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }) => (step === 12 ? stop.abort() : undefined);
  const checkpoints = { dir, every: 5 };
  await expect(
    fineTune(model, { examples, options, heldOutF1, checkpoints, onStep, signal: stop.signal }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const resumed = await fineTune(model, { examples, options, heldOutF1, checkpoints });
  expect(resumed.evaluations).toEqual(whole.evaluations);
  expect(resumed.bestEpoch).toBe(whole.bestEpoch);
  expect(bytesOf(resumed.values)).toEqual(bytesOf(whole.values));
});

test('59: a damaged checkpoint is not used', async () => {
  const model = await tinyModel();
  const dir = temporaryFolder();
  const options = trainingOptions({ maxSteps: 4 });
  const checkpoints = { dir, every: 4 };
  const whole = await fineTune(model, { examples, options, checkpoints });
  const { file } = JSON.parse(readFileSync(join(dir, 'checkpoint.json'), 'utf8')) as { file: string };
  const bytes = readFileSync(join(dir, file));
  bytes[10]! ^= 1;
  writeFileSync(join(dir, file), bytes);
  const steps: number[] = [];
  const again = await fineTune(model, {
    examples,
    options,
    checkpoints,
    onStep: ({ step }) => steps.push(step),
  });
  expect(steps).toEqual([1, 2, 3, 4]);
  expect(again.losses).toEqual(whole.losses);
});

test('accumulated slices give the loss of one large batch', async () => {
  const model = await tinyModel();
  const large = await fineTune(model, { examples, options: trainingOptions({ batchSize: 80, maxSteps: 3 }) });
  const sliced = await fineTune(model, {
    examples,
    options: trainingOptions({ batchSize: 20, accumulation: 4, maxSteps: 3 }),
  });
  for (const [i, loss] of sliced.losses.entries()) expect(loss).toBeCloseTo(large.losses[i]!, 4);
});

test.each([
  { learningRate: Number.NaN },
  { learningRate: -1 },
  { batchSize: 0 },
  { batchSize: 1e6 },
  { epochs: 0 },
  { seed: 2 ** 64 },
])('56: %o is refused with the name of the option', (given) => {
  expect(() => trainingOptions(given)).toThrow(Object.keys(given)[0]!);
});

test('55: training without pairs says what is missing', async () => {
  const model = await tinyModel();
  await expect(fineTune(model, { examples: [], options: trainingOptions({}) })).rejects.toThrow(
    'nothing to train on',
  );
});

test('a merged model gives the logits of the graph it was trained in', async () => {
  const model = await tinyModel();
  const options = trainingOptions({ maxSteps: 20, learningRate: 1e-2 });
  const { values } = await fineTune(model, { examples, options });
  const { training, parameters } = createTrainables(model.prepared, options, createRandom(1));
  for (const parameter of parameters) parameter.values.set(values.get(parameter.name)!);
  const pairs = examples
    .slice(0, 6)
    .map((e) => model.tokenizer.encodePair(e.premise, e.hypothesis, { maxLength: 48 }));
  const batch = collate(pairs, model.tokenizer.padId);
  const stepper = await createStepper(training, parameters);
  const { logits } = await stepper.run(batch, new Float32Array(18));
  await stepper.release();
  const session = await createSession(
    mergeTrained(model.prepared, { values, rank: options.rank, alpha: options.alpha }),
  );
  const merged = floatsOf((await session.run(batchFeeds(batch, session.inputNames))).logits);
  await session.release();
  for (const [i, logit] of logits.entries()) expect(merged[i]).toBeCloseTo(logit, 4);
});

test('a text far beyond the limit is scored in windows: its last sentence is read, and every label stays in its input', async () => {
  const model = await tinyModel();
  const filler = 'nice colour '.repeat(2500);
  const [without] = await scoreTexts(model, { texts: [filler], hypotheses });
  const [withLast] = await scoreTexts(model, { texts: [`${filler}the parcel came late`], hypotheses });
  expect(withLast!.probabilities).not.toEqual(without!.probabilities);
  expect(withLast!.probabilities[0]).not.toBe(withLast!.probabilities[1]);
});
