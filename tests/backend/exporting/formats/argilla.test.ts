import { expect, test } from 'vitest';
import { personId } from '../../../../backend/importing/carried.ts';
import { recordsOf, sidecarsOf } from '../output.ts';
import { exampleSource } from '../source.ts';

// Made of the names: Argilla takes nothing but UUIDs.
const ADA = personId('ada');
const BOB = personId('bob');
const source = exampleSource();
const everything = { includeUnfinished: true };

test('argilla: nested records', () => {
  const records = recordsOf('argilla', source, everything);
  expect(records[0]).toEqual({
    id: 'd1',
    fields: { text: 'The box came late, I want my money back.' },
    metadata: { source: 'mail', annotated_by: ['ada'] },
    suggestions: { labels: { value: ['late delivery', 'refund'], score: [0.97, 0.91], agent: 'base' } },
    responses: { labels: [{ value: ['late delivery', 'refund'], user_id: ADA, status: 'submitted' }] },
    vectors: {},
    _server_id: null,
  });
  expect(records[1]).toMatchObject({ responses: { labels: [{ value: ['none apply'] }] }, suggestions: {} });
  expect(records[2]).toMatchObject({ metadata: { split: 'test' }, responses: {} });
  expect(records[5]).toMatchObject({ responses: { labels: [{ user_id: ADA }, { user_id: BOB }] } });
  expect(recordsOf('argilla', source)).toHaveLength(3);
  const named = recordsOf('argilla', source, { modelName: 'our model', threshold: 0 });
  expect(named[0]).toMatchObject({
    suggestions: { labels: { score: [0.97, 0.91, 0.02], agent: 'our model' } },
  });
});

test('argilla: people are UUIDs, the same for the same name', () => {
  const made = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const name of ['ada', 'Ben Ö.', '', 'ada@example.org']) expect(personId(name)).toMatch(made);
  expect(ADA).toBe('d63e4d26-5edd-59f7-9ef3-309cd3eef35b');
  expect(ADA).not.toBe(BOB);
  const own = '0F8FAD5B-D9CB-469F-A165-70867728950E';
  expect(personId(own)).toBe(own.toLowerCase());
});

test('argilla-flat: a status per response, and every column in every row', () => {
  const rows = recordsOf('argilla-flat', source, everything);
  expect(rows[0]).toEqual({
    id: 'd1',
    text: 'The box came late, I want my money back.',
    source: 'mail',
    split: null,
    'labels.responses': [['late delivery', 'refund']],
    annotated_by: ['ada'],
    'labels.responses.users': [ADA],
    'labels.responses.status': ['submitted'],
    'labels.suggestion': ['late delivery', 'refund'],
    'labels.suggestion.score': [0.97, 0.91],
    'labels.suggestion.agent': 'base',
  });
  for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(rows[0]!));
  expect(rows[2]).toMatchObject({ 'labels.responses': [['praise']], 'labels.responses.status': ['draft'] });
  expect(rows[3]).toMatchObject({ source: null, 'labels.responses': null, 'labels.suggestion': null });
  expect(rows[4]).toMatchObject({ 'labels.responses': [null], 'labels.responses.status': ['discarded'] });
});

test('argilla: beside the records lie the accounts that the server must have, and the settings of the dataset', () => {
  const files = new Map(sidecarsOf('argilla', source));
  expect(JSON.parse(files.get('folder/data.x.users.json')!)).toEqual([
    { id: ADA, username: 'ada' },
    { id: BOB, username: 'bob' },
  ]);
  const { questions } = JSON.parse(files.get('folder/data.x.settings.json')!) as {
    questions: { name: string; settings: { options: { value: string }[] } }[];
  };
  expect(questions.map(({ name }) => name)).toEqual(['labels']);
  expect(questions[0]?.settings.options.map(({ value }) => value)).toEqual([
    ...source.labels.map(({ name }) => name),
    'none apply',
  ]);
});
