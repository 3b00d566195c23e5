import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelDigest } from '../../../backend/models/digest.ts';
import { temporaryFolder } from '../../support/temporary.ts';

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
