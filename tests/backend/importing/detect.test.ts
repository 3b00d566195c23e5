import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFormats } from '../../../backend/importing/formats/all.ts';
import type { ImportOptions } from '../../../backend/importing/options.ts';
import { previewFile } from '../../../backend/importing/preview.ts';
import { lookAt, readDocuments } from '../../../backend/importing/read.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function file(name: string, content: string | object): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function read(path: string, options: ImportOptions = {}) {
  const found: unknown[] = [];
  for await (const item of readDocuments(path, options)) {
    if (item.kind === 'problem') found.push([item.problem.place.record, item.problem.reason]);
    else if (item.kind === 'document')
      found.push([
        item.document.text,
        ...item.document.annotations.flatMap(({ absence, decisions }) => [absence, ...decisions]),
      ]);
  }
  return found;
}

/** A file of each format: its name, what is in it, and the sign by which it is known. */
const SAMPLES: Readonly<Record<string, readonly [string, string | object, object]>> = {
  'label-studio': [
    'a.json',
    [{ data: { text: 'one' }, annotations: [] }],
    { kind: 'fields', names: ['data'] },
  ],
  'argilla-1': [
    'a.jsonl',
    { text: 'one', multi_label: true, annotation: null },
    { kind: 'fields', names: ['multi_label'] },
  ],
  argilla: [
    'a.jsonl',
    { text: 'one', 'topics.responses': null },
    { kind: 'fields', names: ['topics.responses'] },
  ],
  'ground-truth': [
    'a.jsonl',
    { source: 'one', job: 0, 'job-metadata': { 'class-name': 'a' } },
    { kind: 'fields', names: ['job-metadata'] },
  ],
  prodigy: ['a.jsonl', { text: 'one', label: 'a', answer: 'accept' }, { kind: 'fields', names: ['answer'] }],
  spacy: ['a.jsonl', { text: 'one', cats: { a: 1 } }, { kind: 'fields', names: ['cats'] }],
  'spacy-tuples': ['a.json', [['one', { cats: { a: 1 } }]], { kind: 'fields', names: ['cats'] }],
  doccano: ['a.jsonl', { text: 'one', Comments: [] }, { kind: 'fields', names: ['Comments'] }],
  'json-table': [
    'a.json',
    { columns: ['text'], data: [['one']] },
    { kind: 'fields', names: ['columns', 'data'] },
  ],
  'json-lists': [
    'a.json',
    [
      ['id', 'text'],
      [1, 'one'],
    ],
    { kind: 'records' },
  ],
  jsonl: ['a.dat', '{"text": "one"}\n{"text": "two"}\n', { kind: 'records' }],
  json: ['a.dat', [{ text: 'one' }], { kind: 'records' }],
  fasttext: ['a.txt', '__label__a one\n__label__b two\n', { kind: 'lines', start: '__label__' }],
  tsv: ['a.tsv', 'id\ttext\n1\tone\n', { kind: 'ending', ending: '.tsv' }],
  markdown: ['a.md', '# One\n\nTwo.\n', { kind: 'ending', ending: '.md' }],
  html: ['a.dat', '<!DOCTYPE html><p>One.', { kind: 'bytes' }],
  eml: ['a.dat', 'From: a@b.c\nTo: d@e.f\nSubject: One\n\nTwo\n', { kind: 'lines', start: 'From:' }],
  mbox: [
    'a.dat',
    'From a@b.c Fri Jan  3 10:00:00 2025\nSubject: One\n\nTwo\n',
    { kind: 'lines', start: 'From ' },
  ],
  csv: ['a.dat', 'id;text\n1;one\n', { kind: 'delimiter', delimiter: ';' }],
  text: ['a.log', 'one line\nanother\n', { kind: 'rest' }],
};

test.each(Object.entries(SAMPLES))('%s is known by its content, and says by what', async (id, sample) => {
  const [name, content, sign] = sample;
  const look = await lookAt(file(name, content), {});
  expect([look.format.id, look.sign]).toEqual([id, sign]);
});

test('every format is tried above, but for those that are known otherwise', () => {
  // Files of bytes in tests of their own, one document per file in folders; the others are JSON under another name.
  const others = [
    'argilla-parquet',
    'parquet',
    'document',
    'hf',
    'folder',
    'gzip',
    'zip',
    'xlsx',
    'ods',
    'docx',
    'pdf',
  ];
  expect([...importFormats.keys()].sort()).toEqual([...Object.keys(SAMPLES), ...others].sort());
});

test('a format that is named is taken, and the preview says so; an unknown one is refused', async () => {
  const path = file('a.csv', 'id,text\n1,one two\n');
  expect(await previewFile(path, { format: 'text' })).toMatchObject({
    format: { id: 'text', sign: null },
    rows: [{ text: 'id,text' }, { text: '1,one two' }],
  });
  expect(await previewFile(path, {})).toMatchObject({ format: { id: 'csv' }, rows: [{ text: 'one two' }] });
  expect((await previewFile(path, { format: 'nope' })).failure).toMatchObject({ code: 'format_unknown' });
});

test('a file of bytes is read as what it is, whatever it is said to be', async () => {
  await expect(read(file('a.csv', 'PAR1 but nothing else'), { format: 'csv' })).rejects.toMatchObject({
    code: 'parquet_broken',
  });
});

test('the delimiter of a table can be said', async () => {
  const path = file('a.csv', 'text~labels\none, two; three~a\nfour, five~b\n');
  expect(await read(path, { delimiter: '~' })).toEqual([
    ['one, two; three', 'open', ['a', 'yes']],
    ['four, five', 'open', ['b', 'yes']],
  ]);
});

test('columns have roles, in their order', async () => {
  const table = 'nr,id,text,late,wet,status,comment\n7,a,one two,1,0,done,why\n8,b,three four,0,1,done,\n';
  const { columns } = await lookAt(file('a.csv', table), {});
  expect(columns?.columns.map(({ name, role }) => [name, role])).toEqual([
    ['nr', 'meta'],
    ['id', 'id'],
    ['text', 'text'],
    ['late', 'label'],
    ['wet', 'label'],
    // Of our own tables these mean something; this is none.
    ['status', 'meta'],
    ['comment', 'meta'],
  ]);
  const record = { key: 1, labels: [], rejected: [], text: 'one', at: '2024-01-01' };
  expect((await lookAt(file('a.jsonl', record), {})).columns?.columns.map(({ role }) => role)).toEqual([
    'meta',
    'labels',
    'rejected',
    'text',
    'time',
  ]);
});

test('pairs of spaCy: from 0.5 on a yes, below a no, the rest undecided', async () => {
  const pairs = [
    ['It is late.', { cats: { late: 1, wet: 0 } }],
    ['Nothing here.', { cats: {} }],
    { text: 'no pair' },
    ['It is wet.', { cats: { wet: true }, entities: [] }],
  ];
  expect(await read(file('train.json', pairs))).toEqual([
    ['It is late.', 'said', ['late', 'yes'], ['wet', 'no']],
    ['Nothing here.'],
    [3, 'Not a pair of text and categories.'],
    ['It is wet.', 'said', ['wet', 'yes']],
  ]);
});
