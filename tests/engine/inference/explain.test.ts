import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneModel } from '../../../engine/graph/graph.ts';
import { floatTensor, toFloat32 } from '../../../engine/graph/tensor.ts';
import { createExplainer, normalised } from '../../../engine/inference/explain.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';
import { collate } from '../../../engine/text/batches.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const EMBEDDED = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');

/** Entailment less contradiction when the embeddings of words are scaled. */
async function marginWith(
  { prepared, tokenizer, classes }: NliModel,
  pair: [string, string],
  scaled: ReadonlyMap<number, number>,
) {
  const model = cloneModel(prepared.model);
  const table = model.graph.initializers.get('embeddings.weight')!;
  const values = Float32Array.from(toFloat32(table));
  const size = table.dims[1]!;
  for (const [row, by] of scaled) for (let i = 0; i < size; i++) values[row * size + i]! *= by;
  model.graph.initializers.set('embeddings.weight', floatTensor(values, table.dims));
  const session = await createSession(model);
  const batch = collate([tokenizer.encodePair(...pair, { maxLength: 48 })], tokenizer.padId);
  const logits = floatsOf((await session.run(batchFeeds(batch, session.inputNames)))[prepared.logits]);
  const margin = logits[classes.entailment]! - logits[classes.contradiction]!;
  await session.release();
  return margin;
}

test('a word weighs the mean of central differences on the way from no words to the text', async () => {
  const dir = join(temporaryFolder(), 'model');
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const pair: [string, string] = ['the parcel came late', 'this is about shipping'];
  const explainer = await createExplainer(model);
  const words = await explainer.attributions(pair[0], [pair[1]]);
  await explainer.release();
  expect(words.map(({ start, end }) => pair[0].slice(start, end))).toEqual(pair[0].split(' '));
  const rows = model.tokenizer.encodePremiseIds(pair[0]);
  const steps = 16;
  const epsilon = 2e-3;
  for (const [word, { weight }] of words.entries()) {
    let mean = 0;
    for (let step = 0; step < steps; step++) {
      const presence = (step + 0.5) / steps;
      const at = (by: number) =>
        marginWith(model, pair, new Map(rows.map((row, i) => [row, i === word ? presence + by : presence])));
      mean += ((await at(epsilon)) - (await at(-epsilon))) / (2 * epsilon) / steps;
    }
    expect(Math.abs(weight - mean)).toBeLessThan(2e-3 + 0.02 * Math.abs(mean));
  }
});

test('of a long text the window that decided is explained, at its place; an empty text has no words', async () => {
  const model = await loadNliModel(EMBEDDED);
  const explainer = await createExplainer(model);
  const filler = 'The town lies in a wide valley between two rivers. '.repeat(20);
  const last = 'I sent the shoes back and want a refund.';
  const words = normalised(
    await explainer.attributions(filler + last, ['This text is about returning goods for a refund.']),
  );
  expect(words.at(-1)!.end).toBe((filler + last).length);
  expect(words[0]!.start).toBeGreaterThan(filler.length / 2);
  expect(Math.max(...words.map(({ weight }) => Math.abs(weight)))).toBe(1);
  expect(await explainer.attributions('', ['This is about shoes.'])).toEqual([]);
  await explainer.release();
}, 180_000);

test('nothing is divided by nothing', () => {
  expect(normalised([{ start: 0, end: 1, weight: 0 }])).toEqual([{ start: 0, end: 1, weight: 0 }]);
  expect(normalised([])).toEqual([]);
});
