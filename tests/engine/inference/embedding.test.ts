import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTextEmbedder } from '../../../engine/inference/embed.ts';
import {
  createEmbedder,
  encodeText,
  encodeWindows,
  joinWindows,
} from '../../../engine/inference/embedding.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { cosines } from '../../../engine/zeroshot/labelVector.ts';

const EMBEDDED = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');
const FILLER = 'The town lies in a wide valley between two rivers, and the orchards bloom in spring. ';
const END = 'I sent the shoes back and want a refund, because the soles came off. '.repeat(12);

test('a text that fits is one window, as it always was; a longer one is covered by even ones', async () => {
  const { tokenizer } = await loadNliModel(EMBEDDED);
  expect(encodeWindows(tokenizer, 'Short.', { longest: 32, most: 8 })).toEqual([
    encodeText(tokenizer, 'Short.', 32),
  ]);
  expect(encodeWindows(tokenizer, '', { longest: 32, most: 8 })).toEqual([encodeText(tokenizer, '', 32)]);
  const ids = tokenizer.encodePremiseIds(FILLER.repeat(6));
  const windows = encodeWindows(tokenizer, FILLER.repeat(6), { longest: 32, most: 8 });
  expect(windows).toHaveLength(Math.ceil(ids.length / 30));
  expect(windows.every(({ inputIds }) => inputIds.length === 32)).toBe(true);
  expect(windows[0]!.inputIds.slice(1, -1)).toEqual(ids.slice(0, 30));
  expect(windows.at(-1)!.inputIds.slice(1, -1)).toEqual(ids.slice(-30));
});

test('of a text of many windows so many are read, its beginning and its end among them', async () => {
  const { tokenizer } = await loadNliModel(EMBEDDED);
  const text = FILLER.repeat(200);
  const ids = tokenizer.encodePremiseIds(text);
  const windows = encodeWindows(tokenizer, text, { longest: 32, most: 5 });
  expect(windows).toHaveLength(5);
  expect(windows[0]!.inputIds.slice(1, -1)).toEqual(ids.slice(0, 30));
  expect(windows.at(-1)!.inputIds.slice(1, -1)).toEqual(ids.slice(-30));
  expect(encodeWindows(tokenizer, text, { longest: 32, most: 1 })).toEqual([encodeText(tokenizer, text, 32)]);
});

test('windows are joined by their mean, of length 1', () => {
  const joined = joinWindows([Float32Array.of(1, 0), Float32Array.of(0, 1), Float32Array.of(0, 1)]);
  expect([...joined]).toEqual([1 / Math.sqrt(5), 2 / Math.sqrt(5)].map(Math.fround));
  const alone = Float32Array.of(0.6, 0.8);
  expect(joinWindows([alone])).toBe(alone);
  expect(joinWindows([alone, alone.map((x) => -x)])).toBe(alone);
});

test('what stands at the end of a long text is in its embedding; a batch gives what each text gives alone', async () => {
  const model = await loadNliModel(EMBEDDED);
  const embedder = await createTextEmbedder(await model.encoder());
  const texts = [FILLER.repeat(12), FILLER.repeat(12) + END, 'Refund of returned shoes.', END];
  const [without, withEnd, about] = await embedder.embed(texts);
  const [, alone] = [await embedder.embed(texts.slice(0, 1)), await embedder.embed(texts.slice(1, 2))];
  await embedder.release();
  expect(cosines(withEnd!, [about!])[0]! - cosines(without!, [about!])[0]!).toBeGreaterThan(0.1);
  expect(cosines(withEnd!, alone)[0]).toBeCloseTo(1, 4);
  expect(Math.hypot(...withEnd!)).toBeCloseTo(1, 5);
});

test('the embedding of a text is the mean of what its windows give by themselves', async () => {
  const model = await loadNliModel(EMBEDDED);
  const text = FILLER.repeat(20);
  const windows = encodeWindows(model.tokenizer, text, { longest: model.folder.maxLength, most: 32 });
  const plain = await createEmbedder(model.prepared, model.tokenizer.padId);
  const vectors: Float32Array[] = [];
  for (const window of windows) vectors.push(...(await plain.embed([window])));
  await plain.release();
  const embedder = await createTextEmbedder(await model.encoder());
  const [found] = await embedder.embed([text]);
  await embedder.release();
  const sum = Array.from(found!, (_, i) => vectors.reduce((total, vector) => total + vector[i]!, 0));
  const length = Math.hypot(...sum);
  found!.forEach((x, i) => {
    expect(x).toBeCloseTo(sum[i]! / length, 4);
  });
});
