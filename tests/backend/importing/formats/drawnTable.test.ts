import { expect, test } from 'vitest';
import { fileWith, found } from './support.ts';

const DOCUMENTS = [
  { id: '1', text: 'It came "late".', labels: { late: 'yes' } },
  { id: '2', text: 'Too dear.', labels: { price: 'yes' } },
];
const MARKDOWN = `| id | text            | labels |
|---:|:----------------|--------|
| 1  | It came "late". | late   |
| 2  | Too dear.       | price  |
`;
const BARE = MARKDOWN.replace(/^\| ?| ?\|$/gm, '');
const POSTGRES = ` id |      text       | labels
----+-----------------+--------
  1 | It came "late". | late
  2 | Too dear.       | price
(2 rows)
`;
const MYSQL = `+----+-----------------+--------+
| id | text            | labels |
+----+-----------------+--------+
|  1 | It came "late". | late   |
|  2 | Too dear.       | price  |
+----+-----------------+--------+
2 rows in set (0.00 sec)
`;

test.each([
  ['a.csv', MARKDOWN],
  ['a.txt', MARKDOWN],
  ['a.txt', BARE],
  ['a.txt', POSTGRES],
  ['a.csv', POSTGRES],
  ['a.txt', MYSQL],
  ['a.dat', MYSQL],
])('a table that is drawn is one: %s %#', async (name, text) => {
  expect(await found(fileWith(name, text))).toEqual({ documents: DOCUMENTS, told: [] });
});

test('a cell of dashes stays, and so does a bar behind a backslash in Markdown', async () => {
  const text = '| text | note |\n|---|---|\n| this \\| that | --- |\n| --- | --- |\n';
  expect((await found(fileWith('a.csv', text))).documents).toEqual([
    { id: null, text: 'this | that', meta: { note: '---' } },
    { id: null, text: '---', meta: { note: '---' } },
  ]);
});

test('texts with lines of dashes are no tables', async () => {
  const text = 'A heading of a text\n-------------------\nOne | two\n';
  expect((await found(fileWith('a.txt', text))).documents).toHaveLength(3);
});
