import { expect, test } from 'vitest';
import { readJsonlRows } from '../../../backend/importing/answerRows.ts';
import { fileWith } from './formats/support.ts';

test('annotation rows need no text', async () => {
  const rows = [];
  for await (const row of readJsonlRows(
    fileWith('a.jsonl', '{"id":"1","labels":["a"],"rejected":[]}\n{"id":2,"labels":[3]}\n'),
  ))
    rows.push('problem' in row ? row.problem.reason : [row.id, row.labels, row.rejected]);
  expect(rows).toEqual([['1', ['a'], []], 'A label is no string.']);
});
