import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { type ImportOptions, ROLES } from '../../../../backend/importing/options.ts';
import { lookAt } from '../../../../backend/importing/read.ts';
import { fileReport } from '../../../../backend/importing/report.ts';
import { fileWith, found } from './support.ts';

const WHEN = '2025-01-01T00:00:00Z';

/** What the report says of each field: "role: names". */
async function roles(path: string, options: ImportOptions = {}): Promise<Record<string, string[]>> {
  const { columns, notUsed } = fileReport(basename(path), await lookAt(path, options));
  const by = Object.groupBy(columns, ({ role }) => role);
  expect(notUsed).toEqual((by.ignore ?? []).map(({ column }) => column));
  return Object.fromEntries(Object.entries(by).map(([role, all]) => [role, all.map(({ column }) => column)]));
}

test('every field of a full task of Label Studio is told: what it is taken for, or that it is not used', async () => {
  const result = [{ type: 'choices', from_name: 'c', to_name: 'text', value: { choices: ['late'] } }];
  const path = fileWith('tasks.json', [
    {
      id: 7,
      data: { text: 'The parcel came late', order: 'A1' },
      annotations: [{ id: 3, completed_by: 1, result, was_cancelled: false, lead_time: 3, updated_at: WHEN }],
      predictions: [],
      inner_id: 1,
      created_at: WHEN,
    },
  ]);
  expect(await roles(path)).toEqual({
    text: ['text'],
    id: ['id'],
    meta: ['order'],
    labels: ['annotations.result'],
    annotator: ['annotations.completed_by'],
    status: ['annotations.was_cancelled'],
    seconds: ['annotations.lead_time'],
    time: ['annotations.updated_at'],
    suggestions: ['predictions'],
    ignore: ['annotations.id', 'task.inner_id', 'task.created_at'],
  });
});

const FLAT = [
  {
    ...{ id: 7, text: 'The parcel came late', order: 'A1', tone: 'late', annotator: 1 },
    ...{ annotation_id: 3, created_at: WHEN, updated_at: WHEN, lead_time: 3 },
  },
];

test('and of a flat one, whose choices may be said to be none', async () => {
  const path = fileWith('min.json', FLAT);
  expect(await roles(path)).toEqual({
    text: ['text'],
    id: ['id'],
    // What lies between the tool's own fields may be an answer.
    labels: ['order', 'tone'],
    annotator: ['annotator'],
    time: ['updated_at'],
    seconds: ['lead_time'],
    ignore: ['annotation_id', 'created_at'],
  });
  const options = { columns: [{ column: 'order', role: 'meta' as const }] };
  expect(await roles(path, options)).toMatchObject({ labels: ['tone'], meta: ['order'] });
  expect((await found(path, options)).documents).toEqual([
    { id: '7', text: 'The parcel came late', meta: { order: 'A1' }, labels: { late: 'yes' } },
  ]);
});

test('where it is unclear which field of a task is the text, all can be chosen, and the one that is chosen is it', async () => {
  const path = fileWith('tasks.json', [
    { id: 7, data: { title: 'A parcel', body: 'It came late' }, annotations: [] },
  ]);
  const { columns } = await lookAt(path, {});
  const free = columns?.columns.filter(({ choices }) => choices?.includes('text'));
  expect(free?.map(({ name, role }) => [name, role])).toEqual([
    ['title', 'meta'],
    ['body', 'meta'],
  ]);
  const options = { columns: [{ column: 'body', role: 'text' as const }] };
  expect(await roles(path, options)).toMatchObject({ text: ['body'], meta: ['title'] });
  expect((await found(path, options)).documents).toMatchObject([{ text: 'It came late' }]);
});

test('of doccano, also where our own fields come back', async () => {
  const line = { id: 1, text: 'The parcel came late', label: ['late'], Comments: ['hm'], source: 'web' };
  expect(await roles(fileWith('a.jsonl', line))).toEqual({
    text: ['text'],
    id: ['id'],
    labels: ['label'],
    note: ['Comments'],
    meta: ['source'],
  });
  expect(await roles(fileWith('a.jsonl', { ...line, entail_id: 'a', entail_comment: 'x' }))).toEqual({
    text: ['text'],
    id: ['entail_id'],
    labels: ['label'],
    note: ['Comments', 'entail_comment'],
    meta: ['source'],
    ignore: ['id'],
  });
});

test('of spaCy, whose fields beside the text are kept but for what it found in it', async () => {
  const path = fileWith('a.jsonl', {
    ...{ id: 'a', text: 'The parcel came late', cats: { late: 1 }, url: 'x', tokens: [1] },
    meta: { who: 'me' },
  });
  expect(await roles(path)).toEqual({
    text: ['text'],
    id: ['id'],
    labels: ['cats'],
    meta: ['meta.who', 'url'],
    ignore: ['tokens'],
  });
  expect((await found(path)).documents).toMatchObject([{ meta: { url: 'x', who: 'me' } }]);
  const pairs = fileWith('b.json', [['The parcel came late', { cats: { late: 1 }, entities: [] }]]);
  expect(await roles(pairs)).toEqual({ text: ['text'], labels: ['cats'], ignore: ['entities'] });
});

test('of Prodigy', async () => {
  const path = fileWith('a.jsonl', {
    ...{ text: 'The parcel came late', label: 'late', answer: 'accept', _timestamp: 1, _input_hash: 1 },
    meta: { id: 'q', source: 'x' },
  });
  expect(await roles(path)).toEqual({
    text: ['text'],
    id: ['meta.id'],
    meta: ['meta.source'],
    labels: ['label', 'answer'],
    time: ['_timestamp'],
    ignore: ['_input_hash'],
  });
});

test('a field beside the text may be left out or be the id, and the report says so', async () => {
  const columns = [
    { column: 'order', role: 'id' as const },
    { column: 'source', role: 'ignore' as const },
  ];
  const data = { text: 'The parcel came late', order: 'A1', source: { page: 1 }, kept: 'x' };
  const task = fileWith('tasks.json', [{ id: 7, data, annotations: [] }]);
  const line = fileWith('a.jsonl', { id: 7, ...data, label: ['late'], Comments: [] });
  for (const path of [task, line]) {
    expect((await found(path, { columns })).documents).toMatchObject([{ id: 'A1', meta: { kept: 'x' } }]);
    const said = await roles(path, { columns });
    expect(said).toMatchObject({ id: ['order'], meta: ['kept'] });
    expect(said.ignore).toEqual(expect.arrayContaining(['id', 'source']));
  }
});

test('a field that is called as what every object has is a field like others', async () => {
  const strange = { constructor: 1, toString: 2, __proto__x: 3 };
  const answers = [{ result: [], ...strange }];
  for (const path of [
    fileWith('a.json', [
      { id: 7, data: { text: 'one', ...strange }, annotations: answers, predictions: answers },
    ]),
    fileWith(
      'b.json',
      FLAT.map((task) => ({ ...task, ...strange })),
    ),
    fileWith('c.jsonl', { text: 'one', answer: 'accept', label: 'late', ...strange, meta: strange }),
    fileWith('d.jsonl', { text: 'one', label: ['late'], Comments: [], ...strange }),
    fileWith('e.jsonl', { text: 'one', cats: { late: 1 }, ...strange, meta: strange }),
  ])
    expect(Object.keys(await roles(path)).every((role) => ROLES.some((one) => one === role))).toBe(true);
});
