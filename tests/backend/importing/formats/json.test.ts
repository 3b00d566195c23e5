import { expect, test } from 'vitest';
import { fileWith, formatIn, found } from './support.ts';

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
