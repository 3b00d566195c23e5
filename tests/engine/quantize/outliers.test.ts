import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { feedForwards } from '../../../engine/graph/fuse/feedForward.ts';
import type { Model } from '../../../engine/graph/graph.ts';
import { loadNliModel, type NliModel } from '../../../engine/models/nliModel.ts';
import { labelProbabilities } from '../../../engine/nli/probability.ts';
import { int8Model, unpaddedModel } from '../../../engine/predict/inferenceModel.ts';
import { probeBatches, watchRows } from '../../../engine/predict/probePairs.ts';
import { evenOut, type RowMaxima } from '../../../engine/quantize/outliers.ts';
import { quantizeForRuntime } from '../../../engine/quantize/runtimeModel.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';
import { batchFeeds } from '../../../engine/train/step.ts';

let nli: NliModel;
let float: Model;

beforeAll(async () => {
  nli = await loadNliModel(join(import.meta.dirname, '../../../resources/models/entail-minilm-l6'));
  float = await unpaddedModel(nli.prepared, nli.prepared.model);
});

const fresh = () => unpaddedModel(nli.prepared, nli.prepared.model);
const count = ({ graph }: Model, op: string) => graph.nodes.filter((node) => node.op === op).length;
const watcher = (maxima: RowMaxima) => async (_: Model, names: readonly string[]) =>
  new Map(names.map((name) => [name, maxima]));

test('even rows are left as they are', async () => {
  const model = await fresh();
  expect((await evenOut(model, watcher({ first: [3, 3], rest: [2, 3, 4] }))).size).toBe(0);
  expect(count(model, 'Concat')).toBe(count(float, 'Concat'));
});

test('where only first tokens stand out, they are computed apart', async () => {
  const model = await fresh();
  expect((await evenOut(model, watcher({ first: [28, 28], rest: [2, 3, 4, 3] }))).size).toBe(0);
  // The last layer computes nothing but first tokens, so there its rows are even only in truth: six parts.
  expect(count(model, 'Concat')).toBe(count(float, 'Concat') + 6);
});

test('where any token may stand out, every row gets a scale of its own', async () => {
  const model = await fresh();
  const parts = feedForwards(model.graph);
  const uneven = await evenOut(model, watcher({ first: [3], rest: [2, 3, 40, 3] }));
  expect([...uneven].sort()).toEqual(parts.flatMap(({ input, inner }) => [input, inner]).sort());
  expect(count(quantizeForRuntime(model, uneven), 'ReduceMax')).toBe(12);
});

test('the embedded model has its outliers in first tokens', async () => {
  const model = await fresh();
  const [part] = feedForwards(model.graph);
  const { first, rest } = (await watchRows(nli, await fresh(), [part!.input])).get(part!.input)!;
  expect(first).toHaveLength(16);
  expect(Math.min(...first)).toBeGreaterThan(2 * Math.max(...rest));
});

async function probabilitiesOf(model: Model): Promise<number[]> {
  const session = await createSession(model);
  const found: number[] = [];
  for (const batch of probeBatches(nli)) {
    const outputs = await session.run(batchFeeds(batch, session.inputNames));
    found.push(...labelProbabilities(floatsOf(outputs[nli.prepared.logits]), nli.classes));
  }
  await session.release();
  return found;
}

test('8 bits move no probability far, with the first tokens apart and with a scale for each row', async () => {
  const expected = await probabilitiesOf(float);
  const everyRow = new Set(feedForwards(float.graph).flatMap(({ input, inner }) => [input, inner]));
  const apart = await int8Model(nli, nli.prepared.model);
  expect(count(apart, 'QAttention')).toBe(5);
  expect(count(apart, 'ReduceMax')).toBe(0);
  for (const model of [apart, quantizeForRuntime(float, everyRow)]) {
    const found = await probabilitiesOf(model);
    const gaps = found.map((p, i) => Math.abs(p - expected[i]!));
    expect(Math.max(...gaps)).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThan(0.1);
  }
});
