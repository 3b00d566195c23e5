import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const entail = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../../cli/entail.js'), ...args], {
    encoding: 'utf8',
  });

function workspace() {
  const dir = temporaryFolder();
  const paths = {
    model: join(dir, 'model'),
    labels: join(dir, 'labels.json'),
    docs: join(dir, 'docs.jsonl'),
    out: join(dir, 'out.jsonl'),
  };
  writeTinyModel(paths.model);
  writeFileSync(paths.labels, JSON.stringify(['shipping', 'price', '__proto__']));
  writeFileSync(paths.docs, '{"id":"007","text":"the parcel came late"}\n{"text":"the price is high"}\n');
  const run = () =>
    entail(
      'predict',
      '--model',
      paths.model,
      '--labels',
      paths.labels,
      paths.docs,
      '--out',
      paths.out,
      '--json',
    );
  return { ...paths, run };
}

test('predict labels a file and prints one JSON document', () => {
  const { run, out } = workspace();
  const { status, stdout, stderr } = run();
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ documents: 2, labels: 3 });
  const rows = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; scores: object });
  expect(rows.map((r) => r.id)).toEqual(['007', '2']);
  expect(Object.keys(rows[0]!.scores)).toEqual(['shipping', 'price', '__proto__']);
});

test('8, 41: bad input gives one sentence with file and line, exit code 1 and no output file', () => {
  const { run, docs, model, labels, out } = workspace();
  const attempt = (path: string, content: string, sentence: string) => {
    const good = readFileSync(path);
    writeFileSync(path, content);
    const { status, stderr } = run();
    expect(stderr).toContain(sentence);
    expect([status, stderr.includes('    at '), existsSync(out)]).toEqual([1, false, false]);
    writeFileSync(path, good);
  };
  attempt(docs, '{"text":"a"}\n{"text":', 'Line 2 of');
  attempt(docs, '{"text":"a"}\nnull\n', 'Line 2 of');
  attempt(docs, '', 'is empty');
  attempt(labels, '{}', 'is no list of labels');
  attempt(labels, '["a","a"]', 'twice');
  attempt(join(model, 'model.onnx'), '', 'model.onnx');
  attempt(
    join(model, 'config.json'),
    '{"id2label":{"0":"LABEL_0","1":"LABEL_1","2":"LABEL_2"}}',
    'classes are unclear',
  );
});

test('79: wrong usage gives exit code 2', () => {
  expect(entail('predict').status).toBe(2);
  expect(entail('predict', '--nonsense').status).toBe(2);
  expect(entail('fly').status).toBe(2);
  expect(entail('--help').status).toBe(0);
});
