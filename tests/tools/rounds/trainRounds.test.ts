import { expect, test } from 'vitest';
import { createEmbedder, encodeText } from '../../../engine/inference/embedding.ts';
import { contrastOf, labelOverlap } from '../../../engine/loss/supervisedContrastive.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { createRandom } from '../../../engine/random.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createTrainables, mergeTrained } from '../../../engine/train/trainables.ts';
import { createRowStepper, type TrainingRow } from '../../../tools/nli/rounds/rowStepper.ts';
import { type RoundItem, type RoundOptions, trainRounds } from '../../../tools/nli/rounds/trainRounds.ts';
import { assembleTwoLosses } from '../../../tools/nli/rounds/twoLosses.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const TEXTS = [
  'the parcel came late',
  'the price is high',
  'nice colour and price',
  'late and the price is high',
];
const HYPOTHESES = ['this is about shipping .', 'this is about price .'];

/** Small, for the tiny model has a kink (Relu) in reach of larger steps. */
const STEP = 1e-3;

async function tinyModel(): Promise<NliModel> {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  return loadNliModel(dir);
}

const items = ({ tokenizer }: NliModel): RoundItem[] => [
  ...TEXTS.flatMap((text, t) =>
    HYPOTHESES.map((hypothesis, h) => ({
      tokens: tokenizer.encodePair(text, hypothesis, { maxLength: 32 }),
      target: Float32Array.from((t + h) % 2 === 0 ? [0, 1, 0] : [1, 0, 0]),
    })),
  ),
  ...TEXTS.map((text) => ({ tokens: encodeText(tokenizer, text, 32) })),
];

const OPTIONS: RoundOptions = {
  seed: 3,
  steps: 24,
  learningRate: 1e-2,
  warmupSteps: 2,
  decayShare: 0.25,
  tokensPerBatch: 40,
  maxRows: 4,
  clipNorm: 1,
  weightDecay: 0.01,
  embeddingWeight: 1,
};

async function run(
  model: NliModel,
  changes: { options?: Partial<RoundOptions>; dir?: string; resume?: boolean } = {},
) {
  return trainRounds(model, {
    round: () => items(model),
    options: { ...OPTIONS, ...changes.options },
    checkpoints: { dir: changes.dir ?? temporaryFolder(), every: 5 },
    resume: changes.resume ?? false,
  });
}

test('the gradient of both losses together agrees with central differences', async () => {
  const model = await tinyModel();
  const { parameters } = createTrainables(
    model.prepared,
    trainingOptions({ method: 'full' }),
    createRandom(1),
  );
  const graph = assembleTwoLosses(model.prepared, parameters);
  const stepper = await createRowStepper(graph, parameters, { classes: 3, padId: model.tokenizer.padId });
  const random = createRandom(2);
  const vector = Float32Array.from({ length: graph.hidden }, () => random.normal() / 4);
  const rows: TrainingRow[] = items(model).map((item) => ({
    tokens: item.tokens,
    weight: 0.1,
    target: item.target,
    wanted: item.target ? undefined : vector,
  }));
  const { gradients } = await stepper.step(rows);
  const own = gradients.map((g) => g.slice());
  for (const [p, parameter] of parameters.entries()) {
    const direction = Float32Array.from(
      parameter.values,
      () => random.normal() / Math.sqrt(parameter.values.length),
    );
    const start = parameter.values.slice();
    const lossAt = async (size: number) => {
      for (const [i, value] of start.entries()) parameter.values[i] = value + size * direction[i]!;
      return (await stepper.step(rows)).loss;
    };
    const numeric = ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
    parameter.values.set(start);
    const analytic = own[p]!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    expect(Math.abs(analytic - numeric), parameter.name).toBeLessThan(3e-4 + 0.01 * Math.abs(numeric));
  }
  await stepper.release();
});

test('the gradient of the contrastive loss agrees with central differences, and is added to the last one', async () => {
  const model = await tinyModel();
  const { parameters } = createTrainables(
    model.prepared,
    trainingOptions({ method: 'full' }),
    createRandom(1),
  );
  const graph = assembleTwoLosses(model.prepared, parameters, 0.5);
  const stepper = await createRowStepper(graph, parameters, { classes: 3, padId: model.tokenizer.padId });
  const rows = [...TEXTS, ...HYPOTHESES].map((text) => ({
    tokens: encodeText(model.tokenizer, text, 32),
    weight: 0,
  }));
  const labels = [[0], [1], [1], [0, 1]];
  const contrast = contrastOf(rows.length, [
    {
      anchors: [0, 1, 2, 3],
      candidates: [0, 1, 2, 3],
      affinity: (i, j) => labelOverlap(labels[i]!, labels[j]!),
      weight: 1,
    },
    {
      anchors: [0, 1, 2, 3],
      candidates: [4, 5],
      affinity: (i, j) => (labels[i]!.includes(j - 4) ? 1 : 0),
      weight: 0.5,
    },
  ]);
  const once = (await stepper.step(rows, { contrast })).gradients.map((g) => g.slice());
  const random = createRandom(2);
  for (const [p, parameter] of parameters.entries()) {
    const direction = Float32Array.from(
      parameter.values,
      () => random.normal() / Math.sqrt(parameter.values.length),
    );
    const start = parameter.values.slice();
    const lossAt = async (size: number) => {
      for (const [i, value] of start.entries()) parameter.values[i] = value + size * direction[i]!;
      return (await stepper.step(rows, { contrast })).loss;
    };
    const numeric = ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
    parameter.values.set(start);
    const analytic = once[p]!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    expect(Math.abs(analytic - numeric), parameter.name).toBeLessThan(3e-4 + 0.01 * Math.abs(numeric));
  }
  await stepper.step(rows, { contrast });
  const twice = (await stepper.step(rows, { contrast, add: true })).gradients;
  for (const [p, gradient] of once.entries())
    for (const [i, g] of gradient.entries()) expect(twice[p]![i]).toBeCloseTo(2 * g, 4);
  // Without a comparison the rows of this batch want nothing.
  expect((await stepper.step(rows)).loss).toBeCloseTo(0, 6);
  await stepper.release();
});

test('contrast draws texts with the same label together, the same with and without an interruption', async () => {
  const model = await tinyModel();
  const tokens = TEXTS.map((text) => encodeText(model.tokenizer, text, 32));
  const train = (weight: number, changes: { dir?: string; resume?: boolean; steps?: number } = {}) =>
    trainRounds(model, {
      round: () => items(model),
      options: { ...OPTIONS, steps: changes.steps ?? 30, decayShare: 0, embeddingWeight: 0 },
      contrast: {
        temperature: 0.1,
        group: (step) => ({
          rows: tokens,
          // The order of the views changes with the step, as a random group would.
          views: [0, 1].map((view) => ({
            anchors: [0, 1, 2, 3],
            candidates: [0, 1, 2, 3],
            affinity: (i: number, j: number) => (i < 2 === j < 2 ? 1 : 0),
            weight: view === step % 2 ? weight : weight / 2,
          })),
          keep: 0.1,
        }),
      },
      checkpoints: { dir: changes.dir ?? temporaryFolder(), every: 5 },
      resume: changes.resume ?? false,
    });
  const margin = async (values: ReadonlyMap<string, Float32Array>) => {
    const trained = mergeTrained(model.prepared, { values, rank: 1, alpha: 1 });
    const z = await (await createEmbedder(model.prepared, model.tokenizer.padId, { weights: trained })).embed(
      tokens,
    );
    const cosine = (i: number, j: number) => z[i]!.reduce((sum, x, d) => sum + x * z[j]![d]!, 0);
    return cosine(0, 1) + cosine(2, 3) - cosine(0, 2) - cosine(1, 3);
  };
  const whole = await train(1);
  expect(await margin(whole.values)).toBeGreaterThan((await margin((await train(0)).values)) + 0.1);
  const dir = temporaryFolder();
  await train(1, { dir, steps: 13 });
  const resumed = await train(1, { dir, resume: true });
  expect(resumed.losses).toEqual(whole.losses);
  for (const [name, values] of whole.values) expect(resumed.values.get(name), name).toEqual(values);
});

test('without pairs a step is of the groups alone, and the same run gives the same', async () => {
  const model = await tinyModel();
  const rows = TEXTS.map((text) => encodeText(model.tokenizer, text, 32));
  const everyone = [0, 1, 2, 3];
  const view = {
    ...{ anchors: everyone, candidates: everyone, weight: 1 },
    affinity: (i: number, j: number) => (i < 2 === j < 2 ? 1 : 0),
  };
  const train = () =>
    trainRounds(model, {
      round: () => [],
      options: { ...OPTIONS, steps: 30 },
      contrast: { temperature: 0.1, group: () => ({ rows, views: [view], keep: 0 }) },
      checkpoints: { dir: temporaryFolder(), every: 30 },
      resume: false,
    });
  const { losses } = await train();
  expect(losses).toHaveLength(30);
  expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
  expect((await train()).losses).toEqual(losses);
});

test('training lowers the loss, and the same seed gives the same losses', async () => {
  const model = await tinyModel();
  const one = await run(model);
  expect(one.losses).toHaveLength(24);
  expect(one.losses.at(-1)!).toBeLessThan(one.losses[0]!);
  expect((await run(model)).losses).toEqual(one.losses);
  expect((await run(model, { options: { seed: 4 } })).losses).not.toEqual(one.losses);
});

test('a run that goes on from a checkpoint equals one that was never interrupted', async () => {
  const model = await tinyModel();
  const whole = await run(model, { options: { decayShare: 0 } });
  const dir = temporaryFolder();
  await run(model, { dir, options: { steps: 13, decayShare: 0 } });
  const resumed = await run(model, { dir, resume: true, options: { decayShare: 0 } });
  expect(resumed.losses.slice(0, 13)).toEqual(whole.losses.slice(0, 13));
  expect(resumed.losses).toEqual(whole.losses);
  for (const [name, values] of whole.values) expect(resumed.values.get(name), name).toEqual(values);
});

test('the second loss keeps embeddings near those of the base model', async () => {
  const model = await tinyModel();
  const texts = TEXTS.map((text) => encodeText(model.tokenizer, text, 32));
  const padId = model.tokenizer.padId;
  const before = await (await createEmbedder(model.prepared, padId)).embed(texts);
  const nearness = async (embeddingWeight: number) => {
    const { values } = await run(model, { options: { embeddingWeight, steps: 60 } });
    const trained = mergeTrained(model.prepared, { values, rank: 1, alpha: 1 });
    const after = await (await createEmbedder(model.prepared, padId, { weights: trained })).embed(texts);
    return after.reduce((sum, v, t) => sum + v.reduce((dot, x, i) => dot + x * before[t]![i]!, 0), 0) / 4;
  };
  const [without, with5] = [await nearness(0), await nearness(5)];
  expect(with5).toBeGreaterThan(without);
  expect(with5).toBeGreaterThan(0.98);
});

test('embeddings have length 1 and do not depend on padding', async () => {
  const model = await tinyModel();
  const embedder = await createEmbedder(model.prepared, model.tokenizer.padId);
  const [short, long] = ['nice colour', 'late and the price is high .'].map((text) =>
    encodeText(model.tokenizer, text, 32),
  );
  const [alone] = await embedder.embed([short!]);
  const [beside] = await embedder.embed([short!, long!]);
  expect(Math.hypot(...alone!)).toBeCloseTo(1, 5);
  for (const [i, x] of alone!.entries()) expect(beside![i]).toBeCloseTo(x, 5);
});
