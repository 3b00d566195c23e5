import { expect, test } from 'vitest';
import { lookAt } from '../../../../backend/importing/read.ts';
import { fileWith, formatIn, found } from './support.ts';

const LATE = { id: 'a', text: 'It came late.', labels: { late: 'yes' } };
const WET = { id: 'b', text: 'It was wet.', labels: { wet: 'yes' } };

/** The same table in every way that pandas and others write it into one object. */
const TABLES: Readonly<Record<string, object>> = {
  columns: {
    id: { 0: 'a', 1: 'b' },
    text: { 0: LATE.text, 1: WET.text },
    label: { 0: 'late', 1: 'wet' },
  },
  index: {
    0: { id: 'a', text: LATE.text, label: 'late' },
    1: { id: 'b', text: WET.text, label: 'wet' },
  },
  split: {
    columns: ['id', 'text', 'label'],
    index: [0, 1],
    data: [
      ['a', LATE.text, 'late'],
      ['b', WET.text, 'wet'],
    ],
  },
  table: {
    schema: { fields: [{ name: 'id' }], pandas_version: '1.4.0' },
    data: [
      { id: 'a', text: LATE.text, label: 'late' },
      { id: 'b', text: WET.text, label: 'wet' },
    ],
  },
  lists: { id: ['a', 'b'], text: [LATE.text, WET.text], label: ['late', 'wet'] },
  wrapped: {
    version: 2,
    documents: [
      { id: 'a', text: LATE.text, label: 'late' },
      { id: 'b', text: WET.text, label: 'wet' },
    ],
  },
  viewer: {
    features: [{ name: 'text' }],
    rows: [
      { row_idx: 0, row: { id: 'a', text: LATE.text, label: 'late' } },
      { row_idx: 1, row: { id: 'b', text: WET.text, label: 'wet' } },
    ],
  },
};

test.each(Object.entries(TABLES))('%s, on one line and on many', async (_, table) => {
  for (const text of [JSON.stringify(table), JSON.stringify(table, null, 2)]) {
    const path = fileWith('table.json', text);
    expect(await formatIn(path)).toBe('json-table');
    expect(await found(path)).toEqual({ documents: [LATE, WET], told: [] });
  }
});

test('one document with lists in it, and lines of objects, are no table', async () => {
  expect(await formatIn(fileWith('a.json', { text: 'one', suggestions: [{ label: 'a', score: 1 }] }))).toBe(
    'json',
  );
  expect(await formatIn(fileWith('a.jsonl', '{"rows":[{"text":"one"}]}\n{"rows":[{"text":"two"}]}\n'))).toBe(
    'jsonl',
  );
});

test('columns can be chosen, and a column of a label each is one', async () => {
  const path = fileWith('t.json', {
    a: { 0: 'one two', 1: 'three four' },
    b: { 0: 'five six', 1: 'seven' },
    late: { 0: true, 1: null },
    n: { 0: 3, 1: 4 },
  });
  const options = { columns: [{ column: 'b', role: 'text' as const }] };
  const { columns } = await lookAt(path, options);
  expect(columns?.columns.map(({ name, role }) => [name, role])).toEqual([
    ['a', 'meta'],
    ['b', 'text'],
    ['late', 'label'],
    ['n', 'meta'],
  ]);
  expect((await found(path, options)).documents).toEqual([
    { id: null, text: 'five six', meta: { a: 'one two', n: 3 }, labels: { late: 'yes' } },
    { id: null, text: 'seven', meta: { a: 'three four', n: 4 } },
  ]);
});

const NAMED = { 't-1': { text: 'one two', label: 'late' }, 't-2': { text: 'three four', label: 'wet' } };

test.each([
  ['index', NAMED],
  ['columns', { text: { 't-1': 'one two', 't-2': 'three four' }, label: { 't-1': 'late', 't-2': 'wet' } }],
  [
    'split',
    {
      columns: ['text', 'label'],
      index: ['t-1', 't-2'],
      data: [
        ['one two', 'late'],
        ['three four', 'wet'],
      ],
    },
  ],
])('names of rows (orient %s) are their ids', async (_, table) => {
  expect((await found(fileWith('t.json', table))).documents).toEqual([
    { id: 't-1', text: 'one two', labels: { late: 'yes' } },
    { id: 't-2', text: 'three four', labels: { wet: 'yes' } },
  ]);
});

test('numbers of rows that do not count them are kept beside the text, and so are names beside ids', async () => {
  const numbered = { 10: { text: 'one two' }, 14: { text: 'three four' } };
  expect((await found(fileWith('t.json', numbered))).documents).toEqual([
    { id: null, text: 'one two', meta: { index: '10' } },
    { id: null, text: 'three four', meta: { index: '14' } },
  ]);
  const both = { a: { id: 7, text: 'one two' }, b: { id: 8, text: 'three four' } };
  expect((await found(fileWith('t.json', both))).documents).toEqual([
    { id: '7', text: 'one two', meta: { index: 'a' } },
    { id: '8', text: 'three four', meta: { index: 'b' } },
  ]);
});
