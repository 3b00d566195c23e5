import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, found, inShort, jsonl } from './support.ts';

test('Argilla, nested and flat', async () => {
  const nested = [
    {
      id: 'd1',
      fields: { text: 'The box was late.' },
      metadata: { source: 'mail' },
      suggestions: { topics: { value: ['late'], score: [0.97], agent: 'base' } },
      responses: { topics: [{ value: ['late', 'refund'], user_id: 'u1' }] },
      vectors: {},
      _server_id: null,
    },
    { id: 'd2', fields: { text: 'Not opened.' }, metadata: {}, suggestions: {}, responses: {} },
  ];
  expect((await inShort(fileWith('n.json', JSON.stringify(nested)))).documents).toEqual([
    'd1 | The box was late. | done closed late refund @u1',
    'd2 | Not opened.',
  ]);
  const flat = jsonl(
    {
      id: 'd1',
      text: 'The box was late.',
      source: 'mail',
      'topics.responses': [['late'], []],
      'topics.responses.users': ['u1', 'u2'],
      'topics.responses.status': ['submitted', 'discarded'],
      'topics.suggestion': ['late'],
      'topics.suggestion.score': [0.9],
      'topics.suggestion.agent': 'base',
    },
    {
      id: 'd2',
      text: 'Not opened.',
      'topics.responses': null,
      'topics.responses.users': null,
      'topics.responses.status': null,
    },
    { id: 'd3', text: 'Broken.', 'topics.responses': [['late']], 'topics.responses.users': [] },
  );
  const { documents, problems } = await inShort(fileWith('f.jsonl', flat));
  expect(documents).toEqual([
    'd1 | The box was late. | done closed late @u1 | skipped open @u2',
    'd2 | Not opened.',
  ]);
  expect(problems).toEqual(['3: Responses, users and status are not equally many.']);
});

test('Argilla: the sample that a record belongs to is no field, unless it is none of ours', async () => {
  const nested = ['test', 'validation'].map((split) => ({
    fields: { text: 'The box was late.' },
    metadata: { split },
    responses: {},
  }));
  const flat = nested.map(({ metadata }) => ({
    text: 'The box was late.',
    ...metadata,
    'topics.responses': [],
  }));
  for (const file of [fileWith('n.json', JSON.stringify(nested)), fileWith('f.jsonl', jsonl(...flat))]) {
    const documents: unknown[] = [];
    for await (const item of readDocuments(file, {}))
      if (item.kind === 'document') documents.push([item.document.split, item.document.meta.get('split')]);
    expect(documents).toEqual([
      ['test', undefined],
      [null, 'validation'],
    ]);
  }
});

const answers = [[['late'], ['refund'], ['late']], null];
const FLAT_PARQUET: Parameters<typeof parquetWriteBuffer>[0]['columnData'] = [
  { name: 'id', data: ['d1', 'd2'], type: 'STRING' },
  { name: 'text', data: ['The box was late.', 'Not opened.'], type: 'STRING' },
  { name: 'urgent', data: [true, false], type: 'BOOLEAN' },
  { name: 'topics.responses', data: answers, type: 'JSON' },
  { name: 'topics.responses.users', data: [['u1', 'u2', 'u3'], null], type: 'JSON' },
  { name: 'topics.responses.status', data: [['submitted', 'draft', 'discarded'], null], type: 'JSON' },
];

test('Parquet of a data set of Argilla is read as its JSON Lines: drafts are none, fields no labels', async () => {
  const path = fileWith('a.parquet', new Uint8Array(parquetWriteBuffer({ columnData: FLAT_PARQUET })));
  expect(await inShort(path)).toMatchObject({
    documents: [
      'd1 | The box was late. | done closed late @u1 | draft open refund @u2 | skipped open @u3',
      'd2 | Not opened.',
    ],
    problems: [],
  });
  expect((await found(path)).documents.map(({ meta }) => meta)).toEqual([
    { urgent: true },
    { urgent: false },
  ]);
});

test('answers of Argilla without a status are told', async () => {
  const record = (status?: string) => [
    {
      fields: { text: 'Late.' },
      responses: { topics: [{ value: ['late'], user_id: 'u1', ...(status && { status }) }] },
    },
  ];
  const notes = async (content: object) => {
    const texts: string[] = [];
    for await (const item of readDocuments(fileWith('a.json', content), {}))
      if (item.kind === 'note') texts.push(item.text);
    return texts;
  };
  expect(await notes(record())).toEqual([expect.stringContaining('no status of answers')]);
  expect(await notes(record('submitted'))).toEqual([]);
});
