import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGold } from '../../../backend/evaluating/goldRows.ts';
import type { Absent } from '../../../backend/importing/placing.ts';
import { goldInWords } from '../../../cli/goldInWords.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const NAMES = ['late', 'price', 'size'];

/** "+late -price" by text, and what was told. */
async function goldOf(name: string, content: string | object[], absent?: Absent) {
  const file = join(temporaryFolder(), name);
  const lines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(file, typeof content === 'string' ? content : lines(content));
  const told: string[] = [];
  const rows = await readGold({
    file,
    names: NAMES,
    absent,
    onTaken: (taken) => told.push(...goldInWords(taken)),
  });
  const said = rows.map(({ text, yes, no }): [string, string] => [
    text,
    [...[...yes].map((label) => `+${label}`), ...[...no].map((label) => `-${label}`)].sort().join(' '),
  ]);
  return { said: Object.fromEntries(said), told: told.join(' ') };
}

test('rows of one text are joined before anything is closed', async () => {
  const table =
    'text,label\nIt came late and is dear.,late\nIt came late and is dear.,price\nAll is dear.,price\n';
  const { said, told } = await goldOf('gold.csv', table);
  expect(said).toEqual({ 'It came late and is dear.': '+late +price', 'All is dear.': '+price -late' });
  expect(told).toContain('1 row has a text that came before');
});

test('a label that the file has nowhere is no no, unless the person says so; and who says so may leave all open', async () => {
  const rows = [
    { text: 'one', labels: ['late'] },
    { text: 'two', labels: ['price'] },
  ];
  const { said, told } = await goldOf('gold.jsonl', rows);
  expect(said).toEqual({ one: '+late -price', two: '+price -late' });
  expect(told).toContain('--absent open');
  expect((await goldOf('gold.jsonl', rows, 'no')).said).toEqual({
    one: '+late -price -size',
    two: '+price -late -size',
  });
  expect((await goldOf('gold.jsonl', rows, 'open')).said).toEqual({ one: '+late', two: '+price' });
});

test('an empty list of labels says nothing, unless the person says that none applies', async () => {
  const rows = [
    { text: 'one', labels: ['late'] },
    { text: 'two', labels: [] },
  ];
  const { said, told } = await goldOf('gold.jsonl', rows);
  expect(said).toEqual({ one: '+late' });
  expect(told).toContain('1 answer that names no label counts nowhere');
  expect((await goldOf('gold.jsonl', rows, 'no')).said).toEqual({
    one: '+late -price -size',
    two: '-late -price -size',
  });
});

test('what was rejected is a no, and nothing else', async () => {
  const { said } = await goldOf('gold.jsonl', [{ text: 'one', labels: ['late'], rejected: ['size'] }]);
  expect(said).toEqual({ one: '+late -size' });
});

test('of several annotators all count: what they contradict each other on is undecided, skipped answers are none', async () => {
  const result = (choices: string[]) => [
    { type: 'choices', from_name: 'labels', to_name: 'text', value: { choices } },
  ];
  const task = (text: string, annotations: object[]) => ({ data: { text }, annotations });
  const { said, told } = await goldOf(
    'tasks.json',
    JSON.stringify([
      task('one', [
        { completed_by: 1, result: result(['late', 'price']) },
        { completed_by: 2, result: result(['late']) },
      ]),
      task('two', [
        { completed_by: 1, was_cancelled: true, result: [] },
        { completed_by: 2, result: result(['price']) },
      ]),
    ]),
  );
  expect(said).toEqual({ one: '+late', two: '+price -late' });
  expect(told).toContain(
    '1 answer counts nowhere, since annotators of the file contradict each other there.',
  );
  expect(told).toContain('1 skipped answer counts nowhere');
});

test('a row without labels, a label that the project does not have and a file that says nothing are refused', async () => {
  await expect(goldOf('gold.jsonl', [{ text: 'one' }])).rejects.toThrow('line 1 has no labels');
  await expect(goldOf('gold.jsonl', [{ text: 'one', labels: ['Late'] }])).rejects.toThrow(
    'the project has no label "Late"',
  );
  await expect(goldOf('gold.jsonl', [{ text: 'one', labels: [] }])).rejects.toThrow(
    'no rows that say anything',
  );
});
