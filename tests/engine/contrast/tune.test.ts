import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type TuningRequest, type TuningText, tuneEmbeddings } from '../../../engine/contrast/tune.ts';
import { createEmbedder, encodeText } from '../../../engine/inference/embedding.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { mergeTrained } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

let model: NliModel;
beforeAll(async () => {
  const dir = join(temporaryFolder(), 'tiny');
  writeTinyModel(dir);
  model = await loadNliModel(dir);
});

const LATE = ['the parcel came late', 'late late shipping', 'this parcel is late .', 'shipping came late'];
const PRICE = ['the price is high', 'high high price', 'this price is high .', 'about the high price'];
const about = (text: string, yes: readonly number[]): TuningText => ({
  text,
  yes,
  no: [0, 1].filter((label) => !yes.includes(label)),
});
const request: TuningRequest = {
  texts: [
    ...LATE.map((text) => about(text, [0])),
    ...PRICE.map((text) => about(text, [1])),
    about('nice colour and the price is high', []),
  ],
  options: { passes: 25, learningRate: 1e-2 },
};

const embedded = async (texts: readonly string[], tuned?: Awaited<ReturnType<typeof tuneEmbeddings>>) => {
  const { prepared, tokenizer } = model;
  const weights = tuned && mergeTrained(prepared, tuned);
  const embedder = await createEmbedder(prepared, tokenizer.padId, { weights });
  const found = await embedder.embed(texts.map((text) => encodeText(tokenizer, text, 48)));
  await embedder.release();
  return found;
};
const cosine = (one: Float32Array, other: Float32Array) => one.reduce((sum, x, i) => sum + x * other[i]!, 0);

describe('tuning embeddings', () => {
  test('draws texts of a label together and others apart, unseen ones too', async () => {
    const tuned = await tuneEmbeddings(await model.encoder(), request);
    expect(tuned.losses).toHaveLength(25);
    expect(tuned.losses.at(-1)).toBeLessThan(0.5 * tuned.losses[0]!);
    const unseen = ['this shipping is late', 'the late parcel', 'this is the high price'];
    const apart = ([one, same, other]: Float32Array[]) => cosine(one!, same!) - cosine(one!, other!);
    expect(apart(await embedded(unseen, tuned))).toBeGreaterThan(apart(await embedded(unseen)) + 0.2);
  });

  test('neither draws nor pushes what nobody said to be alike or different', async () => {
    const halfKnown = (text: string, label: number): TuningText => ({ text, yes: [label], no: [] });
    const some = [...LATE.map((text) => halfKnown(text, 0)), ...PRICE.map((text) => halfKnown(text, 1))];
    // All that is compared is alike: nothing is left to learn.
    const { losses } = await tuneEmbeddings(await model.encoder(), { ...request, texts: some.slice(0, 4) });
    const both = await tuneEmbeddings(await model.encoder(), { ...request, texts: some });
    const apart = ([one, same, other]: Float32Array[]) => cosine(one!, same!) - cosine(one!, other!);
    const unseen = ['this shipping is late', 'the late parcel', 'this is the high price'];
    const known = await tuneEmbeddings(await model.encoder(), request);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(apart(await embedded(unseen, both))).toBeLessThan(apart(await embedded(unseen, known)) - 0.2);
  });

  test('is the same for the same seed', async () => {
    const [one, again, other] = [
      await tuneEmbeddings(await model.encoder(), request),
      await tuneEmbeddings(await model.encoder(), request),
      await tuneEmbeddings(await model.encoder(), { ...request, options: { ...request.options, seed: 2 } }),
    ];
    expect(again.values).toEqual(one.values);
    expect(other.values).not.toEqual(one.values);
  });

  test('tells its steps and stops when asked', async () => {
    const stop = new AbortController();
    const steps: number[] = [];
    const tuning = tuneEmbeddings(await model.encoder(), {
      ...request,
      signal: stop.signal,
      onStep(step, all) {
        expect(all).toBe(25);
        steps.push(step);
        if (step === 3) stop.abort();
      },
    });
    await expect(tuning).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toEqual([1, 2, 3]);
  });

  test.each([
    ['no text has a label', [[], []]],
    ['no two share one', [[0], [1]]],
    ['one names its label twice', [[0, 0], []]],
  ])('there is nothing to learn where %s', async (_, labels) => {
    const texts = ['the price', 'the parcel'].map((text, i) => about(text, labels[i]!));
    await expect(tuneEmbeddings(await model.encoder(), { texts })).rejects.toMatchObject({
      code: 'no_pairs',
    });
  });
});
