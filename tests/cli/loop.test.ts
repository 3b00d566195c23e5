import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABELS_FILE, rows, workplace } from './support.ts';

interface Row {
  id: string;
  text: string;
  scores: Record<string, number>;
  labels: string[];
}
interface Metrics {
  macro: { precision: number; recall: number; f1: number };
  micro: { f1: number };
  weighted: { f1: number };
  samples: { f1: number };
  subsetAccuracy: number;
  hammingLoss: number;
  meanAveragePrecision: number;
  labels: { name: string; support: number; f1: number; threshold: number; averagePrecision: number }[];
}

test('the whole loop: documents in, a fine-tuned model out', () => {
  const { dir, json, write, run } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(40));
  write('test.jsonl', rows(12, 40));
  write(
    'docs.csv',
    `id,text\n${rows(40)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .map((r) => `${r.id},${r.text}`)
      .join('\n')}\n`,
  );
  json('new', 'p.entail', '--labels', 'labels.json');
  expect(json('import', 'p.entail', 'docs.csv')).toMatchObject({ added: 40, known: 0 });
  expect(json('import', 'p.entail', 'docs.csv')).toMatchObject({ added: 0, known: 40 });

  const suggested = json<{ scored: number; rows: Row[] }>('suggest', 'p.entail', '--limit', '10');
  expect(suggested.scored).toBe(10);
  expect(suggested.rows).toHaveLength(10);
  expect(Object.keys(suggested.rows[0]!.scores)).toEqual(['shipping', 'price']);
  const next = json<{ documents: { id: string; reason: string }[] }>('next', 'p.entail', '--limit', '5');
  expect(next.documents).toHaveLength(5);

  expect(json('annotate', 'p.entail', '--from', 'train.jsonl', '--as', 'ada')).toMatchObject({
    documents: 40,
    changed: true,
  });
  expect(json('annotate', 'p.entail', '--from', 'train.jsonl', '--as', 'ada')).toMatchObject({
    documents: 40,
    changed: false,
  });
  expect(json<{ documents: unknown[] }>('next', 'p.entail').documents).toEqual([]);

  const before = json<Metrics>('evaluate', 'p.entail', '--on', 'test.jsonl');
  const trained = json<{
    run: number;
    steps: number;
    examplesPerSecond: number;
    peakBytes: number;
    seconds: number;
    losses: number[];
    metrics: Metrics;
    outside: { before: number; after: number; labels: number };
  }>('train', 'p.entail', '--epochs', '20', '--lr', '0.01', '--batch', '8');
  expect(trained.peakBytes).toBeGreaterThan(50e6);
  expect(trained.run).toBe(1);
  // None of the project's labels is among the built-in ones; the weights did change.
  expect(trained.outside.labels).toBe(20);
  expect(trained.outside.after).not.toBe(trained.outside.before);
  expect(trained.losses).toHaveLength(trained.steps);
  expect(trained.metrics.labels.map(({ name }) => name)).toEqual(['shipping', 'price']);
  const after = json<Metrics>('evaluate', 'p.entail', '--on', 'test.jsonl', '--run', '1');
  expect(after.macro.f1).toBeGreaterThan(before.macro.f1);
  expect(after.labels[0]).toMatchObject({ name: 'shipping', support: 6, threshold: 0.5 });
  const tuned = json<Metrics>(
    ...['evaluate', 'p.entail', '--on', 'test.jsonl', '--run', '1', '--threshold', 'tuned'],
  );
  expect(tuned.meanAveragePrecision).toBeCloseTo(after.meanAveragePrecision, 10);

  json('export', 'p.entail', '--run', '1', '--to', 'out');
  expect(existsSync(join(dir, 'out', 'onnx', 'model_quantized.onnx'))).toBe(true);
  json('predict', 'p.entail', 'docs.csv', '--run', '1', '--out', 'a.jsonl');
  json('predict', '--model', 'out', '--labels', 'out/labels.json', 'docs.csv', '--out', 'b.jsonl');
  const predicted = readRows(join(dir, 'a.jsonl'));
  const exported = readRows(join(dir, 'b.jsonl'));
  expect(predicted).toHaveLength(40);
  predicted.forEach((row, i) => {
    expect(exported[i]!.labels).toEqual(row.labels);
    for (const [name, score] of Object.entries(row.scores))
      expect(exported[i]!.scores[name]).toBeCloseTo(score, 4);
  });
  // Together with what decisions taught, which rests on the model before its training and on embeddings of the run.
  json('suggest', 'p.entail');
  expect(json('export', 'p.entail', '--to', 'both')).toMatchObject({
    withoutLearnt: null,
    files: expect.arrayContaining(['learnt/base.safetensors', 'learnt/embeddings.safetensors']),
  });
  json('predict', 'p.entail', 'docs.csv', '--out', 'c.jsonl');
  json('predict', '--model', 'both', 'docs.csv', '--out', 'd.jsonl');
  const together = readRows(join(dir, 'c.jsonl'));
  expect(together.map(({ scores }) => scores)).not.toEqual(predicted.map(({ scores }) => scores));
  readRows(join(dir, 'd.jsonl')).forEach((row, i) => {
    expect(row.labels).toEqual(together[i]!.labels);
    for (const [name, score] of Object.entries(together[i]!.scores))
      expect(row.scores[name]).toBeCloseTo(score, 4);
  });
  expect(run(['predict', '--model', 'default', 'docs.csv', '--out', 'e.jsonl']).err).toContain(
    'was not exported with what decisions taught',
  );
  expect(run(['predict', 'p.entail', 'docs.csv', '--out', 'a.jsonl']).err).toContain('exists already');

  for (const format of ['jsonl', 'csv', 'label-studio', 'prodigy', 'argilla', 'doccano', 'hf']) {
    json('export-data', 'p.entail', '--format', format, '--to', `data.${format}`);
    expect(existsSync(join(dir, `data.${format}`))).toBe(true);
  }
  expect(json('check', 'p.entail')).toMatchObject({ ok: true, documents: 40 });
}, 300_000);

const readRows = (path: string): Row[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

test('a trained project suggests with its run, and simulating leaves it as it is', () => {
  const { dir, json, write } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(40));
  json('new', 'p.entail', '--labels', 'labels.json');
  expect(json('import', 'p.entail', 'train.jsonl', '--absent', 'no')).toMatchObject({
    added: 40,
    annotated: 40,
  });
  const { curve, steps } = json<{
    curve: { strategy: string; seed: number; documents: number; macroF1: number }[];
    steps: { strategy: string; documents: number; macroF1: { mean: number; interval: number } }[];
  }>(
    'simulate',
    'p.entail',
    '--gold',
    'train.jsonl',
    '--strategy',
    'mix',
    'random',
    '--budget',
    '16',
    '--step',
    '8',
    '--seeds',
    '2',
    '--train-every',
    '16',
    '--epochs',
    '2',
    '--plot',
    join(dir, 'curves.svg'),
  );
  const one = ['mix', 'random'].flatMap((strategy) => [0, 8, 16].map((documents) => [strategy, documents]));
  expect(curve.map(({ strategy, documents }) => [strategy, documents])).toEqual([...one, ...one]);
  expect(curve.map(({ seed }) => seed)).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  expect(steps.map(({ strategy, documents }) => [strategy, documents])).toEqual(one);
  for (const { documents, strategy, macroF1 } of steps) {
    const own = curve.filter((point) => point.strategy === strategy && point.documents === documents);
    expect(macroF1.mean).toBeCloseTo((own[0]!.macroF1 + own[1]!.macroF1) / 2, 9);
    // Half the distance of two values is their standard error; 12.706 is Student's t at one degree of freedom.
    expect(macroF1.interval).toBeCloseTo((12.706 * Math.abs(own[0]!.macroF1 - own[1]!.macroF1)) / 2, 6);
  }
  expect(readFileSync(join(dir, 'curves.svg'), 'utf8')).toMatch(
    /^<svg.*macro F1.*>mix<\/text>.*>random<\/text>/s,
  );
  expect(json('bench', '--repeats', '1')).toHaveProperty('pairsPerSecond');
}, 300_000);

test('a training killed −9 and resumed gives the losses and weights of one that was never interrupted', async () => {
  const { dir, env, json, write } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(40));
  json('new', 'p.entail', '--labels', 'labels.json');
  json('import', 'p.entail', 'train.jsonl', '--absent', 'no');
  const options = ['--epochs', '300', '--patience', '300', '--batch', '4', '--seed', '7'];
  const whole = json<{ losses: number[] }>('train', 'p.entail', ...options);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../cli/entail.js'), 'train', 'p.entail', ...options],
    { cwd: dir, env, stdio: 'ignore' },
  );
  const checkpoints = join(dir, 'home', 'checkpoints');
  const written = () =>
    existsSync(checkpoints) &&
    readdirSync(checkpoints, { recursive: true, encoding: 'utf8' }).some((name) =>
      name.endsWith('checkpoint.json'),
    );
  while (!written()) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const resumed = json<{ run: number; losses: number[] }>('train', 'p.entail', '--resume', '2');
  expect(resumed.run).toBe(2);
  expect(resumed.losses).toEqual(whole.losses);
  json('export', 'p.entail', '--run', '1', '--to', 'one');
  json('export', 'p.entail', '--run', '2', '--to', 'two');
  const bytes = (name: string) => readFileSync(join(dir, name, 'onnx', 'model.onnx'));
  expect(bytes('two').equals(bytes('one'))).toBe(true);
}, 300_000);
