import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportFormats } from '../../../backend/exporting/index.ts';
import { bytesOf, formatOf, recordsOf, sidecarsOf, textOf } from './output.ts';
import { annotation, decisions, exampleSource, sourceOf } from './source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

test('the documentation names every format', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'command-line.md'), 'utf8');
  const row = page.split('\n').find((line) => line.includes('`export-data`'));
  for (const { title } of exportFormats.values()) expect(row).toContain(title.split(',')[0]);
});

test('two exports are the same to the byte', () => {
  for (const name of exportFormats.keys()) {
    expect(bytesOf(name, source, everything).equals(bytesOf(name, exampleSource(), everything))).toBe(true);
    expect(sidecarsOf(name, source)).toEqual(sidecarsOf(name, exampleSource()));
  }
});

test('10: other fields of any name are kept, and mean nothing to who reads the file', () => {
  const keys = [
    'id',
    'text',
    'label',
    'labels',
    'answer',
    'data',
    'cats',
    'x.responses',
    '__proto__',
    'meta.id',
    'tags',
    '',
  ];
  const odd = sourceOf(
    ['a'],
    [
      {
        text: 'the text',
        meta: new Map(keys.map((key) => [key, `of ${key}`])),
        annotations: [annotation('ada', { decisions: decisions('a') })],
      },
    ],
  );
  const values = keys.map((key) => `of ${key}`).sort();
  const kept = (record: object) =>
    Object.values(record).filter((value) => typeof value === 'string' && value.startsWith('of '));
  const found: Record<string, object> = {
    jsonl: recordsOf('jsonl', odd)[0]!.meta as object,
    'label-studio': recordsOf('label-studio', odd)[0]!.data as object,
    prodigy: recordsOf('prodigy', odd)[0]!.meta as object,
    argilla: recordsOf('argilla', odd)[0]!.metadata as object,
    'argilla-flat': recordsOf('argilla-flat', odd)[0]!,
    doccano: recordsOf('doccano', odd)[0]!,
    hf: recordsOf('hf', odd)[0]!,
    spacy: recordsOf('spacy', odd)[0]!.meta as object,
  };
  for (const [name, record] of Object.entries(found))
    expect([name, kept(record).sort()]).toEqual([name, values]);
  expect(found.hf).toMatchObject({
    text: 'the text',
    labels: ['a'],
    'meta.text': 'of text',
    'meta.id_': 'of id',
  });
  const [header, row] = textOf('csv', odd)
    .split('\n')
    .map((line) => line.split(','));
  expect(kept(row!).sort()).toEqual(values);
  expect(new Set(header).size).toBe(header!.length);
  expect(({} as Record<string, unknown>).of).toBeUndefined();
});

test('13: labels of any name are written as they are', () => {
  const names = [
    '__proto__',
    'constructor',
    '$&',
    '{}',
    'a,b;c|d#e',
    'two\nlines',
    '"q"',
    '=1',
    'A',
    'a',
    '10',
    '2',
  ];
  const odd = sourceOf(names, [
    { text: 'x', annotations: [annotation('ada', { decisions: decisions(...names) })] },
  ]);
  expect(recordsOf('jsonl', odd)[0]!.labels).toEqual(names);
  expect(recordsOf('prodigy', odd)[0]!.accept).toEqual(names);
  expect(recordsOf('argilla', odd)).toMatchObject([{ responses: { labels: [{ value: names }] } }]);
  expect(recordsOf('hf', odd)[0]!.labels).toEqual(names);
  expect(recordsOf('doccano', odd)[0]!.label).toEqual([...names].sort());
  expect(Object.keys(recordsOf('spacy', odd)[0]!.cats as object).sort()).toEqual([...names].sort());
  expect(recordsOf('nli-pairs', odd).map(({ label_name: name }) => name)).toEqual(names);
  expect(recordsOf('prodigy-binary', odd).map(({ label: name }) => name)).toEqual(names);
});

test('every format says what it is', () => {
  for (const [name, format] of exportFormats) {
    expect(format).toBe(formatOf(name));
    expect(format.description).not.toBe('');
    expect(format.extension).toMatch(/^\.[a-z]+$/);
  }
});
