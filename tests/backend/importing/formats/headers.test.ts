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

test('a header that comes again, as in tables written after one another, is no document and no label', async () => {
  const part = (from: number) =>
    `id,text,labels,late\n${from},one two three ${from},price,1\n${from + 1},four five ${from},dear,0\n`;
  const { documents, told } = await found(fileWith('a.csv', part(1) + part(3)));
  expect(documents.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  expect(told).toEqual(['a.csv: The header comes again and was left out there: line 4.']);
});

test('a table whose rows begin with their number, which the header does not name, has a first column without one', async () => {
  const path = fileWith('a.csv', '"text","labels"\n"1","one two three","late"\n"2","four five","price"\n');
  expect((await found(path)).documents).toEqual([
    { id: null, text: 'one two three', meta: { 'column 1': '1' }, labels: { late: 'yes' } },
    { id: null, text: 'four five', meta: { 'column 1': '2' }, labels: { price: 'yes' } },
  ]);
});

test('a text that is written as a formula, so that a spreadsheet keeps its zeros, is that text', async () => {
  const path = fileWith('a.csv', 'id,text\n="0012",one two\n"=""0013""",three four\n=A1,five six\n');
  expect((await found(path)).documents.map(({ id }) => id)).toEqual(['0012', '0013', '=A1']);
});

test('a column that is called as a label of the project is one, though a few cells say something else', async () => {
  const path = fileWith(
    'a.csv',
    'text;late;price\none two;ja;nein\nthree four;nein;vielleicht\nfive six;k.A.;ja\n',
  );
  const { documents, told } = await found(path, { known: ['late', 'price'] });
  expect(documents.map(({ labels }) => labels)).toEqual([{ late: 'yes', price: 'no' }, { price: 'yes' }]);
  expect(told).toEqual(['a.csv:3: The cell says neither yes nor no.']);
});

test('probabilities in columns that are called as labels of the project are told', async () => {
  const path = fileWith('a.csv', 'text;late;n\none two;0,91;0,5\nthree four;0,2;0,7\n');
  const { columns } = await lookAt(path, { known: ['late'] });
  expect(columns?.probable).toEqual(['late']);
});
