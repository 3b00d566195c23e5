import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/errors.ts';
import { readInside } from '../../../engine/files/inside.ts';
import { openModelFolder } from '../../../engine/model/folder.ts';
import { readFusionWeights } from '../../../engine/model/fusionFile.ts';
import { loadTokenizer } from '../../../engine/text/tokenizer.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

function model(): string {
  const dir = join(temporaryFolder(), 'model');
  writeTinyModel(dir);
  return dir;
}

/** As loading reads them: what the backend asks for first, then the engine. */
async function readAll(dir: string): Promise<void> {
  readFusionWeights(dir);
  await openModelFolder(dir);
  await loadTokenizer(dir);
}

const NAMES = ['entail.json', 'special_tokens_map.json', 'config.json', 'tokenizer_config.json'];

test.runIf(process.platform !== 'win32').each([...NAMES, 'tokenizer.json', 'model.onnx'])(
  'a pipe in a model’s folder is not waited for: %s',
  async (name) => {
    const dir = model();
    rmSync(join(dir, name), { force: true });
    execFileSync('mkfifo', [join(dir, name)]);
    await expect(readAll(dir)).rejects.toBeInstanceOf(EngineError);
  },
);

test.each(NAMES)('a file of many gigabytes where a small one belongs is not read: %s', async (name) => {
  const dir = model();
  writeFileSync(join(dir, name), '');
  truncateSync(join(dir, name), 3e9);
  await expect(readAll(dir)).rejects.toMatchObject({ message: expect.stringMatching(/larger than \d+ MB/) });
});

test('what is no file, or can’t be had, is told by its path', () => {
  const dir = model();
  mkdirSync(join(dir, 'entail.json'));
  expect(() => readFusionWeights(dir)).toThrow(
    expect.objectContaining({
      code: 'model_file_unusable',
      message: `${join(dir, 'entail.json')} is a folder, and no file.`,
    }),
  );
  expect(readInside(dir, 'README.md', 1)).toBeNull();
});

test.each(['tokenizer.json', 'config.json'])('brackets in brackets are not followed: %s', async (name) => {
  const dir = model();
  const deep = `${'['.repeat(1e6)}${']'.repeat(1e6)}`;
  const own = readFileSync(join(dir, name), 'utf8');
  writeFileSync(join(dir, name), own.replace(/^\{/, `{"deep":${deep},`));
  await expect(readAll(dir)).rejects.toMatchObject({
    message: expect.stringContaining('more than 200 deep'),
  });
  writeFileSync(join(dir, name), own.replace(/^\{/, `{"deep":"${deep}\\"[",`));
  await expect(readAll(dir)).resolves.toBeUndefined();
});
