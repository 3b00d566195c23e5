import { expect, onTestFinished, test } from 'vitest';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createEngine, type Engine } from '../../../engine/process/client.ts';
import type { TrainCall } from '../../../engine/process/protocol.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { WORDS, writeTinyModel } from '../../support/tinyModel.ts';

const texts = ['the parcel came late', 'the price is high', 'nice colour'];
const hypotheses = ['this is about shipping .', 'this is about price .'];

function setup(): { engine: Engine; dir: string } {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const engine = createEngine();
  onTestFinished(() => engine.close());
  return { engine, dir };
}

const training = (dir: string, more: Partial<TrainCall> = {}): TrainCall => ({
  model: { dir },
  examples: texts.flatMap((premise, i) =>
    hypotheses.map((hypothesis, label) => ({
      premise,
      hypothesis,
      target: i === label ? ('entailment' as const) : ('contradiction' as const),
    })),
  ),
  options: trainingOptions({ epochs: 1000, batchSize: 2, patience: 1000 }),
  device: 'cpu',
  heldOut: null,
  checkpoints: null,
  ...more,
});

test('the engine process gives the scores of the engine', async () => {
  const { engine, dir } = setup();
  const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  const rows = await scorer.score(texts, hypotheses);
  const own = await scoreTexts(await loadNliModel(dir), { texts, hypotheses });
  expect(rows.map((r) => [...r.probabilities])).toEqual(own.map((r) => [...r.probabilities]));
  expect(rows.map((r) => r.passages)).toEqual(own.map((r) => r.passages));
  await scorer.close();
  await expect(scorer.score(texts, hypotheses)).rejects.toMatchObject({ code: 'scorer_closed' });
});

test('an embedding that is no number is an error, not an answer', async () => {
  const engine = createEngine();
  onTestFinished(() => engine.close());
  // Of one word alone, so that the model loads and reads other texts.
  const dir = changedTinyModel(({ graph }) => {
    const weight = graph.initializers.get('embeddings.weight')!;
    const floats = new Float32Array(new Uint8Array(weight.bytes).buffer);
    const [words = 0, hidden = 0] = weight.dims;
    expect(words).toBe(WORDS.length);
    floats.fill(Number.NaN, hidden * WORDS.indexOf('colour'), hidden * (WORDS.indexOf('colour') + 1));
    graph.initializers.set('embeddings.weight', { ...weight, bytes: new Uint8Array(floats.buffer) });
  });
  expect(await engine.embed({ dir }, texts.slice(0, 2))).toHaveLength(2);
  await expect(engine.embed({ dir }, texts)).rejects.toMatchObject({
    code: 'not_finite',
    message: expect.stringContaining('nice colour'),
  });
});

test('training answers with weights that change the scores, and tells every step and evaluation', async () => {
  const { engine, dir } = setup();
  const heldOut = {
    texts,
    hypotheses: hypotheses.map((h) => [h]),
    labelNames: ['shipping', 'price'],
    gold: [Uint8Array.of(1, 0), Uint8Array.of(0, 1), Uint8Array.of(0, 0)],
    decided: texts.map(() => Uint8Array.of(1, 1)),
  };
  const options = trainingOptions({ epochs: 20, batchSize: 2, learningRate: 1e-2, patience: 20 });
  const steps: number[] = [];
  const epochs: number[] = [];
  const answer = await engine.train(training(dir, { options, heldOut }), {
    onStep: ({ step }) => steps.push(step),
    onEvaluation: ({ epoch }) => epochs.push(epoch),
  });
  expect(steps).toEqual(Array.from({ length: answer.steps }, (_, i) => i + 1));
  expect(epochs).toEqual(answer.evaluations.map(({ epoch }) => epoch));
  const scorer = await engine.openScorer({ dir, trained: answer.trained, device: 'cpu', precision: 'fp32' });
  const rows = await scorer.score(texts, hypotheses);
  rows.forEach((row, i) => {
    row.probabilities.forEach((p, label) => {
      expect(p).toBeCloseTo(answer.heldOutScores[epochs.indexOf(answer.bestEpoch!)]![i]![label]!, 6);
    });
  });
});

test('a model that is replaced on the disk is read again', async () => {
  const { engine, dir } = setup();
  const scores = async () => {
    const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
    const rows = await scorer.score(texts, hypotheses);
    await scorer.close();
    return rows.map((row) => [...row.probabilities]);
  };
  const before = await scores();
  writeTinyModel(dir, 8);
  const after = await scores();
  const own = await scoreTexts(await loadNliModel(dir), { texts, hypotheses });
  expect(after).toEqual(own.map((row) => [...row.probabilities]));
  expect(after).not.toEqual(before);
});

test('errors cross the border with their code and hint', async () => {
  const { engine } = setup();
  await expect(engine.describe({ dir: '/nowhere/at/all' })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'model_folder_missing',
    hint: 'Choose the folder of a model.',
  });
});

test('58: training is cancelled within a second', async () => {
  const { engine, dir } = setup();
  const stop = new AbortController();
  let asked = 0;
  const run = engine.train(training(dir), {
    signal: stop.signal,
    onStep: ({ step }) => {
      if (step !== 5) return;
      asked = performance.now();
      stop.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(performance.now() - asked).toBeLessThan(1000);
});

test('54: an engine that is killed is reported and started again', async () => {
  const { engine, dir } = setup();
  let killed = false;
  const run = engine.train(training(dir), {
    onStep: () => {
      if (!killed) process.kill(engine.pid!, 'SIGKILL');
      killed = true;
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'engine_died' });
  await expect(engine.describe({ dir })).resolves.toMatchObject({ modelType: 'bert' });
});

test('a closed engine starts no process any more, neither for a call nor to let go of a scorer', async () => {
  const { engine, dir } = setup();
  const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  await engine.close();
  await expect(scorer.score(texts, hypotheses)).rejects.toMatchObject({ code: 'engine_closed' });
  await scorer.close();
  expect(engine.pid).toBeUndefined();
});

test('a scorer that died with its process is let go of without another process', async () => {
  const { engine, dir } = setup();
  const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  const score = scorer.score(texts, hypotheses);
  process.kill(engine.pid!, 'SIGKILL');
  await expect(score).rejects.toMatchObject({ code: 'engine_died' });
  await scorer.close();
  expect(engine.pid).toBeUndefined();
});

test('what was stopped before it began does not begin', async () => {
  const { engine, dir } = setup();
  const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  const stopped = AbortSignal.abort();
  const cancelled = { code: 'cancelled' };
  await expect(scorer.score(texts, hypotheses, { signal: stopped })).rejects.toMatchObject(cancelled);
  await expect(engine.embed({ dir }, texts, stopped)).rejects.toMatchObject(cancelled);
  await expect(engine.train(training(dir), { signal: stopped })).rejects.toMatchObject(cancelled);
  await expect(scorer.score(texts, hypotheses)).resolves.toHaveLength(3);
});
