import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entailHome } from '../../../engine/files/home.ts';
import { readModelConfig } from '../../../engine/model/config.ts';
import { openModelFolder } from '../../../engine/model/folder.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'entail-folder-'));
});
afterEach(() => rm(dir, { recursive: true }));

const MODEL = Buffer.from([8, 8, 18, 7, 112, 121, 116, 111, 114, 99, 104]);
const CONFIG = {
  model_type: 'bert',
  id2label: { 0: 'entailment', 1: 'neutral' },
  hidden_size: 8,
  max_position_embeddings: 64,
};
const write = (name: string, content: object | string | Buffer) =>
  writeFile(
    join(dir, name),
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  );
const refusal = async (work: Promise<unknown>): Promise<[string | undefined, string]> => {
  try {
    await work;
    return ['accepted', ''];
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return [code, message.replaceAll(dir, 'DIR')];
  }
};

test('each missing file is named', async () => {
  expect(await refusal(openModelFolder(join(dir, 'none')))).toEqual([
    'model_folder_missing',
    'DIR/none does not exist.',
  ]);
  expect(await refusal(openModelFolder(dir))).toEqual([
    'model_file_missing',
    'DIR has no model.onnx and no onnx/model.onnx.',
  ]);
  await write('model.onnx', MODEL);
  expect(await refusal(openModelFolder(join(dir, 'model.onnx')))).toEqual([
    'model_folder_missing',
    'DIR/model.onnx is not a folder.',
  ]);
  expect(await refusal(openModelFolder(dir))).toEqual(['config_missing', 'DIR has no config.json.']);
  await write('config.json', CONFIG);
  expect(await refusal(openModelFolder(dir))).toEqual(['model_file_missing', 'DIR has no tokenizer.json.']);
  await write('tokenizer.json', {});
  expect(await openModelFolder(dir)).toMatchObject({
    onnxPath: join(dir, 'model.onnx'),
    onnxBytes: 11,
    maxLength: 64,
  });
  await mkdir(join(dir, 'onnx'));
  await write('onnx/model.onnx', MODEL);
  expect(await openModelFolder(dir)).toMatchObject({ onnxPath: join(dir, 'onnx', 'model.onnx') });
});

test('a folder with other models or PyTorch weights says what to do', async () => {
  await write('model.safetensors', 'x');
  await expect(openModelFolder(dir)).rejects.toMatchObject({
    hint: { code: 'export_to_onnx' },
  });
  await write('model_fp16.onnx', MODEL);
  await expect(openModelFolder(dir)).rejects.toMatchObject({
    hint: expect.stringContaining('model_fp16.onnx'),
  });
});

test('row 41: files that are no models are named for what they are', async () => {
  const cases: [string | Buffer, RegExp][] = [
    ['', /is empty/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0', /looks like a Git LFS pointer/],
    ['<!DOCTYPE html><html>404</html>', /looks like a web page/],
    ['\n <html><body>Blocked by proxy', /looks like a web page/],
    ['this is a text of some length', /looks like text/],
  ];
  for (const [content, sentence] of cases) {
    await write('model.onnx', content);
    expect(await refusal(openModelFolder(dir))).toEqual([
      'onnx_not_a_model',
      expect.stringMatching(sentence),
    ]);
  }
});

async function configOf(config: object, tokenizer?: object) {
  await write('config.json', config);
  if (tokenizer) await write('tokenizer_config.json', tokenizer);
  return readModelConfig(dir);
}

test('row 48: labels are read by number and nothing is guessed', async () => {
  expect((await configOf({ id2label: { 1: 'b', 0: 'a' } })).labels).toEqual(['a', 'b']);
  expect((await configOf({ id2label: { 0: 'ENTAILMENT', 1: 'ENTAILMENT' } })).labels).toEqual([
    'ENTAILMENT',
    'ENTAILMENT',
  ]);
  expect((await configOf({})).labels).toEqual([]);
  for (const id2label of [{ 0: 'a', 2: 'b' }, { 1: 'a' }, { zero: 'a' }, { 0: 'a', '00': 'b' }]) {
    expect(await refusal(configOf({ id2label }))).toEqual([
      'config_broken',
      expect.stringMatching(/does not number its/),
    ]);
  }
});

test('broken configs are refused', async () => {
  for (const content of [
    '',
    '[]',
    'null',
    '{"id2label":[]}',
    '{"hidden_size":"8"}',
    '{"max_position_embeddings":2}',
    '{"id2label":{"0":{}}}',
  ]) {
    await write('config.json', content);
    expect((await refusal(readModelConfig(dir)))[0]).toBe('config_broken');
  }
});

test('the maximum length is the smaller of positions and tokenizer, less the positions that RoBERTa skips', async () => {
  const lengths = [
    await configOf({ model_type: 'bert', max_position_embeddings: 512 }),
    await configOf({ model_type: 'roberta', max_position_embeddings: 514, pad_token_id: 1 }),
    await configOf({ model_type: 'nystromformer', max_position_embeddings: 510, pad_token_id: 1 }),
    await configOf({ model_type: 'deberta-v2', max_position_embeddings: -1 }),
    await configOf({ model_type: 'bert', max_position_embeddings: 512 }, { model_max_length: 1e30 }),
    await configOf({ model_type: 'bert', max_position_embeddings: 512 }, { model_max_length: 128 }),
  ].map(({ maxLength }) => maxLength);
  expect(lengths).toEqual([512, 512, 510, 512, 512, 128]);
});

test('the home is ENTAIL_HOME, else the platform place; without any the sentence says so', () => {
  const userHome = () => '/home/u';
  expect(entailHome({ env: { ENTAIL_HOME: '/x' }, platform: 'linux', userHome })).toBe('/x');
  expect(entailHome({ env: {}, platform: 'linux', userHome })).toBe('/home/u/.local/share/entail');
  expect(entailHome({ env: { XDG_DATA_HOME: '/data' }, platform: 'linux', userHome })).toBe('/data/entail');
  expect(entailHome({ env: { XDG_DATA_HOME: 'data' }, platform: 'linux', userHome })).toBe(
    '/home/u/.local/share/entail',
  );
  expect(entailHome({ env: {}, platform: 'darwin', userHome })).toBe(
    '/home/u/Library/Application Support/Entail',
  );
  expect(() => entailHome({ env: {}, platform: 'linux', userHome: () => '' })).toThrow(
    expect.objectContaining({ code: 'home_unknown' }),
  );
});

const root =
  process.env.ENTAIL_FIXTURES ?? resolve(import.meta.dirname, '../../../../shared/fixtures/models');
const folders = (existsSync(root) ? readdirSync(root) : []).filter((name) =>
  existsSync(join(root, name, 'reference.json')),
);
test.runIf(folders.length > 0)('fixture folders open with their labels and 64 positions', async () => {
  const opened = await Promise.all(folders.map((name) => openModelFolder(join(root, name))));
  const references = folders.map(
    (name) => JSON.parse(readFileSync(join(root, name, 'reference.json'), 'utf8')).id2label,
  );
  expect(opened.map(({ config }) => [...config.labels])).toEqual(
    references.map((names) => Object.values(names)),
  );
  expect(opened.map(({ maxLength }) => maxLength)).toEqual(folders.map(() => 64));
});
