import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createFirstTokenSplit, feedForwards } from '../../../engine/graph/fuse/feedForward.ts';
import { removePadding, uniformValues } from '../../../engine/graph/fuse/padding.ts';
import { foldReshapes } from '../../../engine/graph/fuse/reshape.ts';
import { cloneModel, type Model } from '../../../engine/graph/graph.ts';
import { evaluateUnpadded, inferenceModel, unpaddedModel } from '../../../engine/inference/inferenceModel.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { probeBatches } from '../../../engine/quantize/probePairs.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';

let nli: NliModel;
let expected: Float32Array[];

beforeAll(async () => {
  nli = await loadNliModel(join(import.meta.dirname, '../../../resources/models/entail-minilm-l6'));
  expected = await logitsOf(await inferenceModel(nli.prepared, nli.prepared.model));
});

async function logitsOf(model: Model): Promise<Float32Array[]> {
  const session = await createSession(model);
  const found: Float32Array[] = [];
  for (const batch of probeBatches(nli, 'unseen')) {
    const outputs = await session.run(batchFeeds(batch, session.inputNames));
    found.push(floatsOf(outputs[nli.prepared.logits]));
  }
  await session.release();
  return found;
}

async function expectSameLogits(model: Model): Promise<void> {
  const found = await logitsOf(model);
  expect(found).toHaveLength(expected.length);
  for (const [i, logits] of found.entries())
    for (const [j, logit] of logits.entries()) expect(logit).toBeCloseTo(expected[i]![j]!, 4);
}

const count = ({ graph }: Model, op: string) => graph.nodes.filter((node) => node.op === op).length;

test('a batch holds pairs of one length only, so that a model without masks may read it', () => {
  const batches = probeBatches(nli, 'unseen');
  expect(batches.length).toBeGreaterThan(1);
  for (const { attentionMask } of batches) expect(attentionMask.every((value) => value === 1n)).toBe(true);
});

test('the graph for suggesting gives the same logits with attention in one operator per layer', async () => {
  const model = await unpaddedModel(nli.prepared, nli.prepared.model);
  // The last layer reads one token: it has no keys and values, and so no such operator.
  expect(count(model, 'MultiHeadAttention')).toBe(5);
  expect(count(model, 'Softmax')).toBe(1);
  expect(model.graph.nodes.some(({ inputs }) => inputs.includes('attention_mask'))).toBe(false);
  await expectSameLogits(model);
});

test('masks are found by what they do, and what they add is left out', async () => {
  const model = cloneModel(nli.prepared.model);
  const shapes = new Map(nli.prepared.shapes);
  foldReshapes(model.graph, shapes);
  const uniform = await uniformValues(model, evaluateUnpadded(nli.prepared));
  expect([...uniform.values()]).toContain(0);
  const adds = count(model, 'Add');
  removePadding(model.graph, shapes, uniform);
  expect(count(model, 'Add')).toBe(adds - 6);
  await expectSameLogits(model);
});

test('a mask that hides something without padding stays', async () => {
  const model = cloneModel(nli.prepared.model);
  const shapes = new Map(nli.prepared.shapes);
  const [name] = await uniformValues(model, evaluateUnpadded(nli.prepared)).then((found) => [
    ...found.keys(),
  ]);
  const before = model.graph.nodes.length;
  removePadding(model.graph, shapes, new Map([[name!, -10_000]]));
  expect(model.graph.nodes.length).toBe(before);
});

test('feed-forward parts give the same with their first tokens apart', async () => {
  const model = await inferenceModel(nli.prepared, nli.prepared.model);
  const parts = feedForwards(model.graph);
  expect(parts).toHaveLength(6);
  const products = count(model, 'MatMul');
  const split = createFirstTokenSplit(model.graph);
  split(parts[1]!);
  split(parts[2]!);
  expect(count(model, 'MatMul')).toBe(products + 4);
  await expectSameLogits(model);
});
