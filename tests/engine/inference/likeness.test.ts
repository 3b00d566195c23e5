import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTextEmbedder, type TextEmbedder } from '../../../engine/inference/embed.ts';
import { createEmbedder, encodeText } from '../../../engine/inference/embedding.ts';
import { createComparer } from '../../../engine/inference/interaction.ts';
import { createLikener } from '../../../engine/inference/likeness.ts';
import { createTokenReader } from '../../../engine/inference/tokenReader.ts';
import { type Interaction, readInteraction } from '../../../engine/model/interactionFile.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import type { Encoder } from '../../../engine/model/textModel.ts';
import type { InteractionShare } from '../../../engine/zeroshot/fusion.ts';
import { cosines, labelVectors } from '../../../engine/zeroshot/labelVector.ts';
import { writeTinyEncoder, writeTinyInteraction, writeTinyModel } from '../../support/tinyModel.ts';

const dir = join(tmpdir(), `entail-likeness-${process.pid}`);
const LABELS = [
  { name: 'shipping', hypotheses: ['this is about shipping', 'the parcel came late'] },
  { name: 'price', description: 'the price is high .', hypotheses: ['this is about the price'] },
];
const TEXTS = ['the parcel came late', 'nice colour and the price is high', 'late', ''];

let encoder: Encoder;
let half: InteractionShare;
let interaction: Interaction;
let embedder: TextEmbedder;

beforeAll(async () => {
  mkdirSync(dir, { recursive: true });
  writeTinyModel(dir);
  writeTinyEncoder(dir);
  half = writeTinyInteraction(dir);
  encoder = await (await loadNliModel(dir)).encoder();
  interaction = readInteraction(encoder.folder.dir)!;
  embedder = await createTextEmbedder(encoder, { interaction });
});
afterAll(async () => {
  await embedder.release();
  rmSync(dir, { recursive: true, force: true });
});

/** The tokens of one text, without those around it unless there are no others, as rows. */
async function tokensOf(text: string): Promise<{ vector: Float32Array; weight: number }[]> {
  const own = await createEmbedder(encoder.prepared, encoder.tokenizer.padId, { interaction });
  const { vectors, weights, shape } = await own.embedTokens([encodeText(encoder.tokenizer, text, 48)]);
  await own.release();
  const rows = Array.from({ length: shape[1] }, (_, i) => ({
    vector: vectors.slice(i * shape[2], (i + 1) * shape[2]),
    weight: weights[i]!,
  }));
  return rows.length > 2 ? rows.slice(1, -1) : rows;
}

/** Late interaction of one text and one wording, by its definition. */
async function interactionOf(text: string, wording: string): Promise<number> {
  const [words, others] = [await tokensOf(text), await tokensOf(wording)];
  const sum = others.reduce((total, { weight }) => total + weight, 0);
  return others.reduce((total, other) => {
    const found = words.map(({ vector }) => vector.reduce((dot, x, i) => dot + x * other.vector[i]!, 0));
    return total + (other.weight / sum) * Math.max(...found);
  }, 0);
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

test('likeness is half the cosine of embeddings and half that of words, of texts of any length together', async () => {
  const vectors = await labelVectors(LABELS, (wordings) => embedder.embed(wordings));
  const rows = await (await createLikener(embedder, LABELS, half))(TEXTS);
  for (const [i, text] of TEXTS.entries()) {
    const [embedding] = await embedder.embed([text]);
    expect(rows[i]!.embedding).toEqual(embedding);
    const plain = cosines(embedding!, vectors);
    const [shipping, price] = LABELS;
    const kinds = [
      [await interactionOf(text, shipping!.name), mean(await all(text, shipping!.hypotheses))],
      await all(text, [price!.name, price!.description!, ...price!.hypotheses]),
    ];
    kinds.forEach((own, label) => {
      expect(rows[i]!.cosine[label]).toBeCloseTo(0.5 * plain[label]! + 0.5 * mean(own), 5);
    });
  }
});

const all = (text: string, wordings: readonly string[]) =>
  Promise.all(wordings.map((wording) => interactionOf(text, wording)));

test('a share of all is words alone, and none is the cosine of embeddings', async () => {
  const [words] = await (await createLikener(embedder, LABELS, { ...half, share: 1 }))(['late']);
  expect(words!.cosine[0]).toBeCloseTo(
    mean([await interactionOf('late', 'shipping'), mean(await all('late', LABELS[0]!.hypotheses))]),
    5,
  );
  const [plain] = await (await createLikener(embedder, LABELS))(['late']);
  const vectors = await labelVectors(LABELS, (wordings) => embedder.embed(wordings));
  expect(plain!.cosine).toEqual(cosines(plain!.embedding, vectors));
});

test('words at the end of a long text count, whatever stands before', async () => {
  const long = `${'nice colour and '.repeat(60)}the parcel came late`;
  const liken = await createLikener(embedder, LABELS, { ...half, share: 1 });
  const [without, withEnd] = await liken(['nice colour and '.repeat(60), long]);
  expect(withEnd!.cosine[0]! - without!.cosine[0]!).toBeGreaterThan(0.1);
});

test('labels of more words than are compared at once are compared in parts', async () => {
  const size = 2;
  const comparer = await createComparer(size);
  const words = 9000;
  // 4,000 tokens: about 4,000 words at a time.
  const vectors = Float32Array.from({ length: 4000 * size }, (_, i) => Math.floor(i / size));
  const labels = {
    vectors: Float32Array.from({ length: words * size }, (_, i) => Math.floor(i / size) % 251),
    ...{ size, shares: new Float32Array(words), labelOf: new Int32Array(words), labels: 1 },
  };
  const best = await comparer.best(vectors, labels);
  await comparer.release();
  expect(best).toEqual(Float32Array.from({ length: words }, (_, word) => 2 * 3999 * (word % 251)));
});

test('texts that were read are not read again until others took their place', async () => {
  let runs = 0;
  const plain = await createEmbedder(encoder.prepared, encoder.tokenizer.padId, { interaction });
  const counted: typeof plain = {
    ...plain,
    embedTokens: (windows) => {
      runs += windows.length;
      return plain.embedTokens(windows);
    },
  };
  const reader = await createTokenReader(encoder, { embedder: counted, interaction, most: 32 });
  const { tokens: labels } = await reader.ofLabels(LABELS);
  const read = async (texts: readonly string[]) => {
    runs = 0;
    return [await reader.read(texts, labels), runs] as const;
  };
  const [first, once] = await read(['late', 'the price', 'late']);
  expect(once).toBe(2);
  const [again, others] = await read(['the price', 'nice', 'late']);
  expect(others).toBe(1);
  expect([again[0], again[2]]).toEqual([first[1], first[0]]);
  // 46 tokens of a window of 48 are its own, and 32 windows are read: some 28 such texts are kept.
  const long = Array.from({ length: 30 }, (_, i) => `${'nice '.repeat(i + 2)}${'late '.repeat(2000)}`);
  await read(long);
  expect((await read(['late']))[1]).toBe(1);
  expect((await read([long[29]!]))[1]).toBe(0);
  expect((await read([long[0]!]))[1]).toBe(32);
  await reader.release();
  await plain.release();
});

test('however many long texts are asked about at once, tokens of a few wait to be compared', async () => {
  const plain = await createEmbedder(encoder.prepared, encoder.tokenizer.padId, { interaction });
  const long = Array.from({ length: 40 }, (_, i) => `${'nice '.repeat(i + 2)}${'late '.repeat(2000)}`);
  // 46 tokens of a window of 48 are its own, and 32 windows are read.
  const ofText = 32 * 46;
  let [waiting, most, all] = [0, 0, 0];
  const counted: typeof plain = {
    ...plain,
    embedTokens(windows) {
      const tokens = windows.reduce((sum, { inputIds }) => sum + inputIds.length - 2, 0);
      all += tokens;
      waiting += tokens;
      most = Math.max(most, waiting);
      return plain.embedTokens(windows);
    },
  };
  const reader = await createTokenReader(encoder, { embedder: counted, interaction, most: 32 });
  const { tokens: labels } = await reader.ofLabels(LABELS);
  [waiting, most, all] = [0, 0, 0];
  const rows = await reader.read(long, {
    ...labels,
    // Asked for once when a text is compared.
    get vectors() {
      waiting -= ofText;
      return labels.vectors;
    },
  });
  expect([all, waiting]).toEqual([40 * ofText, 0]);
  expect(most).toBeLessThanOrEqual(20_000);
  // As each is read alone, to the last bit.
  const alone = await createTokenReader(encoder, { embedder: plain, interaction, most: 32 });
  for (const [i, text] of long.entries()) expect((await alone.read([text], labels))[0]).toEqual(rows[i]);
  await reader.release();
  await alone.release();
  await plain.release();
});

test('texts that are kept are there for who asked, though others push them out meanwhile', async () => {
  const plain = await createEmbedder(encoder.prepared, encoder.tokenizer.padId, { interaction });
  const letGo: (() => void)[] = [];
  let waits = false;
  const slow: typeof plain = {
    ...plain,
    async embedTokens(windows) {
      if (waits) await new Promise<void>((resolve) => letGo.push(resolve));
      return plain.embedTokens(windows);
    },
  };
  const reader = await createTokenReader(encoder, { embedder: slow, interaction, most: 32 });
  const { tokens: labels } = await reader.ofLabels(LABELS);
  const [late] = await reader.read(['late'], labels);
  waits = true;
  const asked = reader.read(['late', 'nice'], labels);
  await vi.waitFor(() => expect(letGo).toHaveLength(1));
  waits = false;
  await reader.read(
    Array.from({ length: 30 }, (_, i) => `${'nice '.repeat(i + 2)}${'late '.repeat(2000)}`),
    labels,
  );
  letGo[0]!();
  expect((await asked)[0]).toEqual(late);
  await reader.release();
  await plain.release();
});

test('what is missing, broken, or of another model is refused in a sentence', async () => {
  const plain = await createTextEmbedder(encoder);
  const other = { share: 0.5, digest: '0123456789abcdef' };
  for (const [own, how] of [
    [plain, half],
    [embedder, other],
  ] as const)
    await expect(createLikener(own, LABELS, how)).rejects.toMatchObject({ code: 'interaction_invalid' });
  await plain.release();

  const { projection, gate } = interaction;
  const smaller = {
    ...interaction,
    ...{
      projection: projection.slice(interaction.size),
      gate: gate.slice(1),
      hidden: interaction.hidden - 1,
    },
  };
  await expect(createTextEmbedder(encoder, { interaction: smaller })).rejects.toMatchObject({
    code: 'interaction_invalid',
    message:
      'embedding/interaction.safetensors is of another encoder than that beside it: it is for hidden states of 11 numbers, and those of the encoder have 12.',
  });
  // Finite by itself, and no number once it weighs tokens.
  const huge = await createTextEmbedder(encoder, {
    interaction: { ...interaction, gate: gate.map(() => 3e38) },
  });
  const liken = await createLikener(huge, LABELS, half);
  await expect(liken(['late'])).rejects.toMatchObject({
    code: 'not_finite',
    message: expect.stringContaining('for "late": its words cannot be compared'),
  });
  await huge.release();

  const folder = join(dir, 'broken');
  mkdirSync(folder);
  expect(readInteraction(folder)).toBeNull();
  writeFileSync(join(folder, 'interaction.safetensors'), 'nothing');
  expect(() => readInteraction(folder)).toThrow(
    expect.objectContaining({ code: 'interaction_invalid', message: expect.stringContaining('broken') }),
  );
});
