import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABELS_FILE, rows, workplace } from './support.ts';

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

function project() {
  const place = workplace();
  place.write('labels.json', LABELS_FILE);
  place.write('train.jsonl', rows(40));
  place.json('new', 'p.entail', '--labels', 'labels.json');
  place.json('import', 'p.entail', 'train.jsonl', '--absent', 'no');
  return place;
}

test('79: wrong usage exits with 2 and says what is right', () => {
  const { run } = project();
  for (const args of [
    ['--nonsense'],
    ['suggest'],
    ['suggest', 'p.entail', '--limit', '-1'],
    ['suggest', 'p.entail', '--limit', '1e99'],
    ['suggest', 'p.entail', '--device', 'abacus'],
    ['train', 'p.entail', '--lr', 'fast'],
    ['train', 'p.entail', '--batch', '0'],
    ['train', 'p.entail', '--seed', '18446744073709551616'],
    ['new'],
    ['predict', 'p.entail', '--out', 'x.csv'],
    ['predict', 'p.entail', 'train.jsonl', '--out', 'x.foo'],
    ['export-data', 'p.entail', '--format', 'stone-tablets', '--to', 'x'],
    ['evaluate', 'p.entail', '--on', 'train.jsonl', '--threshold', '2'],
  ]) {
    const { code, out, err } = run(args);
    expect([args, code]).toEqual([args, 2]);
    expect(out).toBe('');
    expect(err).not.toContain('    at ');
  }
  expect(run(['predict', 'p.entail', 'train.jsonl', '--out', 'x.foo']).err).toContain(
    'Let it end in .xlsx, .csv, .parquet or .jsonl.',
  );
  expect(run(['--help']).code).toBe(0);
  expect(run(['train', '--help']).out).toContain('--epochs');
});

test('what fails exits with 1, one sentence, the project as it was', () => {
  const { run, write, dir } = project();
  write('bad.json', '{"labels": 3}');
  write('unknown.jsonl', '{"id":"d1","labels":["colour"]}\n');
  write('nobody.jsonl', '{"id":"d1","labels":["price"]}\n{"id":"zz","labels":[]}\n');
  write('both.jsonl', '{"id":"d1","labels":["price"],"rejected":["price"]}\n');
  write('gold.jsonl', '{"id":"1","text":"the price"}\n');
  write('a.entail', 'not a project');
  write('gone.jsonl', '');
  const before = digest(join(dir, 'p.entail'));
  for (const [args, sentence] of [
    [['suggest', 'none.entail'], 'no project'],
    [['suggest', 'a.entail'], 'not an Entail project'],
    [['new', 'p.entail', '--labels', 'labels.json'], 'exists already'],
    [['new', 'q.entail', '--labels', 'bad.json'], 'no list of labels'],
    [['new', 'q.entail', '--labels', 'none.json'], 'no file'],
    [['import', 'p.entail', 'none.csv'], 'no file'],
    [['import', 'p.entail', 'gone.jsonl'], 'is empty'],
    [['annotate', 'p.entail', '--from', 'unknown.jsonl', '--as', 'ada'], 'no label "colour"'],
    [['annotate', 'p.entail', '--from', 'nobody.jsonl', '--as', 'ada'], 'Line 2 of "nobody.jsonl"'],
    [['annotate', 'p.entail', '--from', 'both.jsonl', '--as', 'ada'], 'both accepted and rejected'],
    [['annotate', 'p.entail', '--from', 'train.jsonl', '--as', ' '], 'needs a name'],
    [['evaluate', 'p.entail', '--on', 'gold.jsonl'], 'has no labels'],
    [['evaluate', 'p.entail', '--on', 'train.jsonl', '--threshold', 'tuned'], 'training run'],
    [['evaluate', 'p.entail', '--on', 'train.jsonl', '--run', '7'], 'no run 7'],
    [['export', 'p.entail', '--run', '7', '--to', 'out'], 'no run 7'],
    [['train', 'p.entail', '--resume', '7'], 'no run 7'],
    [['suggest', 'p.entail', '--model', 'no-such-folder'], 'no model "no-such-folder"'],
    [['suggest', 'p.entail', '--model', '../../x'], 'no model'],
    [['predict', 'p.entail', 'none.csv', '--out', 'x.jsonl'], 'no file'],
    [['predict', 'p.entail', 'train.jsonl', '--out', 'no/such/x.jsonl'], 'does not exist'],
  ] as [string[], string][]) {
    const { code, out, err } = run(args);
    expect([args.slice(0, 2), code, out]).toEqual([args.slice(0, 2), 1, '']);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n').length).toBe(1);
  }
  expect(digest(join(dir, 'p.entail'))).toBe(before);
  expect(existsSync(join(dir, 'q.entail'))).toBe(false);
  expect(readdirSync(dir).filter((name) => name.includes('partial'))).toEqual([]);
});

test('41: what is mistaken for a model is named', () => {
  const { run, dir } = project();
  for (const [name, content, sentence] of [
    ['empty', '', 'is empty'],
    ['text', 'this is a text about nothing at all, in English', 'looks like text'],
    ['page', '<!doctype html><html><body>404</body></html>', 'looks like a web page'],
    ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', 'Git LFS pointer'],
  ]) {
    const folder = join(dir, name!);
    mkdirSync(folder);
    for (const file of ['config.json', 'tokenizer.json'])
      writeFileSync(join(folder, file), readFileSync(join(dir, 'model', file)));
    writeFileSync(join(folder, 'model.onnx'), content!);
    const { code, err } = run(['suggest', 'p.entail', '--model', folder]);
    expect([name, code]).toEqual([name, 1]);
    expect(err).toContain(sentence);
  }
  const cut = join(dir, 'cut');
  mkdirSync(cut);
  for (const file of ['config.json', 'tokenizer.json'])
    writeFileSync(join(cut, file), readFileSync(join(dir, 'model', file)));
  writeFileSync(join(cut, 'model.onnx'), readFileSync(join(dir, 'model', 'model.onnx')).subarray(0, 900));
  const { code, err } = run(['suggest', 'p.entail', '--model', cut]);
  expect(code).toBe(1);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('48: classes without names are asked for, never guessed', () => {
  const { run, dir } = project();
  const path = join(dir, 'model', 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...config, id2label: { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' } }));
  const { code, err } = run(['suggest', 'p.entail']);
  expect(code).toBe(1);
  expect(err).toContain("The model's classes are unclear");
});

test('11, 12: ids stay as written, and what comes twice is said', () => {
  const { json, write, run } = project();
  write(
    'ids.jsonl',
    '{"id":12345678901234567890,"text":"one"}\n{"id":12345678901234567890,"text":"two"}\n{"id":"x","text":"one"}\n{"text":"one"}\n',
  );
  const report = json<{ added: number; known: number; sameText: number; problems: { reason: string }[] }>(
    'import',
    'p.entail',
    'ids.jsonl',
  );
  expect(report).toMatchObject({ added: 2, known: 1, sameText: 1 });
  expect(report.problems[0]!.reason).toContain('"12345678901234567890" belongs to another text');
  expect(run(['import', 'p.entail', 'ids.jsonl']).out).toContain('were there already');
});

test('14: labels that differ only in case become one, and that is told', () => {
  const { run, write } = project();
  write(
    'case.jsonl',
    '{"id":"n1","text":"one","labels":["Colour"]}\n{"id":"n2","text":"two","labels":["colour"]}\n',
  );
  const { code, out } = run(['import', 'p.entail', 'case.jsonl']);
  expect(code).toBe(0);
  expect(out).toContain('New labels: "Colour".');
  expect(out).toContain('Labels with another name in the project: colour → Colour.');
});

test('35: a read-only project is named', () => {
  const { run, dir } = project();
  if (process.getuid?.() === 0) {
    // Root may write everything, so the mode says nothing here.
    expect(run(['check', 'p.entail']).code).toBe(0);
    return;
  }
  chmodSync(join(dir, 'p.entail'), 0o444);
  chmodSync(dir, 0o555);
  const { code, err } = run(['suggest', 'p.entail']);
  chmodSync(dir, 0o755);
  expect(code).toBe(1);
  expect(err).toContain('cannot be written');
});

test('a text of 5,000 words is read to its last sentence', () => {
  const { json, write } = project();
  const filler = 'nice colour . '.repeat(1700);
  write(
    'long.jsonl',
    `${JSON.stringify({ id: 'a', text: filler })}\n${JSON.stringify({ id: 'b', text: `${filler}the parcel came late` })}\n`,
  );
  json('import', 'p.entail', 'long.jsonl');
  const { rows: scored } = json<{ rows: { id: string; scores: Record<string, number> }[] }>(
    'suggest',
    'p.entail',
  );
  const of = (id: string) => scored.find((row) => row.id === id)!.scores;
  expect(of('b').shipping).not.toBeCloseTo(of('a').shipping!, 6);
  expect(of('b').shipping).not.toBeCloseTo(of('b').price!, 6);
});

test('79: Ctrl-C while training stops in order, and the run goes on later', async () => {
  const { dir, env, json } = project();
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../../cli/entail.js'),
      'train',
      'p.entail',
      '--epochs',
      '1000',
      '--patience',
      '1000',
      '--held-out',
      '0',
    ],
    { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
    if (err.includes('Run 1') && !err.includes('Stopping')) setTimeout(() => child.kill('SIGINT'), 1500);
  });
  const asked = new Promise<number>((resolve) =>
    child.stderr.on('data', (c) => String(c).includes('Stopping') && resolve(performance.now())),
  );
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(performance.now() - (await asked)).toBeLessThan(2000);
  expect(code).toBe(1);
  expect(err).toContain('--resume 1');
  expect(json('check', 'p.entail')).toMatchObject({ ok: true });
}, 180_000);

test('labels called __proto__ and $& go through all of it', () => {
  const { json, write, dir } = workplace();
  write('labels.json', JSON.stringify(['__proto__', '$&', 'constructor']));
  write('docs.jsonl', '{"id":"1","text":"the price is high","labels":["__proto__"]}\n');
  json('new', 'p.entail', '--labels', 'labels.json');
  json('import', 'p.entail', 'docs.jsonl', '--absent', 'no');
  const { rows: scored } = json<{ rows: { scores: object }[] }>('suggest', 'p.entail');
  expect(Object.keys(scored[0]!.scores)).toEqual(['__proto__', '$&', 'constructor']);
  json('export-data', 'p.entail', '--format', 'jsonl', '--to', 'out.jsonl');
  expect(readFileSync(join(dir, 'out.jsonl'), 'utf8')).toContain(
    '"labels":["__proto__"],"rejected":["$&","constructor"]',
  );
});
