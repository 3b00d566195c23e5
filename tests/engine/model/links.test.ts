import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelRoot } from '../../../engine/files/inside.ts';
import { readFusionWeights } from '../../../engine/model/fusionFile.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { readExternal } from '../../../engine/onnx/externalData.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyEncoder, writeTinyModel } from '../../support/tinyModel.ts';

function setup() {
  const home = temporaryFolder();
  const dir = join(home, 'model');
  writeTinyModel(dir);
  return { home, dir };
}

const outside = {
  code: 'model_link_outside',
  message: expect.stringMatching(/leads out of the model's folder/),
};

test.each(['model.onnx', 'config.json', 'tokenizer.json', 'tokenizer_config.json'])(
  'a link out of the folder is not followed: %s',
  async (name) => {
    const { home, dir } = setup();
    renameSync(join(dir, name), join(home, name));
    symlinkSync(join('..', name), join(dir, name));
    await expect(loadNliModel(dir)).rejects.toMatchObject(outside);
  },
);

test('a folder that is a link leads out as little', async () => {
  const { home, dir } = setup();
  mkdirSync(join(home, 'elsewhere'));
  renameSync(join(dir, 'model.onnx'), join(home, 'elsewhere', 'model.onnx'));
  symlinkSync(join(home, 'elsewhere'), join(dir, 'onnx'), 'junction');
  await expect(loadNliModel(dir)).rejects.toMatchObject(outside);
});

test('entail.json is no exception', () => {
  const { home, dir } = setup();
  writeFileSync(join(home, 'secret'), '{}');
  symlinkSync(join(home, 'secret'), join(dir, 'entail.json'));
  expect(() => readFusionWeights(dir)).toThrow(expect.objectContaining(outside));
});

test('links within the folder, and a folder that is reached by a link, are fine', async () => {
  const { home, dir } = setup();
  mkdirSync(join(dir, 'files'));
  for (const name of ['model.onnx', 'config.json', 'tokenizer.json']) {
    renameSync(join(dir, name), join(dir, 'files', name));
    symlinkSync(join('files', name), join(dir, name));
  }
  symlinkSync(dir, join(home, 'by link'), 'junction');
  await expect(loadNliModel(join(home, 'by link'))).resolves.toMatchObject({ classes: { kind: 'three' } });
});

test("an encoder may have the model's own tokenizer by a link, and nothing from outside of the model", async () => {
  const { home, dir } = setup();
  writeTinyEncoder(dir);
  const own = join(dir, 'embedding', 'tokenizer.json');
  rmSync(own);
  symlinkSync(join('..', 'tokenizer.json'), own);
  const model = await loadNliModel(dir);
  expect((await model.encoder()).tokenizer.encodePremiseIds('late')).toEqual(
    model.tokenizer.encodePremiseIds('late'),
  );
  rmSync(own);
  renameSync(join(dir, 'tokenizer.json'), join(home, 'tokenizer.json'));
  cpSync(join(home, 'tokenizer.json'), join(dir, 'tokenizer.json'));
  symlinkSync(join('..', '..', 'tokenizer.json'), own);
  await expect(loadNliModel(dir).then((found) => found.encoder())).rejects.toMatchObject({
    ...outside,
    message: expect.stringMatching(/embedding.*leads out of the model's folder/),
  });
  // A folder that is called so and lies in no model stands for itself.
  const alone = join(home, 'embedding');
  writeTinyModel(alone);
  rmSync(join(alone, 'tokenizer.json'));
  symlinkSync(join('..', 'tokenizer.json'), join(alone, 'tokenizer.json'));
  await expect(loadNliModel(alone)).rejects.toMatchObject(outside);
});

test("the links of Hugging Face's cache are followed within the model, and not into another", async () => {
  const hub = temporaryFolder();
  const own = join(hub, 'models--owner--name');
  const dir = join(own, 'snapshots', '0123456789abcdef0123456789abcdef01234567');
  writeTinyModel(dir);
  mkdirSync(join(own, 'blobs'));
  for (const name of readdirSync(dir)) {
    renameSync(join(dir, name), join(own, 'blobs', `of-${name}`));
    symlinkSync(join('..', '..', 'blobs', `of-${name}`), join(dir, name));
  }
  expect(modelRoot(dir)).toBe(modelRoot(own));
  await expect(loadNliModel(dir)).resolves.toMatchObject({ classes: { kind: 'three' } });

  writeFileSync(join(own, 'blobs', 'data'), Uint8Array.of(1, 2, 3, 4));
  symlinkSync(join('..', '..', 'blobs', 'data'), join(dir, 'weights'));
  const range = { location: 'weights', offset: 1, length: 2 };
  expect(readExternal(join(dir, 'model.onnx'), range, 2, 'w')).toEqual(Uint8Array.of(2, 3));

  rmSync(join(dir, 'weights'));
  writeFileSync(join(hub, 'secret'), 'secret');
  symlinkSync(join('..', '..', '..', 'secret'), join(dir, 'weights'));
  expect(() => readExternal(join(dir, 'model.onnx'), range, 2, 'w')).toThrow(/points outside/);
});
