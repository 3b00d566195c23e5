import { expect, test } from 'vitest';
import { readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, inShort, jsonl } from './support.ts';

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
