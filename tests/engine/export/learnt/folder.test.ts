import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportedReading } from '../../../../backend/exporting/exportedReading.ts';
import { CONSTANTS, readConstants, WEIGHTS } from '../../../../engine/export/learnt/constants.ts';
import { requireRestingOn } from '../../../../engine/export/learnt/restingOn.ts';
import type { LearntExport } from '../../../../engine/export/learnt/writing.ts';
import { exportModel } from '../../../../engine/export/modelFolder.ts';
import { verifyExport } from '../../../../engine/export/verify.ts';
import { type Trained, writeTrained } from '../../../../engine/lora/file.ts';
import { loadNliModel } from '../../../../engine/model/nliModel.ts';
import { createRandom } from '../../../../engine/random.ts';
import { mergeTrained } from '../../../../engine/train/trainables.ts';
import { FUSION_WEIGHTS } from '../../../support/fusionWeights.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { ENCODER_HIDDEN, writeTinyEncoder, writeTinyModel } from '../../../support/tinyModel.ts';
import { exportRequest } from '../request.ts';

const HIDDEN = 16;
const random = createRandom(9);
const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal());

async function setting({ encoder = false } = {}) {
  const dir = temporaryFolder();
  writeTinyModel(join(dir, 'base'));
  if (encoder) writeTinyEncoder(join(dir, 'base'));
  const size = encoder ? ENCODER_HIDDEN : HIDDEN;
  const model = await loadNliModel(join(dir, 'base'));
  const adapters = (hidden: number): Trained => ({
    values: new Map([
      ['encoder.query.lora_A', noise(hidden * 2)],
      ['encoder.query.lora_B', noise(2 * hidden)],
    ]),
    dims: new Map([
      ['encoder.query.lora_A', [hidden, 2]],
      ['encoder.query.lora_B', [2, hidden]],
    ]),
    rank: 2,
    alpha: 1,
  });
  const run = adapters(HIDDEN);
  const { labels } = exportRequest('');
  const learnt: LearntExport = {
    labels: labels.map((label) => ({ ...label, threshold: 0.3 })),
    heads: {
      space: { mean: noise(size) },
      labels: labels.map(() => ({
        ...{ suggested: 1.1, entailed: 0.2, constant: -0.1, ofEmbedded: 0 },
        embedding: noise(size),
      })),
    },
    combination: FUSION_WEIGHTS,
    priors: { documents: [8, 8], odds: [-1, 0.5], cosine: [0.1, 0.2] },
    run: { head: 0.75, run: 0.3, constant: 0.1 },
    tuned: writeTrained(adapters(size)),
  };
  const to = join(dir, 'out');
  const request = { ...exportRequest(to), learnt, trained: writeTrained(run) };
  return { model, weights: mergeTrained(model.prepared, run), request, to };
}

test('a folder with what decisions taught passes its own check, and says which weights it changes', async () => {
  const { model, weights, request, to } = await setting();
  const { files } = await exportModel(model, weights, request);
  expect(files).toEqual(
    expect.arrayContaining([CONSTANTS, WEIGHTS.base, WEIGHTS.tuned, 'learnt/probe.json']),
  );
  // Read with what it was trained from: alone it is read by entailment.
  expect(files).not.toContain('entail.json');
  await verifyExport(to);
  expect(readFileSync(join(to, WEIGHTS.base)).length).toBeLessThan(1000);
});

test('a folder of a model with an encoder has it too, and what was tuned of it', async () => {
  const { model, weights, request, to } = await setting({ encoder: true });
  const { files } = await exportModel(model, weights, request);
  expect(files).toEqual(expect.arrayContaining(['embedding/onnx/model.onnx', 'embedding/tokenizer.json']));
  await verifyExport(to);
  expect(readConstants(to)).toMatchObject({ encoder: true, tuned: true });
  expect(JSON.parse(readFileSync(join(to, 'scoring.json'), 'utf8')).embedding).toMatchObject({
    graph: 'embedding/onnx/model.onnx',
    tokenizer: 'embedding/tokenizer.json',
  });
  rmSync(join(to, 'embedding'), { recursive: true });
  await expect(verifyExport(to)).rejects.toMatchObject({ code: 'encoder_missing' });
});

test('heads rest on the graphs and weights that they came with; without a word of them any are taken', async () => {
  const { model, weights, request, to } = await setting({ encoder: true });
  await exportModel(model, weights, request);
  const { files } = readConstants(to) ?? {};
  const names = ['onnx/model.onnx', 'embedding/onnx/model.onnx', WEIGHTS.base, WEIGHTS.tuned];
  expect(Object.keys(files ?? {})).toEqual(expect.arrayContaining(names));
  await requireRestingOn(to, files);
  // Another encoder of the same size, put there by hand.
  writeTinyEncoder(join(to, '..', 'other'), 23);
  const others = readFileSync(join(to, '..', 'other', 'embedding', 'model.onnx'));
  const own = new Map(names.map((name) => [name, readFileSync(join(to, name))]));
  for (const name of names) {
    writeFileSync(join(to, name), others);
    const refused = {
      code: 'learnt_other_model',
      message: expect.stringContaining(`${join(to, name)} is not`),
    };
    await expect(requireRestingOn(to, files)).rejects.toMatchObject(refused);
    await expect(exportedReading(to)).rejects.toMatchObject(refused);
    rmSync(join(to, name));
    await expect(requireRestingOn(to, files)).rejects.toThrow('is missing');
    writeFileSync(join(to, name), own.get(name)!);
  }
  writeFileSync(join(to, 'embedding/onnx/model.onnx'), others);
  changeJson(CONSTANTS, () => ({ files: undefined }))(to);
  await expect(exportedReading(to)).resolves.toMatchObject({ learnt: { run: expect.anything() } });
});

const changeJson = (file: string, change: (json: Record<string, never>) => object) => (dir: string) => {
  const json = JSON.parse(readFileSync(join(dir, file), 'utf8')) as Record<string, never>;
  writeFileSync(join(dir, file), JSON.stringify({ ...json, ...change(json) }));
};

test.each<[string, (dir: string) => void, RegExp]>([
  [
    'another weight of the run',
    changeJson(CONSTANTS, () => ({ run: { head: 0.7, run: 0.3, constant: 0 } })),
    /text \d+ gives/,
  ],
  ['another mean', changeJson(CONSTANTS, () => ({ mean: [...noise(HIDDEN)] })), /text \d+ gives/],
  ['embeddings of the base', changeJson(CONSTANTS, () => ({ tuned: false })), /text \d+ gives/],
  [
    'a layer that is turned',
    changeJson(CONSTANTS, () => ({
      layers: { 'encoder.query': { weight: 'encoder.query.weight', transposed: true } },
    })),
    /text \d+ gives/,
  ],
  ['a layer of another model', changeJson(CONSTANTS, () => ({ layers: {} })), /belong to another model/],
  ['another version', changeJson(CONSTANTS, () => ({ version: 9 })), /another version/],
  [
    'an encoder that is not there',
    changeJson(CONSTANTS, () => ({ version: 2 })),
    /lacks the folder "embedding"/,
  ],
  ['no weights of the base', (dir) => rmSync(join(dir, WEIGHTS.base)), /is missing/],
  [
    'the weights of the base in the place of those that embed',
    (dir) => writeFileSync(join(dir, WEIGHTS.tuned), readFileSync(join(dir, WEIGHTS.base))),
    /embeddings\.safetensors is not the file that learnt\/learnt\.json rests on/,
  ],
])('%s makes the export fail, and nothing is left', async (_, tamper, message) => {
  const { model, weights, request, to } = await setting();
  await expect(exportModel(model, weights, { ...request, tamper })).rejects.toThrow(message);
  expect(() => readFileSync(join(to, 'labels.json'))).toThrow('ENOENT');
});

test('a model that was not trained brings no other weights, and is read alone as before anybody decided', async () => {
  const { model, request, to } = await setting();
  const { trained: _, learnt, ...rest } = request;
  const untrained = { ...learnt, run: null, tuned: undefined };
  const { files } = await exportModel(model, model.prepared.model, { ...rest, learnt: untrained });
  expect(files.filter((file) => file.endsWith('.safetensors'))).toEqual([]);
  expect(JSON.parse(readFileSync(join(to, 'entail.json'), 'utf8'))).toEqual({
    version: 1,
    combination: FUSION_WEIGHTS,
  });
  expect(JSON.parse(readFileSync(join(to, 'priors.json'), 'utf8'))).toEqual(learnt.priors);
});
