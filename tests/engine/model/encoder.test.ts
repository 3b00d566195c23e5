import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { modelDigest, sizeOfModel } from '../../../backend/models/digest.ts';
import { ENCODER } from '../../../engine/files/layout.ts';
import { createEngine } from '../../../engine/index.ts';
import { createTextEmbedder, embedTexts } from '../../../engine/inference/embed.ts';
import { classExamples } from '../../../engine/model/classExamples.ts';
import { modelStamp } from '../../../engine/model/folder.ts';
import { readFusionWeights } from '../../../engine/model/fusionFile.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { loadTextModel } from '../../../engine/model/textModel.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { mergeTrained } from '../../../engine/train/trainables.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import {
  ENCODER_HIDDEN,
  writeTinyEncoder,
  writeTinyInteraction,
  writeTinyModel,
} from '../../support/tinyModel.ts';

const TEXTS = ['the parcel came late', 'the price is high .', 'nice colour'];

let dir: string;
beforeEach(() => {
  dir = join(temporaryFolder(), 'tiny');
  writeTinyModel(dir);
});

/** As the encoder alone embeds them, by its own file and its own tokenizer. */
async function byEncoderAlone(): Promise<Float32Array[]> {
  const alone = await createTextEmbedder(await loadTextModel(join(dir, ENCODER)));
  try {
    return await alone.embed(TEXTS);
  } finally {
    await alone.release();
  }
}

describe('an encoder beside a model', () => {
  test('embeds texts in its place, by its own tokenizer, and what it entails stays', async () => {
    const before = await loadNliModel(dir);
    const own = await embedTexts(before, TEXTS);
    expect(await before.encoder()).toMatchObject({ tokenizer: before.tokenizer });
    writeTinyEncoder(dir);
    const after = await loadNliModel(dir);
    const found = await embedTexts(after, TEXTS);
    expect(found.map(({ length }) => length)).toEqual(TEXTS.map(() => ENCODER_HIDDEN));
    expect(found).toEqual(await byEncoderAlone());
    expect(own[0]!.length).not.toBe(ENCODER_HIDDEN);
    expect(after.prepared.model).toEqual(before.prepared.model);
  });

  test('is loaded when texts are embedded and not before; what is wrong with it names it', async () => {
    mkdirSync(join(dir, ENCODER));
    writeFileSync(join(dir, ENCODER, 'model.onnx'), 'no model, but words for people to read');
    const model = await loadNliModel(dir);
    await expect(model.encoder()).rejects.toMatchObject({
      code: 'onnx_not_a_model',
      message: expect.stringContaining(join(ENCODER, 'model.onnx')),
    });
    writeTinyEncoder(dir);
    expect((await model.encoder()).folder.dir).toBe(join(model.folder.dir, ENCODER));
  });

  test('may not be a link that leads out of the model', async () => {
    const outside = join(temporaryFolder(), 'other');
    writeTinyModel(outside);
    writeTinyEncoder(outside);
    symlinkSync(join(outside, ENCODER), join(dir, ENCODER));
    const model = await loadNliModel(dir);
    await expect(model.encoder()).rejects.toMatchObject({ code: 'model_link_outside' });
  });

  test('is part of what names the model by its content, of its size and of when it changes', async () => {
    const said = async () => [await modelDigest(dir), await modelStamp(dir)];
    const without = await said();
    writeTinyEncoder(dir);
    const first = await said();
    writeTinyEncoder(dir, 12);
    const second = await said();
    // What words are compared by says nothing of embeddings.
    writeTinyInteraction(dir);
    const third = await said();
    expect(third[0]).toBe(second[0]);
    expect(third[1]).not.toBe(second[1]);
    rmSync(join(dir, ENCODER), { recursive: true });
    for (const i of [0, 1]) expect(new Set([without[i], first[i], second[i]]).size).toBe(3);
    expect(await said()).toEqual(without);
    expect(await sizeOfModel(dir)).toBe(0);
  });

  test('what is fitted to its embeddings is not read without it, nor the other way round', () => {
    const fitted = (version: number, combination: object = FUSION_WEIGHTS) =>
      writeFileSync(join(dir, 'entail.json'), JSON.stringify({ version, combination }));
    fitted(2);
    expect(() => readFusionWeights(dir)).toThrow(expect.objectContaining({ code: 'encoder_missing' }));
    writeTinyEncoder(dir);
    expect(readFusionWeights(dir)).toEqual(FUSION_WEIGHTS);
    fitted(1);
    expect(() => readFusionWeights(dir)).toThrow(expect.objectContaining({ code: 'encoder_missing' }));
    const words = { ...FUSION_WEIGHTS, interaction: writeTinyInteraction(dir) };
    fitted(3, words);
    expect(readFusionWeights(dir)).toEqual(words);
    const invalid = expect.objectContaining({ code: 'combination_invalid' });
    for (const share of [-0.1, 1.1, '1', null]) {
      fitted(3, { ...words, interaction: { ...words.interaction, share } });
      expect(() => readFusionWeights(dir)).toThrow(invalid);
    }
    fitted(4);
    expect(() => readFusionWeights(dir)).toThrow(invalid);
  });

  test('lost, the model it was fitted with is not used at all', async () => {
    const fusion = { version: 2, combination: FUSION_WEIGHTS };
    writeFileSync(join(dir, 'entail.json'), JSON.stringify(fusion));
    await expect(loadNliModel(dir)).rejects.toMatchObject({ code: 'encoder_missing' });
    writeTinyEncoder(dir);
    const words = { ...FUSION_WEIGHTS, interaction: writeTinyInteraction(dir) };
    writeFileSync(join(dir, 'entail.json'), JSON.stringify({ version: 3, combination: words }));
    await expect(loadNliModel(dir)).resolves.toMatchObject({ classes: { kind: 'three' } });
    for (const change of [
      () => writeTinyInteraction(dir, 0.5, 14),
      () => rmSync(join(dir, ENCODER, 'interaction.safetensors')),
    ]) {
      change();
      await expect(loadNliModel(dir)).rejects.toMatchObject({
        code: 'interaction_invalid',
        message: expect.stringContaining('interaction.safetensors is'),
      });
    }
    // What is broken otherwise is told by who reads it.
    writeFileSync(join(dir, 'entail.json'), '{');
    await expect(loadNliModel(dir)).resolves.toMatchObject({ classes: { kind: 'three' } });
  });

  test('is tried when a folder is taken among the models of the machine', async () => {
    writeTinyEncoder(dir);
    rmSync(join(dir, ENCODER, 'tokenizer.json'));
    await expect(classExamples(dir)).rejects.toMatchObject({
      code: 'model_file_missing',
      message: expect.stringContaining(`"tiny/${ENCODER}", which embeds the model's texts, can't be used`),
      hint: 'Get the model again, with all its files.',
    });
  });

  test('in the engine: a model that is another one answers anew, whatever became of its encoder', async () => {
    mkdirSync(join(dir, ENCODER));
    const engine = createEngine();
    const answer = async () => {
      const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
      const [row] = await scorer.score(TEXTS.slice(0, 1), ['this is late .']);
      await scorer.close();
      return row!.odds[0];
    };
    try {
      const first = await answer();
      writeTinyModel(dir, 8);
      expect(await answer()).not.toBe(first);
    } finally {
      await engine.close();
    }
  });

  test('weights that were tuned of an encoder of another size are refused', async () => {
    writeTinyEncoder(dir);
    const model = await loadNliModel(dir);
    const values = new Map([
      ['encoder.query.lora_A', new Float32Array(16)],
      ['encoder.query.lora_B', new Float32Array(16)],
    ]);
    expect(() => mergeTrained(model.prepared, { values, rank: 1, alpha: 1 })).not.toThrow();
    const { prepared } = await model.encoder();
    expect(() => mergeTrained(prepared, { values, rank: 1, alpha: 1 })).toThrow(
      expect.objectContaining({ code: 'weights_invalid' }),
    );
  });

  test('in the engine: what was trained of the model leaves it alone, what was tuned is laid on it', async () => {
    writeTinyEncoder(dir);
    const engine = createEngine();
    try {
      const plain = await engine.embed({ dir }, TEXTS);
      expect(plain).toEqual(await byEncoderAlone());
      const labelled = [...TEXTS, ...TEXTS].map((text, i) => ({ text, yes: [i % 2], no: [(i + 1) % 2] }));
      const tuned = await engine.tune({ model: { dir }, texts: labelled, seed: 1 });
      const { trained } = await engine.train({
        model: { dir },
        examples: [0, 1].map((i) => ({
          premise: TEXTS[i]!,
          hypothesis: 'this is late .',
          target: i === 0 ? 'entailment' : 'contradiction',
        })),
        options: trainingOptions({ maxSteps: 3 }),
        ...{ device: 'cpu', heldOut: null, checkpoints: null },
      });
      expect(await engine.embed({ dir, trained }, TEXTS)).toEqual(plain);
      const embedded = await engine.embed({ dir, trained, tuned }, TEXTS);
      expect(embedded).not.toEqual(plain);
      expect(embedded).toEqual(await engine.embed({ dir, tuned }, TEXTS));
      expect(embedded[0]).toHaveLength(ENCODER_HIDDEN);
    } finally {
      await engine.close();
    }
  });
});
