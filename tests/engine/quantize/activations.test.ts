import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { feedForwards } from '../../../engine/graph/fuse/feedForward.ts';
import { multipliedValues } from '../../../engine/graph/fuse/products.ts';
import type { Model } from '../../../engine/graph/graph.ts';
import { int8Model, unpaddedModel } from '../../../engine/inference/inferenceModel.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { labelProbabilities } from '../../../engine/nli/probability.ts';
import { planActivations, type RowRange, type WatchedRows } from '../../../engine/quantize/activations.ts';
import { probeBatches, watchRows } from '../../../engine/quantize/probePairs.ts';
import { quantizeForRuntime } from '../../../engine/quantize/runtimeModel.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';

let nli: NliModel;
let float: Model;

beforeAll(async () => {
  nli = await loadNliModel(join(import.meta.dirname, '../../../resources/models/entail-minilm-l6'));
  float = await fresh();
});

const fresh = () => unpaddedModel(nli.prepared, nli.prepared.model);
const count = ({ graph }: Model, op: string) => graph.nodes.filter((node) => node.op === op).length;
const rows = (sizes: readonly number[]): RowRange[] => sizes.map((most) => ({ least: -1, most }));
const watcher = (seen: WatchedRows) => async (_: Model, names: readonly string[]) =>
  new Map(names.map((name) => [name, seen]));

test('even rows have one scale, from the least to the greatest value seen', async () => {
  const model = await fresh();
  const watched = watcher({ first: rows([3, 3]), rest: rows([2, 3, 4]) });
  const { scales, uneven } = await planActivations(model, watched);
  expect(uneven.size).toBe(0);
  expect([...scales.keys()]).toEqual(multipliedValues(model.graph));
  for (const { scale, zero } of scales.values()) {
    expect(scale).toBeCloseTo(5 / 255, 9);
    expect(zero).toBe(51);
  }
  expect(count(model, 'ScatterND')).toBe(0);
});

test('where only first tokens stand out, they are computed apart, each part with a scale of its own', async () => {
  const model = await fresh();
  const watched = watcher({ first: rows([28, 28]), rest: rows([2, 3, 4, 3]) });
  const { scales, uneven } = await planActivations(model, watched);
  expect(uneven.size).toBe(0);
  expect(count(model, 'ScatterND')).toBe(6);
  for (const { input, inner } of feedForwards(model.graph)) {
    const [own, other] = [input, inner].map((name) => scales.get(name)!.scale);
    expect([5 / 255, 29 / 255].some((scale) => Math.abs(own! - scale) < 1e-9)).toBe(true);
    expect(other).toBeCloseTo(own!, 9);
  }
});

test('where any token may stand out, every row gets a scale of its own', async () => {
  const model = await fresh();
  const parts = feedForwards(model.graph);
  const plan = await planActivations(model, watcher({ first: rows([3]), rest: rows([2, 3, 40, 3]) }));
  expect([...plan.uneven].sort()).toEqual(parts.flatMap(({ input, inner }) => [input, inner]).sort());
  expect(count(quantizeForRuntime(model, plan), 'ReduceMax')).toBe(12);
});

test('a part that sees first tokens only is never split', async () => {
  const model = await fresh();
  const plan = await planActivations(model, watcher({ first: rows([1, 1, 30]), rest: [] }));
  expect(count(model, 'ScatterND')).toBe(0);
  expect(plan.uneven.size).toBe(12);
});

test('the embedded model has its outliers in first tokens', async () => {
  const [part] = feedForwards(float.graph);
  const { first, rest } = (await watchRows(nli, await fresh(), [part!.input])).get(part!.input)!;
  const sizes = (ranges: readonly RowRange[]) => ranges.map(({ least, most }) => Math.max(-least, most));
  expect(first).toHaveLength(54);
  expect(Math.min(...sizes(first))).toBeGreaterThan(2 * Math.max(...sizes(rest)));
});

async function probabilitiesOf(model: Model): Promise<number[]> {
  const session = await createSession(model);
  const found: number[] = [];
  for (const batch of probeBatches(nli, 'unseen')) {
    const outputs = await session.run(batchFeeds(batch, session.inputNames));
    found.push(...labelProbabilities(floatsOf(outputs[nli.prepared.logits]), nli.classes));
  }
  await session.release();
  return found;
}

test('8 bits move no probability far: by scales from other texts, row by row, and searched while running', async () => {
  const expected = await probabilitiesOf(float);
  const everyRow = new Set(feedForwards(float.graph).flatMap(({ input, inner }) => [input, inner]));
  const planned = await int8Model(nli, float);
  expect(count(planned, 'QAttention')).toBe(5);
  expect(count(planned, 'ScatterND')).toBe(5);
  expect(count(planned, 'DynamicQuantizeMatMul') + count(planned, 'ReduceMax')).toBe(0);
  const searching = quantizeForRuntime(float, { scales: new Map(), uneven: everyRow });
  expect(count(searching, 'DynamicQuantizeMatMul')).toBeGreaterThan(12);
  for (const model of [planned, searching]) {
    const found = await probabilitiesOf(model);
    const gaps = found.map((p, i) => Math.abs(p - expected[i]!));
    expect(Math.max(...gaps)).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThan(0.05);
  }
});
