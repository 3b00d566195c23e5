import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baseCardOf } from '../../../engine/export/baseCard.ts';
import { exportModel } from '../../../engine/export/modelFolder.ts';
import { verifyExport } from '../../../engine/export/verify.ts';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { readModel } from '../../../engine/onnx/read.ts';
import { writeModel } from '../../../engine/onnx/write.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { mergeTrained } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import { exportRequest as request } from './request.ts';

async function trained(dir: string) {
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const options = trainingOptions({ epochs: 20, learningRate: 1e-2 });
  const examples = [
    {
      premise: 'the parcel came late',
      hypothesis: 'this is about shipping .',
      target: 'entailment' as const,
    },
    {
      premise: 'the price is high',
      hypothesis: 'this is about shipping .',
      target: 'contradiction' as const,
    },
  ];
  const { values } = await fineTune(model, { examples, options });
  return { model, weights: mergeTrained(model.prepared, { ...options, values }) };
}

test('an exported folder gives the scores of the trained model, and holds all that others need', async () => {
  const dir = temporaryFolder();
  const { model, weights } = await trained(join(dir, 'base'));
  const to = join(dir, 'exported');
  const { withoutPytorch } = await exportModel(model, weights, request(to));
  expect(readdirSync(to).sort()).toEqual(
    [
      'README.md',
      'config.json',
      'jobs',
      'labels.json',
      'onnx',
      'probe.json',
      'scoring.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ].sort(),
  );
  // Its layers are no BERT's, whatever config.json says.
  expect(withoutPytorch).toBe(
    'Entail does not know which weights transformers\' "bert" model of its config.json has',
  );
  expect(readFileSync(join(to, 'README.md'), 'utf8')).toContain('There are no weights for PyTorch here');
  expect(readdirSync(join(to, 'onnx')).sort()).toEqual(
    ['model.onnx', 'model_fp16.onnx', 'model_q4.onnx', 'model_quantized.onnx'].sort(),
  );
  const { probeTexts, labels } = request(to);
  const hypotheses = labels.map((l) => l.hypotheses[0]!);
  const own = await scoreTexts(model, { texts: probeTexts, hypotheses }, weights);
  const again = await scoreTexts(await loadNliModel(to), { texts: probeTexts, hypotheses });
  own.forEach((row, i) => {
    row.probabilities.forEach((p, label) => {
      expect(again[i]!.probabilities[label]).toBeCloseTo(p, 5);
    });
  });
  expect(readdirSync(dir).filter((name) => name.includes('partial'))).toEqual([]);
  await verifyExport(to);
});

test('the folder brings the jobs as they are, and says how probabilities are made', async () => {
  const dir = temporaryFolder();
  writeTinyModel(join(dir, 'base'));
  writeFileSync(
    join(dir, 'base', 'README.md'),
    '---\nlicense: mit\nlanguage:\n- en\n- "no"\nbase_model: a/b # c\ntags: [x, `y`]\n---\n# Base\n',
  );
  const model = await loadNliModel(join(dir, 'base'));
  const to = join(dir, 'out');
  await exportModel(model, model.prepared.model, request(to));
  const jobs = join(import.meta.dirname, '..', '..', '..', 'engine', 'export', 'jobs');
  const names = readdirSync(jobs).filter((name) => name.endsWith('.py'));
  expect(readdirSync(join(to, 'jobs')).sort()).toEqual(names.sort());
  for (const name of names)
    expect(readFileSync(join(to, 'jobs', name), 'utf8')).toBe(readFileSync(join(jobs, name), 'utf8'));
  expect(JSON.parse(readFileSync(join(to, 'scoring.json'), 'utf8'))).toEqual({
    format: 1,
    inputs: ['input_ids', 'attention_mask'],
    logits: 'logits',
    classes: { entailment: 1, contradiction: 0 },
    maxLength: 48,
    window: 64,
    pair: { ids: [2, 'text', 3, 'sentence', 3], types: [0, 0, 0, 1, 1] },
    padId: 0,
    alone: [],
    embedding: {
      ...{ graph: 'onnx/model.onnx', tokenizer: 'tokenizer.json', alone: [] },
      ...{ hiddenState: expect.any(String), longest: 48, windows: 32, before: 2, after: 3 },
    },
  });
  const card = readFileSync(join(to, 'README.md'), 'utf8');
  expect(card).toMatch(/^---\nlicense: mit\nlanguage:\n- "en"\n- "no"\nbase_model: a\/b\n/);
  expect(card).toContain('Licence: that of the base model (mit).');
});

test('a base without a card: the licence is told as unknown; no markup of others gets into the metadata', () => {
  expect(baseCardOf('# Base')).toEqual({ languages: [], baseModels: [] });
  expect(baseCardOf('---\nlicense: "a b: c"\nlanguage: [en, "d\\ne", fr]\nbase_model: ../x\n---\n')).toEqual({
    languages: ['en', 'fr'],
    baseModels: [],
  });
});

test('66: nothing in the folder names a path, a user or the machine', async () => {
  const dir = temporaryFolder();
  const { model, weights } = await trained(join(dir, 'base'));
  writeFileSync(
    join(dir, 'base', 'config.json'),
    JSON.stringify({
      ...JSON.parse(readFileSync(join(dir, 'base', 'config.json'), 'utf8')),
      _name_or_path: dir,
    }),
  );
  await exportModel(model, weights, request(join(dir, 'out')));
  const texts = readdirSync(join(dir, 'out'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'));
  for (const secret of [dir, homedir() === '/' ? dir : homedir(), `"${userInfo().username}"`]) {
    for (const text of texts) expect(text.includes(secret)).toBe(false);
  }
  // As a word: a machine may be called "vm".
  const machine = new RegExp(`\\b${hostname().replaceAll(/[^\w-]/g, '.')}\\b`);
  for (const text of texts) expect(machine.test(text)).toBe(false);
});

test.each([
  [
    'a corrupted weight',
    (dir: string) => {
      const model = readModel(join(dir, 'onnx', 'model.onnx'));
      const tensor = model.graph.initializers.get('classifier.weight')!;
      const bytes = Uint8Array.from(tensor.bytes);
      new Float32Array(bytes.buffer)[1]! += 0.5;
      model.graph.initializers.set('classifier.weight', { ...tensor, bytes });
      writeFileSync(join(dir, 'onnx', 'model.onnx'), writeModel(model));
    },
    /text \d+ gives/,
  ],
  [
    'two swapped labels',
    (dir: string) => {
      const [a, b, ...rest] = JSON.parse(readFileSync(join(dir, 'labels.json'), 'utf8')) as {
        name: string;
      }[];
      writeFileSync(
        join(dir, 'labels.json'),
        JSON.stringify([{ ...a, name: b!.name }, { ...b, name: a!.name }, ...rest]),
      );
    },
    /name different labels/,
  ],
  [
    'two swapped classes',
    (dir: string) => {
      const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as Record<string, unknown>;
      const id2label = { 0: 'entailment', 1: 'contradiction', 2: 'neutral' };
      writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, id2label }));
    },
    /text \d+ gives/,
  ],
  [
    'a 4-bit file of other weights',
    (dir: string) => {
      const model = readModel(join(dir, 'onnx', 'model_q4.onnx'));
      const tensor = model.graph.initializers.get('classifier.bias')!;
      model.graph.initializers.set('classifier.bias', {
        ...tensor,
        bytes: new Uint8Array(Float32Array.of(4, 0, 0).buffer),
      });
      writeFileSync(join(dir, 'onnx', 'model_q4.onnx'), writeModel(model));
    },
    /the 4-bit file is off/,
  ],
  [
    'a cut 8-bit file',
    (dir: string) => {
      const path = join(dir, 'onnx', 'model_quantized.onnx');
      writeFileSync(path, readFileSync(path).subarray(0, 500));
    },
    /./,
  ],
])('%s makes the export fail, and nothing is left', async (_, tamper, message) => {
  const dir = temporaryFolder();
  const { model, weights } = await trained(join(dir, 'base'));
  const to = join(dir, 'out');
  await expect(exportModel(model, weights, { ...request(to), tamper })).rejects.toThrow(message);
  expect(readdirSync(dir)).toEqual(['base']);
});

test('63: what exists is not replaced, a link is not followed, a missing folder is named', async () => {
  const dir = temporaryFolder();
  const { model, weights } = await trained(join(dir, 'base'));
  mkdirSync(join(dir, 'taken'));
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'link'));
  await expect(exportModel(model, weights, request(join(dir, 'taken')))).rejects.toThrow('exists already');
  await expect(exportModel(model, weights, request(join(dir, 'link')))).rejects.toThrow('exists already');
  await expect(exportModel(model, weights, request(join(dir, 'a', 'b')))).rejects.toThrow('no folder');
  expect(existsSync(join(dir, 'elsewhere'))).toBe(false);
});

test('64: killed while exporting, there is no folder of that name or a complete one', async () => {
  const dir = temporaryFolder();
  writeTinyModel(join(dir, 'base'));
  for (const delay of [50, 150, 250, 350, 500, 700]) {
    const to = join(dir, `out-${delay}`);
    const child = fork(join(import.meta.dirname, 'exporter.ts'), [join(dir, 'base'), to], {
      stdio: 'ignore',
    });
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    if (existsSync(to)) await verifyExport(to);
  }
}, 30_000);
