import { expect, test } from 'vitest';
import { fileWith, formatIn, found, inShort, jsonl } from './support.ts';

const two = { id: '2', text: 'two' };

test('NaN and Infinity of Python are empty fields, also in the first line; in a text they stay', async () => {
  const lines =
    '{"id": 1, "text": "NaN, -Infinity \\"NaN\\"", "a": NaN, "b": [-Infinity]}\n{"id": 2, "text": "two", "a": 0.5}\n';
  expect(await found(fileWith('a.jsonl', lines))).toEqual({
    documents: [
      { id: '1', text: 'NaN, -Infinity "NaN"' },
      { ...two, meta: { a: 0.5 } },
    ],
    told: [],
  });
});

test('a list in a field stays, as its JSON', async () => {
  const tags = { id: 2, text: 'two', sources: ['a, b', 'c'], more: { sizes: [1, 2.5], none: [] } };
  expect(await found(fileWith('a.jsonl', JSON.stringify(tags)))).toEqual({
    documents: [{ ...two, meta: { sources: '["a, b","c"]', 'more.sizes': '[1,2.5]' } }],
    told: [],
  });
});

test.each([
  ['a cut line', '{"id": 1, "text": "on', 'a.jsonl:1: Not valid JSON'],
  ['a comment', '# from the shop', 'a.jsonl:1: Not valid JSON'],
  ['a comma too many', '{"id": 1, "text": "one",}', 'a.jsonl:1: Not valid JSON'],
])('%s in the first line costs that line', async (_, first, reason) => {
  const { documents, told } = await found(fileWith('a.jsonl', `${first}\n{"id": 2, "text": "two"}\n`));
  expect(documents).toEqual([two]);
  expect(told).toEqual([expect.stringContaining(reason)]);
});

test('doccano before 1.5 is known by its annotations, whose labels are numbers', async () => {
  const row = { id: 7, text: 'one', meta: {}, annotation_approver: null };
  const path = fileWith('all.jsonl', { ...row, annotations: [{ label: 1, user: 1 }] });
  expect(await formatIn(path)).toBe('doccano');
  expect((await found(path)).told).toEqual([expect.stringContaining('numbers of a label list')]);
});

test('what only records beyond those that are looked at have is read as its name says, or kept, and told', async () => {
  const plain = Array.from({ length: 200_000 }, (_, i) => ({ id: `d${i}`, text: `no label of ${i}`, a: 7 }));
  const done = { text: 'One.', labels: ['late'], rejected: ['price'], status: 'done', comment: 'hm' };
  const path = fileWith(
    'a.jsonl',
    [...plain, { id: 'x', ...done, urgent: true }, { id: 'y', text: 'Two.', a: 2, more: 'so' }]
      .map((record) => JSON.stringify(record))
      .join('\n'),
  );
  const { documents, told } = await found(path);
  expect(documents.slice(200_000)).toEqual([
    { id: 'x', text: 'One.', labels: { late: 'yes', price: 'no' }, meta: { urgent: true } },
    { id: 'y', text: 'Two.', meta: { a: 2, more: 'so' } },
  ]);
  expect(told).toEqual([
    'a.jsonl: The first records do not have all fields; later ones also have "labels" (read as labels), "rejected" (read as rejected), "status" (read as status), "comment" (read as note), "urgent" (kept beside the text), "more" (kept beside the text).',
  ]);
});

test("scores that only later records have make labels beside them a model's", async () => {
  const plain = Array.from({ length: 600 }, (_, i) => ({ id: `d${i}`, text: `no label of ${i}` }));
  const scored = { id: 'z', text: 'Three.', scores: { late: 0.9 }, labels: ['late'] };
  const [last] = (await found(fileWith('b.jsonl', jsonl(...plain, scored)))).documents.slice(-1);
  expect(last).not.toHaveProperty('labels');
});

test('plain JSONL: labels, rejected, none apply, unlabelled', async () => {
  const path = fileWith(
    'a.jsonl',
    jsonl(
      { id: 'd1', text: 'The box was late.', labels: ['late delivery', 'refund'] },
      { id: 'd2', text: 'Closed on Monday.', labels: [] },
      { id: 'd3', text: 'Kind people!', labels: ['praise'], rejected: ['refund'] },
      { id: 'd4', text: 'Not opened.' },
      { id: 'd5', text: 'One label.', label: 'praise', split: 'test' },
      { id: 'd6', text: 'Unknown.', labels: null },
    ),
  );
  expect((await inShort(path)).documents).toEqual([
    'd1 | The box was late. | done late delivery refund',
    'd2 | Closed on Monday. | done',
    'd3 | Kind people! | done open -refund praise',
    'd4 | Not opened.',
    'd5 | One label. | test',
    'd6 | Unknown.',
  ]);
});

test('numbers without names are no labels, and the text comes', async () => {
  expect(await inShort(fileWith('a.jsonl', jsonl({ text: 'one', labels: [0, 1] })))).toEqual({
    documents: ['- | one | done'],
    problems: [],
  });
});
