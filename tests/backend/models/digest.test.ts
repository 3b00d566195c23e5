import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasDigest, modelDigest } from '../../../backend/models/digest.ts';
import { moveWeightsOutside } from '../../support/outsideWeights.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyEncoder, writeTinyModel } from '../../support/tinyModel.ts';

test('a link out of a model’s folder is refused, and what it leads to is not read', async () => {
  const folder = temporaryFolder();
  const dir = join(folder, 'model');
  mkdirSync(dir);
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(dir, 'model.onnx'), 'weights');
  const own = await modelDigest(dir);
  symlinkSync(join(folder, 'secret'), join(dir, 'tokenizer.json'));
  await expect(modelDigest(dir)).rejects.toMatchObject({ code: 'model_link_outside' });
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'weights'), 'weights');
  symlinkSync('weights', join(other, 'model.onnx'));
  expect(await modelDigest(other)).toBe(own);
});

test('outputs that config.json names otherwise make another model, whose runs of before are still its own', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'model.onnx'), 'weights');
  const before = await modelDigest(dir);
  const named = (...names: string[]) => {
    const id2label = Object.fromEntries(names.map((name, i) => [i, name]));
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ model_type: 'bert', id2label }));
    return modelDigest(dir);
  };
  // As the embedded model has them: digests of before stay what they were.
  expect(await named('contradiction', 'entailment', 'neutral')).toBe(before);
  const swapped = await named('entailment', 'contradiction', 'neutral');
  expect(swapped).not.toBe(before);
  expect(await named('entailment', 'neutral', 'contradiction')).not.toBe(swapped);
  expect(await named('LABEL_0', 'LABEL_1', 'LABEL_2')).toBe(before);
  await named('entailment', 'contradiction', 'neutral');
  for (const digest of [swapped, before]) expect(await hasDigest(dir, digest)).toBe(true);
  writeFileSync(join(dir, 'tokenizer.json'), '{}');
  for (const digest of [swapped, before]) expect(await hasDigest(dir, digest)).toBe(false);
});

test('weights in a file of any name make another model, though the graph is the same', async () => {
  for (const name of ['model.onnx_data', 'model.onnx.data', 'weights.bin']) {
    const digests = [7, 8].map((seed) => {
      const dir = temporaryFolder();
      writeTinyModel(dir, seed);
      moveWeightsOutside(join(dir, 'model.onnx'), name);
      return modelDigest(dir);
    });
    const [one, other] = await Promise.all(digests);
    expect(one, name).not.toBe(other);
  }
});

test('so do those of an encoder beside the model', async () => {
  const digests = [11, 12].map((seed) => {
    const dir = temporaryFolder();
    writeTinyModel(dir);
    writeTinyEncoder(dir, seed);
    moveWeightsOutside(join(dir, 'embedding', 'model.onnx'), 'model.onnx_data');
    return modelDigest(dir);
  });
  const [one, other] = await Promise.all(digests);
  expect(one).not.toBe(other);
});

// Elsewhere a file of that size may take it.
test.runIf(process.platform === 'linux')('a hole of terabytes is not read for hours', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  moveWeightsOutside(join(dir, 'model.onnx'), 'model.onnx_data');
  truncateSync(join(dir, 'model.onnx_data'), totalmem() + 2 ** 30);
  await expect(modelDigest(dir)).rejects.toMatchObject({
    code: 'model_too_heavy',
    message: expect.stringMatching(/model\.onnx_data" has \d+ GB, more than this computer has memory\.$/),
  });
});
