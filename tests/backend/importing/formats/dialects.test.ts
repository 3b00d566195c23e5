import { expect, test } from 'vitest';
import { dialectOf } from '../../../../backend/importing/formats/csvDialect.ts';
import { lookAt, readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, found, refusal, textsIn } from './support.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const rolesIn = async (path: string, options = {}) =>
  Object.fromEntries(
    (await lookAt(path, options)).columns?.columns.map(({ name, role }) => [name, role]) ?? [],
  );

test.each([
  ['id,text\n1,a b\n', ',', '"', '"'],
  ['id;text\n1;a, b, c\n2;d, e\n', ';', '"', '"'],
  ['id\ttext\n1\t"a b\n2\tc "d"\n', '\t', '', ''],
  ['id,text\n1,"he said \\"no\\" twice"\n2,b\n', ',', '"', '\\'],
  ["id,text\n1,'a, b'\n2,'it, too'\n", ',', "'", "'"],
  ['id~text\n1~a b\n', '~', '"', '"'],
  ['sep=|\nid|text\n1|a, b\n', '|', '"', '"'],
])('the dialect of %j', (head, delimiter, quote, before) => {
  expect(dialectOf({ head, headIsAll: true })).toMatchObject({ delimiter, quote, escape: before });
});

test('a lone quote costs its row at most, wherever it is; texts of several lines stay whole', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i},"text, number ${i}\nwith a second, line",a`);
  rows[2000] = '2000,"never closed,b';
  rows[2500] = '2500,a "quoted" word,c';
  const path = fileWith('a.csv', `id,text,label\n${rows.join('\n')}\n`);
  const { documents, told } = await found(path);
  expect(documents).toHaveLength(3000);
  expect(documents[1999]?.text).toBe('text, number 1999\nwith a second, line');
  expect(documents[2000]?.text).toBe('"never closed');
  expect(documents[2001]?.text).toBe('text, number 2001\nwith a second, line');
  expect(told).toEqual([
    'a.csv: One row has a quote that does not fit, and was read as if it meant nothing: line 4002.',
  ]);
});

const LONG = Array.from({ length: 40 }, (_, line) => `Line ${line} of a letter, "quoted"; and more.`).join(
  '\n',
);
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;

test.each([
  ['one column', ['text'], (i: number) => [`${i}. ${LONG}`]],
  ['one column, texts of one line between', ['comment'], (i: number) => [i % 2 ? `${i}. ${LONG}` : `${i}.`]],
  ['two columns of unusual names', ['what', 'kind'], (i: number) => [`${i}. ${LONG}`, 'b']],
  ['a long text alone', ['antwort', 'nummer'], (i: number) => [`${i}. ${LONG.repeat(60)}`, `${i}`]],
] as const)(
  'texts of many lines are one document each, also where the beginning of the file ends within one: %s',
  async (_, header, row) => {
    // Cut at any place, the first 64 KB end within a text, between two of its lines or not.
    for (const shift of [0, 7, 1900]) {
      const rows = Array.from({ length: 100 }, (__, i) => row(i));
      const first = [...row(100).map((text, at) => (at === 0 ? text + ' '.repeat(shift) : text))];
      const all = [first, ...rows];
      const table = [header, ...all].map((cells) => cells.map(cell).join(',')).join('\r\n');
      for (const end of ['\r\n', '']) {
        const path = fileWith('long.csv', table + end);
        const texts = await textsIn(path, { columns: [{ column: header[0], role: 'text' }] });
        expect(texts).toHaveLength(all.length);
        expect(texts[57]).toBe(all[57]![0]);
        expect(texts.at(-1)).toBe(all.at(-1)![0]);
      }
    }
  },
);

test('a short file that ends within a text of several lines is read as one', async () => {
  const path = fileWith('short.csv', 'text\n"The first line\nand the second"');
  expect(await textsIn(path)).toEqual(['The first line\nand the second']);
});

test('a ragged row costs itself, with its line', async () => {
  const { documents, told } = await found(fileWith('a.csv', 'id,text\n1,one two\n2,three, four\n3,five\n'));
  expect(documents.map(({ id }) => id)).toEqual(['1', '3']);
  expect(told).toEqual(['a.csv:3: The row has 3 fields where the header has 2.']);
});

test.each([
  [
    'iso',
    latin('id;text\n1;Die Gr\xf6\xdfe pa\xdft nicht f\xfcr mich\n'),
    'windows-1252',
    'Die Größe paßt nicht für mich',
  ],
  ['mac', Buffer.from('69643b746578740a313b', 'hex'), 'utf-8', null],
] as const)('the encoding is found: %s', async (_, bytes, encoding, text) => {
  const path = fileWith('a.csv', bytes);
  expect((await lookAt(path, {})).encoding?.name).toBe(encoding);
  if (text !== null) expect(await textsIn(path)).toEqual([text]);
});

test('a bad byte costs a character, which is counted with its line; what is written so is none', async () => {
  const bytes = Buffer.concat([
    Buffer.from('id,text\n1,grün und blau, schön wärs\n2,gr'.replace(', sch', ' sch')),
    Buffer.from([0xc3]),
    Buffer.from('n\n3,\uFFFD was there before\n'),
  ]);
  const { documents, told } = await found(fileWith('a.csv', bytes));
  expect(documents.map(({ text }) => text)).toEqual([
    'grün und blau schön wärs',
    'gr\uFFFDn',
    '\uFFFD was there before',
  ]);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('One character is no UTF-8');
  expect(told[0]).toMatch(/lines? 3/);
});

test('a legacy encoding far behind the first 64 KB is found, too', async () => {
  const rows = Array.from({ length: 4000 }, (_, i) => `${i},plain ascii text number ${i}`).join('\n');
  const path = fileWith(
    'a.csv',
    Buffer.concat([latin(`id,text\n${rows}\n`), latin('x,Gr\xfc\xdfe aus K\xf6ln\n')]),
  );
  expect((await textsIn(path)).at(-1)).toBe('Grüße aus Köln');
});

test('a table of one column that looks like more is asked for, and said to be one', async () => {
  const path = fileWith('a.csv', 'id§text§label\n1§one two§a\n');
  expect(await refusal(path)).toContain('unclear what stands between the cells');
  expect(await textsIn(path, { delimiter: '§' })).toEqual(['one two']);
  expect(await textsIn(fileWith('b.csv', 'text\nfar, too far\nnear\n'))).toEqual(['far, too far', 'near']);
});

test.each([
  ['numbers above numbers', '3,a headline of a paper here\n4,another one that is longer\n', 2],
  ['a cell that comes again', 'ham,see you at the corner then\nspam,you have won\nham,ok\n', 3],
  ['rows that are all alike', 'ham\tsee you at the corner then\nspam\tyou have won a new prize\n', 2],
])('a first row that names nothing is a document: %s', async (_, content, count) => {
  const path = fileWith('a.csv', content);
  expect((await lookAt(path, {})).columns?.dialect.header).toBe(false);
  expect(await textsIn(path)).toHaveLength(count);
});

test.each([
  'Question one?,How was it for you all?\nyes,It was all fine with me\nno,Not good at all I think\n',
  'comment;isRude\nThis is a rather long comment;1.0\nAnd this is one, too;0.5\n',
])('a first row that names columns is none: %j', async (content) => {
  expect((await lookAt(fileWith('a.csv', content), {})).columns?.dialect.header).toBe(true);
});

test('repeated columns are all read; empty ones have a name', async () => {
  const path = fileWith('a.csv', 'text,Labels,Labels,\nit came late and wet,late,wet,x\n');
  expect(await rolesIn(path)).toEqual({
    text: 'text',
    Labels: 'labels',
    'Labels (2)': 'labels',
    'column 4': 'meta',
  });
});

test('names of our own export mean something in our own tables only', async () => {
  const mine = 'id,text,split,status,annotator,comment,late\n1,one two,,done,ada,why,1\n';
  expect(await rolesIn(fileWith('a.csv', mine))).toMatchObject({ status: 'status', comment: 'note' });
  const theirs = 'id,text,status,comment\n1,one two,new,why\n';
  expect(await rolesIn(fileWith('b.csv', theirs))).toMatchObject({ status: 'meta', comment: 'meta' });
});

test('what is said of columns goes before what they look like', async () => {
  const path = fileWith('a.csv', 'id,text,late,score,who\n1,one two,1,0.7,ada\n2,three,0,0.2,bo\n');
  const columns = [
    { column: 'late', role: 'meta' as const },
    { column: 'score', role: 'label' as const },
    { column: 'who', role: 'annotator' as const },
    { column: 'id', role: 'ignore' as const },
  ];
  const items = [];
  for await (const item of readDocuments(path, { columns, cutoff: 0.5 }))
    if (item.kind === 'document') items.push(item.document);
  expect(items.map(({ externalId, meta, annotations }) => [externalId, [...meta], annotations])).toEqual([
    [
      null,
      [['late', '1']],
      [expect.objectContaining({ annotator: 'ada', decisions: new Map([['score', 'yes']]) })],
    ],
    [
      null,
      [['late', '0']],
      [expect.objectContaining({ annotator: 'bo', decisions: new Map([['score', 'no']]) })],
    ],
  ]);
});

test('several texts are one, each under its name', async () => {
  const path = fileWith('a.csv', 'id,title,body\n1,Late,It came two weeks late\n2,,Only a body is here\n');
  const columns = [
    { column: 'title', role: 'text' as const },
    { column: 'body', role: 'text' as const },
  ];
  expect(await textsIn(path, { columns })).toEqual([
    'title: Late\n\nbody: It came two weeks late',
    'body: Only a body is here',
  ]);
});

test('what a format does not take is told', async () => {
  const { told } = await found(fileWith('a.txt', 'one line\n'), { sheet: 'Two', separator: ';' });
  expect(told).toEqual(['a.txt: What was said of separator, sheet means nothing for text and was not used.']);
});

test.each([
  ['late; wet', { separator: ';' }, ['late', 'wet']],
  ['"Food, drinks", Service', { separator: ',' }, ['Food, drinks', 'Service']],
  ['Food, drinks, Service', { separator: ',', known: ['Food, drinks'] }, ['Food, drinks', 'Service']],
  ['Food, drinks', { known: ['Food, drinks'] }, ['Food, drinks']],
  ['C#', {}, ['C#']],
])('labels of the cell %j', async (cell, options, names) => {
  const path = fileWith('a.csv', `text,labels\nit came,"${cell.replaceAll('"', '""')}"\n`);
  const [document] = (await found(path, options)).documents;
  expect(Object.keys(document?.labels ?? {})).toEqual(names);
});

test('Japanese that is written with escapes is found, and UTF-32 is told', async () => {
  const escaped = Buffer.from('id,text\n1,\x1b$B0d$$\x1b(B\n', 'latin1');
  expect((await lookAt(fileWith('a.csv', escaped), {})).encoding?.name).toBe('iso-2022-jp');
  const wide = Buffer.from([0xff, 0xfe, 0, 0, 0x69, 0, 0, 0, 0x64, 0, 0, 0]);
  expect(await refusal(fileWith('b.csv', wide))).toBe('"b.csv" is written in UTF-32, which can\'t be read.');
});

test.each(['utf-16le', 'utf-16be'])(
  '%s without a mark is found in other scripts than ours, too',
  async (name) => {
    const bytes = Buffer.from(
      'id,text\n1,Доставка опоздала на две недели, никто не ответил\n2,Слишком дорого\n'.replace(
        'недели,',
        'недели',
      ),
      'utf16le',
    );
    const path = fileWith('a.csv', name === 'utf-16be' ? bytes.swap16() : bytes);
    expect((await lookAt(path, {})).encoding?.name).toBe(name);
    expect(await textsIn(path)).toHaveLength(2);
  },
);

test.each([
  ['text;late;n\none two;0,91;0,5\nthree four;0,2;0,7\n', ['text', 'late', 'n']],
  [
    'Anliegen;Betrag;Anteil\nKam zu spät an;12,50;0,5\nWar viel zu teuer;3,20;0,7\n',
    ['Anliegen', 'Betrag', 'Anteil'],
  ],
  ['Anliegen;Betrag\nKam zu spät an;12,50\nWar viel zu teuer;3,20\n', ['Anliegen', 'Betrag']],
  ['Kam zu spät an;12,50;0,5\nWar viel zu teuer;3,20;0,7\n', ['column 1', 'column 2', 'column 3']],
])('decimal commas are no delimiter, though every row has as many: %j', async (text, names) => {
  const { columns } = await lookAt(fileWith('a.csv', text), {});
  expect(columns?.columns.map(({ name }) => name)).toEqual(names);
  expect(columns?.dialect.delimiter).toBe(';');
});
