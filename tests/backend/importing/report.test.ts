import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { type ImportRequest, importFiles } from '../../../backend/importing/importing.ts';
import { refusedRows } from '../../../backend/importing/refused.ts';
import { messyWorkbook } from '../../support/messyWorkbook.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

function setting(...labels: string[]) {
  const project = newProject(labels);
  const { documents, standing, labels: store } = project.stores;
  return {
    project,
    bring: (files: readonly string[], more: Partial<ImportRequest> = {}) =>
      importFiles(project, { files, annotator: 'ada', ...more }),
    /** "id text +label -label" */
    rows: () =>
      [...documents.ids()].map((id) => {
        const { externalId, text } = documents.get(id) ?? { externalId: null, text: '' };
        const said = standing
          .decisions(id)
          .map(({ labelId, value }) => `${value === 'yes' ? '+' : '-'}${store.nameOf(labelId)}`);
        return [externalId ?? '-', text, ...said.sort()].join(' ');
      }),
  };
}

test('ids that two files number from 1 are told apart by file, also when a file comes again', async () => {
  const { bring, rows } = setting();
  const one = file('one.csv', 'id,text\n1,first here\n2,second here\n');
  const two = file('two.csv', 'id,text\n1,third here\n2,second here\n');
  expect(await bring([one, two])).toMatchObject({
    read: 4,
    added: 3,
    known: 1,
    apart: 1,
    changed: 0,
    problems: [],
  });
  expect(rows()).toEqual(['1 first here', '2 second here', 'two.csv:1 third here']);
  expect(await bring([two])).toMatchObject({ added: 0, known: 2, apart: 0 });
});

test('ids that meet across the tables of one folder are told apart, too', async () => {
  const { bring, rows } = setting();
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'one.csv'), 'id,text\n1,first here\n');
  writeFileSync(join(dir, 'two.csv'), 'id,text\n1,second here\n');
  expect(await bring([dir])).toMatchObject({ added: 2, apart: 1, problems: [] });
  expect(rows()).toEqual(['1 first here', 'two.csv:1 second here']);
  expect(await bring([dir])).toMatchObject({ added: 0, known: 2 });
});

test('ids that are the same by what the person says, or in one file, are refused where the text is another', async () => {
  const { bring } = setting();
  await bring([file('one.csv', 'id,text\n1,first here\n')]);
  const two = file('two.csv', 'id,text\n1,third here\n');
  expect(await bring([two], { ids: 'shared' })).toMatchObject({ added: 0, changed: 1 });
  const report = await bring([file('one.csv', 'id,text\n1,another text\n')]);
  expect(report).toMatchObject({ added: 0, changed: 1 });
  expect(report.problems[0]).toMatchObject({ place: { line: 2 } });
});

test('labels that differ only in case or spaces are one, and renamed as is said', async () => {
  const { bring, rows } = setting('Late delivery');
  const path = file(
    'a.csv',
    'text,label\none two,late  delivery\nthree four,PRICE\nfive six,price\nseven,junk\n',
  );
  const report = await bring([path], { names: [{ from: 'junk', to: null }] });
  expect(report.newLabels).toEqual(['PRICE']);
  expect(report.renamed.map(({ from, to }) => [from, to])).toEqual([
    ['late  delivery', 'Late delivery'],
    ['price', 'PRICE'],
    ['junk', null],
  ]);
  expect(rows()).toEqual(['- one two +Late delivery', '- three four +PRICE', '- five six +PRICE', '- seven']);
});

test('rows that label one text differently are told: what is joined, and yes against no', async () => {
  const { bring, rows } = setting();
  const path = file('a.csv', 'text,late,wet\nit came,1,0\nit came,0,1\nother,1,1\nother,1,1\n');
  const report = await bring([path]);
  expect(report).toMatchObject({ differingCount: 1, contradictions: 2 });
  expect(report.differing[0]).toMatchObject({
    places: [{ line: 2 }, { line: 3 }],
    contradicted: ['wet', 'late'],
  });
  expect(rows()).toEqual(['- it came +late +wet', '- other +late +wet']);
});

test('refused rows are a file that is mended and imported again', async () => {
  const { bring, rows } = setting();
  const path = file(
    'a.csv',
    'id,text,late\n1,one two,1\n2,three, four,0\n3,,1\n4,=five six,maybe\n5,ok here,0\n',
  );
  const columns = [{ column: 'late', role: 'label' as const }];
  const { problems } = await bring([path], { columns });
  const refused = refusedRows(problems);
  expect(refused?.ending).toBe('.csv');
  const lines = (refused?.text ?? '').split('\n');
  expect(lines[0]).toBe('\uFEFFentail_line,entail_reason,id,text,late');
  expect(lines[2]).toContain('4,The text is empty.,3,,1');
  const mended = (refused?.text ?? '')
    .replace('2,three, four,0', '2,"three, four",0')
    .replace('3,,1', '3,now there,1')
    .replace('maybe', '1');
  expect(await bring([file('mended.csv', mended)])).toMatchObject({ added: 3, problems: [] });
  expect(rows()).toEqual([
    '1 one two +late',
    '5 ok here -late',
    '2 three, four -late',
    '3 now there +late',
    '4 =five six +late',
  ]);
});

test('refused records keep their fields, and what is no JSON its text', async () => {
  const { bring } = setting();
  const path = file(
    'a.jsonl',
    '{"text":"one two","labels":["a"]}\n{"text":"","labels":["b"]}\n{"text": broken\n',
  );
  const refused = refusedRows((await bring([path])).problems);
  expect(refused?.ending).toBe('.jsonl');
  expect(
    (refused?.text ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { entail_line: '2', entail_reason: 'The text is empty.', text: '', labels: ['b'] },
    {
      entail_line: '3',
      entail_reason: expect.stringContaining('Not valid JSON'),
      entail_row: '{"text": broken',
    },
  ]);
});

test('a row whose id is that of another text is refused with all its columns, and comes in once it is mended', async () => {
  const { bring, rows } = setting();
  const path = file(
    'a.csv',
    'when,late,id,text,who\nMay,1,1,one two,Bo\nJune,,1,"three, four",Cy\nJuly,0,2,five,\n',
  );
  const columns = [{ column: 'late', role: 'label' as const }];
  const { problems } = await bring([path], { columns });
  const refused = refusedRows(problems)?.text ?? '';
  expect(refused.split('\n').map((line) => line.replace(/\r$/, ''))).toEqual([
    '\uFEFFentail_line,entail_reason,when,late,id,text,who',
    '3,"The id ""1"" belongs to another text already.",June,,1,"three, four",Cy',
    '',
  ]);
  expect(
    await bring([file('mended.csv', refused.replace('June,,1', 'June,1,7'))], { columns }),
  ).toMatchObject({
    added: 1,
    problems: [],
  });
  expect(rows()).toEqual(['1 one two +late', '2 five -late', '7 three, four +late']);
  const again = await bring([file('unmended.csv', refused)], { columns, ids: 'shared' });
  expect(refusedRows(again.problems)?.text).toMatch(
    /^\uFEFFentail_line,entail_reason,when,late,id,text,who\r?\n2,/,
  );
});

test('of records and packed files, too', async () => {
  const { bring } = setting();
  const path = file(
    'a.jsonl',
    '{"id":"1","text":"one","labels":["a"]}\n{"deep":{"b":[1]},"id":"1","text":"two"}\n',
  );
  expect(JSON.parse(refusedRows((await bring([path])).problems)?.text ?? '')).toEqual({
    entail_line: '2',
    entail_reason: 'The id "1" belongs to another text already.',
    deep: { b: [1] },
    id: '1',
    text: 'two',
  });
  const packed = file('b.csv.gz', '');
  writeFileSync(packed, gzipSync('more,id,text\nx,1,three\ny,1,four\n'));
  const { problems } = await bring([packed]);
  expect(refusedRows(problems)?.text).toContain('entail_reason,more,id,text');
  expect(refusedRows(problems)?.text).toContain('y,1,four');
});

test('the report says how each file was read, and what became of each column', async () => {
  const { bring } = setting();
  const path = file('a.csv', 'id;text;late;p;note\n1;one two three;1;0.25;x\n2;four;0;0.5;y\n');
  const { files } = await bring([path], { columns: [{ column: 'note', role: 'ignore' }] });
  expect(files).toEqual([
    {
      file: 'a.csv',
      format: 'csv',
      sign: { kind: 'delimiter', delimiter: ';' },
      encoding: { name: 'utf-8', by: 'found' },
      dialect: { delimiter: ';', quote: '"', escape: '"', header: true, separator: '' },
      columns: [
        { column: 'id', role: 'id' },
        { column: 'text', role: 'text' },
        { column: 'late', role: 'label' },
        { column: 'p', role: 'meta' },
        { column: 'note', role: 'ignore' },
      ],
      notUsed: ['note'],
      probable: ['p'],
      possible: [],
      listed: [],
    },
  ]);
  expect(readFileSync(path, 'utf8')).toContain('note');
});

test('numbers that nobody named cost the labels, not the texts; named ones are labels', async () => {
  const { bring, rows } = setting();
  const path = file('a.jsonl', '{"text":"one","label":0}\n{"text":"two","label":1}\n');
  expect(await bring([path], { absent: 'no' })).toMatchObject({
    added: 2,
    annotated: 0,
    unnamed: 2,
    newLabels: [],
  });
  const names = [
    { from: '0', to: 'late' },
    { from: '1', to: 'price' },
  ];
  expect(await bring([path], { names })).toMatchObject({ annotated: 2, newLabels: ['late', 'price'] });
  expect(rows()).toEqual(['- one +late', '- two +price']);
});

test('what stands above the header of a table is left out and told, in a workbook and as text', async () => {
  const { bytes, rows } = messyWorkbook(100, 8);
  const path = join(temporaryFolder(), 'messy.xlsx');
  writeFileSync(path, bytes);
  const columns = [{ column: 'Thema', role: 'labels' as const }];
  const { bring, project } = setting();
  const report = await bring([path], { columns });
  const texts = new Set(rows.map(({ text }) => text));
  expect(report).toMatchObject({ read: 100, added: texts.size, repeated: 100 - texts.size, annotated: 6 });
  expect(report.notes).toEqual([
    'messy.xlsx: What stands above the header was left out: "Kundenanfragen – Übersicht".',
  ]);
  expect(report.newLabels).toEqual(['Lieferung', 'Preis']);
  expect(Object.fromEntries(project.stores.documents.meta(1))).toEqual({
    ...{ Vorgang: 'V-00001', Eingang: '2026-01-01', Betrag: '0.5' },
  });

  const table =
    'Tickets of March;;\n;;\nNo;Message;Amount\n1;The parcel came late;3\n2;All was well;4\n3;Too dear;5\n';
  const text = setting();
  const told = await text.bring([file('a.csv', table)]);
  expect(told).toMatchObject({ read: 3, added: 3 });
  expect(told.notes).toEqual([expect.stringContaining('"Tickets of March"')]);
  // Whoever says that there is no header means all rows.
  const all = await setting().bring([file('b.csv', table)], {
    header: false,
    columns: [{ column: '1', role: 'text' }],
  });
  expect(all).toMatchObject({ read: 5, notes: [] });
});

test.each([
  ['a header of which only one column has a name', 'text,,\nI like it,x,3\nI do not,y,4\nToo dear,z,5\n', 3],
  ['rows with one cell each', 'text\nI like it\nI do not\n', 2],
  ['a first row with a gap', 'id,text\n1,\n2,I like it\n3,Too dear\n', 3],
])('%s is no title', async (_, table, read) => {
  const report = await setting().bring([file('a.csv', table)]);
  expect(report.notes).toEqual([]);
  expect(report.read).toBe(read);
});

test('refused rows of Parquet have all their fields, and so have messages', async () => {
  const { bring } = setting();
  const table = file('a.parquet', '');
  writeFileSync(
    table,
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'id', data: ['1', '1', '2'], type: 'STRING' },
          { name: 'text', data: ['one', 'two', ''], type: 'STRING' },
          { name: 'stars', data: [5n, 4n, 3n], type: 'INT64' },
        ],
      }),
    ),
  );
  const refused = refusedRows((await bring([table])).problems);
  expect(
    refused?.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    {
      entail_line: '2',
      entail_reason: 'The id "1" belongs to another text already.',
      id: '1',
      text: 'two',
      stars: 4,
    },
    { entail_line: '3', entail_reason: 'The text is empty.', id: '2', text: '', stars: 3 },
  ]);
  const mail = (subject: string) =>
    `From a@x.org Mon Mar  2 10:00:00 2026\nMessage-ID: <1@x>\nFrom: a@x.org\nSubject: ${subject}\n\nBody.\n\n`;
  const box = refusedRows((await bring([file('a.mbox', mail('one') + mail('two'))])).problems);
  expect(box?.text).toContain('id,text,from,subject');
  expect(box?.text).toContain('1@x,"two\n\nBody.",a@x.org,two');
});

test('refused rows of a table and of records are one file, and none is left out', async () => {
  const { bring, rows } = setting();
  const { problems } = await bring([
    file('a.csv', 'id,text,labels\n1,,late\n2,,late\n'),
    file('b.jsonl', '{"id":"3","text":"","labels":["late","wet"]}\n'),
  ]);
  const refused = refusedRows(problems);
  expect(refused).toMatchObject({ ending: '.csv', count: 3 });
  const mended = (refused?.text ?? '')
    .replace('1,,', '1,one,')
    .replace('2,,', '2,two,')
    .replace('3,,', '3,three,');
  expect(await bring([file('mended.csv', mended)])).toMatchObject({ added: 3, problems: [] });
  expect(rows()).toEqual(['1 one +late', '2 two +late', '3 three +late +wet']);
});
