import { expect, test } from 'vitest';
import { lookAt } from '../../../../backend/importing/read.ts';
import { fileWith, found, textsIn } from './support.ts';

const rolesIn = async (path: string) =>
  Object.fromEntries((await lookAt(path, {})).columns?.columns.map(({ name, role }) => [name, role]) ?? []);

test.each([
  [
    'Export of tickets\n\nid,text,label\n1,"one, two, three and four",late\n2,five six seven eight,price\n',
    '"Export of tickets"',
  ],
  [
    '# made by a program\n# 2026-03-01\nid,text,label\n1,"one, two, three and four",late\n2,five six seven eight,price\n',
    '"# made',
  ],
  [
    'Tickets\nStand: 01.03.2026\n\nNr;Anliegen;Thema\n1;one, two, three and four;late\n2;five six seven eight;price\n',
    '"Tickets", "Stand',
  ],
  [
    'Tickets\nnr\tthing said\ttopic\n1\tone, two, three and four\tlate\n2\tfive six seven eight\tprice\n',
    '"Tickets"',
  ],
])('lines above a table are its title, not the only thing it is made of: %j', async (text, title) => {
  const { documents, told } = await found(fileWith('a.csv', text));
  expect(documents.map((document) => document.text)).toEqual([
    'one, two, three and four',
    'five six seven eight',
  ]);
  expect(told).toEqual([expect.stringContaining(`What stands above the header was left out: ${title}`)]);
});

test('a table of one column stays one, whatever commas its texts have', async () => {
  const texts = ['good, but late', 'dear, too dear', 'late, as ever'];
  for (const header of ['text', 'What they said'])
    expect(await textsIn(fileWith('a.csv', `${header}\n${texts.join('\n')}\n`))).toEqual(texts);
});

test('empty cells behind the last column cost no row, filled ones do', async () => {
  const rows = Array.from(
    { length: 8 },
    (_, i) => `${i};one two three number ${i};late${i % 2 ? ';' : ';;'}`,
  );
  const path = fileWith('a.csv', `Nr;Anliegen;Thema\n${rows.join('\n')}\n9;five; six;late\n`);
  const { documents, told } = await found(path);
  expect(documents).toHaveLength(8);
  expect(told).toEqual(['a.csv:10: The row has 4 fields where the header has 3.']);
});

test.each([
  [
    'pandas writes',
    ',doc,labels,labels\n,text,late,price\n0,one two three,1,0\n1,four five,0,1\n2,six,0,1\n',
  ],
  [
    'merged cells leave',
    'Ticket,,Labels,\nNo,text,late,price\n7,one two three,1,0\n8,four five,0,1\n9,six,0,1\n',
  ],
])('two rows name the columns, as %s them', async (_, table) => {
  const path = fileWith('a.csv', table);
  expect(await rolesIn(path)).toMatchObject({ text: 'text', late: 'label', price: 'label' });
  const { documents, told } = await found(path);
  expect(documents.map(({ text, labels }) => [text, labels])).toEqual([
    ['one two three', { late: 'yes', price: 'no' }],
    ['four five', { late: 'no', price: 'yes' }],
    ['six', { late: 'no', price: 'yes' }],
  ]);
  expect(told).toEqual([expect.stringContaining('Two rows name the columns')]);
});

test('repeated names above rows of words are no groups: the first row is a row', async () => {
  const path = fileWith('a.csv', 'id,text,labels,labels\n1,one two three,late,price\n2,four five,late,\n');
  const { documents, told } = await found(path);
  expect(documents.map(({ labels }) => labels)).toEqual([{ late: 'yes', price: 'yes' }, { late: 'yes' }]);
  expect(told).toEqual([]);
});

test('a column without a name is no label, though its numbers are 0 and 1: rows are numbered so', async () => {
  const path = fileWith('a.csv', ',text,late\n0,one two three,1\n1,four five,0\n');
  expect(await rolesIn(path)).toEqual({ 'column 1': 'meta', text: 'text', late: 'label' });
});

test('signs in a name that nobody sees do not hide what it is', async () => {
  const path = fileWith('a.csv', '\u200bid,\u00a0text,La\u00adbels\n7,one two three,late\n');
  expect(await rolesIn(path)).toEqual({ id: 'id', text: 'text', Labels: 'labels' });
});

test('a column of 1 and 0 that has no name is no label, and is told as one that may be', async () => {
  const path = fileWith('a.csv', '1,the parcel came late\n0,it was all fine here\n1,never came to my door\n');
  const { columns } = await lookAt(path, {});
  expect(columns?.columns.map(({ name, role }) => [name, role])).toEqual([
    ['column 1', 'meta'],
    ['column 2', 'text'],
  ]);
  expect(columns?.possible).toEqual(['column 1']);
  const said = await found(path, { columns: [{ column: '1', role: 'label' }] });
  expect(said.documents[1]).toMatchObject({ labels: { 'column 1': 'no' } });
});
