import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeXlsx } from 'hucre/xlsx';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { readSheet } from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { annotate } from '../../../backend/annotating/annotating.ts';
import { dataFormatNames, exportData, tableFormats } from '../../../backend/exporting/index.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import type { Cell, ResultColumn } from '../../../backend/exporting/results/table.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { redoImport, undoImport } from '../../../backend/importing/undoing.ts';
import type { Project } from '../../../backend/project/file.ts';
import { suggest } from '../../support/evidence.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const rowsIn = async (path: string) =>
  (await readSheet(path)) as unknown as (string | number | Date | null)[][];

/** A project with what is in this table, and what people and a model say of the first rows. */
async function imported(table: string): Promise<{ project: Project; folder: string }> {
  const folder = temporaryFolder();
  const file = join(folder, 'tickets.csv');
  writeFileSync(file, table);
  const project = newProject(['billing', 'late']);
  await importFiles(project, { files: [file], annotator: 'ada' });
  return { project, folder };
}

const TABLE = `Created,Ticket,message,7,Amount,Agent
2026-01-05,=1+1,"The bill is wrong, twice",a,12.5,Ann
2026-01-06,0012,Where is my parcel?,b,,
2026-02-01,x-3,"Nice, thank you",c,3,Bo
2026-02-02,x-4,The parcel came late,d,40,Bo
`;

async function judged(): Promise<{ project: Project; folder: string }> {
  const found = await imported(TABLE);
  const { project } = found;
  annotate(project, 'ada', [
    { documentId: 1, values: new Map([[1, 'yes']]), status: 'draft', note: 'angry' },
    { documentId: 3, values: new Map([[1, 'no']]), status: 'done' },
  ]);
  annotate(project, 'bob', [{ documentId: 2, values: new Map([[2, 'yes']]), status: 'skipped' }]);
  for (const [document, odds] of [
    [1, 2],
    [2, -1],
    [4, 1.5],
  ] as const) {
    suggest(
      project,
      document,
      new Map([
        [1, -odds],
        [2, odds],
      ]),
    );
  }
  project.write(() => project.stores.runs.setThreshold(0, 2, 0.8));
  return found;
}

const RESULT_COLUMNS = ['', ': from', ': decided', ': probability', ': threshold', ': passage'];

async function written(project: Project, format: string, folder: string): Promise<string> {
  const to = join(folder, `out${tableFormats.get(format)!.extension}`);
  await exportData(exportSource(project), { format, to, overwrite: true });
  return to;
}

test('a workbook has the columns that came in, in their order, and what holds of each label; another library reads it', async () => {
  const { project, folder } = await judged();
  const [header, ...rows] = await rowsIn(await written(project, 'xlsx', folder));
  expect(header).toEqual([
    ...['Created', 'Ticket', 'message', '7', 'Amount', 'Agent'],
    ...['result', 'status', 'annotators', 'comments', 'model'],
    ...RESULT_COLUMNS.map((part) => `billing${part}`),
    ...RESULT_COLUMNS.map((part) => `late${part}`),
  ]);
  // Dates are dates, numbers numbers; what begins like a formula is a text.
  expect(rows[0]!.slice(0, 6)).toEqual([
    new Date('2026-01-05T00:00:00.000Z'),
    '=1+1',
    'The bill is wrong, twice',
    'a',
    12.5,
    'Ann',
  ]);
  expect(rows[1]!.slice(0, 6)).toEqual([
    new Date('2026-01-06T00:00:00.000Z'),
    '0012',
    'Where is my parcel?',
    'b',
    null,
    null,
  ]);
  const of = (row: number) => rows[row]!.slice(6);
  // ada says that it is about the bill; the model says that it came late, with 0.88 at a threshold of 0.8.
  expect(of(0)).toEqual([
    ...['billing; late', 'draft', 'ada', 'angry', 'by hand'],
    ...['yes', 'person', 'yes', 0.119203, 0.5, null],
    ...['yes', 'model', null, 0.880797, 0.8, null],
  ]);
  // Skipped by someone who had decided one label; of the other nobody but the model says anything, and nothing holds.
  expect(of(1).slice(0, 2)).toEqual(['late', 'skipped']);
  expect(of(1).slice(5)).toEqual([
    ...[null, null, null, 0.731059, 0.5, null],
    ...['yes', 'person', 'yes', 0.268941, 0.8, null],
  ]);
  // Done, but nobody spoke of "late", and no model read it.
  expect(of(2).slice(5)).toEqual([
    'no',
    'person',
    'no',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(of(3).slice(0, 2)).toEqual(['late', 'new']);
});

test('CSV, JSONL and Parquet say the same; CSV keeps every cell as it was written', async () => {
  const { project, folder } = await judged();
  const csv = readFileSync(await written(project, 'results-csv', folder), 'utf8').split('\n');
  expect(csv[1]).toBe(
    '2026-01-05,\'=1+1,"The bill is wrong, twice",a,12.5,Ann,billing; late,draft,ada,angry,by hand,' +
      'yes,person,yes,0.119203,0.5,,yes,model,,0.880797,0.8,',
  );
  expect(csv[2]).toMatch(/^2026-01-06,0012,/);
  const jsonl = readFileSync(await written(project, 'results-jsonl', folder), 'utf8')
    .trim()
    .split('\n');
  expect(jsonl).toHaveLength(4);
  expect(JSON.parse(jsonl[0]!)).toMatchObject({
    Created: '2026-01-05',
    Amount: '12.5',
    result: ['billing', 'late'],
    'late: from': 'model',
  });
  const bytes = readFileSync(await written(project, 'results-parquet', folder));
  const file = new Uint8Array(bytes).buffer;
  const [first, second] = await parquetReadObjects({ file, metadata: parquetMetadata(file) });
  expect(first).toMatchObject({
    Created: new Date('2026-01-05T00:00:00.000Z'),
    Ticket: '=1+1',
    Amount: 12.5,
    result: ['billing', 'late'],
    'billing: probability': 0.119203,
  });
  expect(second!.Amount ?? null).toBeNull();
});

test('a column of yes and no stays one, from a workbook to a workbook and Parquet', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'tickets.xlsx');
  const rows = [
    ['id', 'message', 'urgent', 'word'],
    ['a', 'The bill is wrong', true, 'true'],
    ['b', 'Where is my parcel?', false, 'maybe'],
    ['c', 'Nice, thank you', null, 'false'],
  ];
  writeFileSync(file, await writeXlsx({ sheets: [{ name: 'Tickets', rows }] }));
  const project = newProject(['billing', 'late']);
  await importFiles(project, { files: [file], annotator: 'ada' });
  const [, ...found] = await rowsIn(await written(project, 'xlsx', folder));
  expect(found.map((row) => row.slice(0, 4))).toEqual(rows.slice(1));
  const bytes = readFileSync(await written(project, 'results-parquet', folder));
  const parquet = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
  expect(parquet.map(({ urgent }) => urgent ?? null)).toEqual([true, false, null]);
  expect(readFileSync(await written(project, 'results-csv', folder), 'utf8')).toContain(',true,true,');
});

test('columns of labels that were read, and names that occur twice, come back as they were', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'old.csv');
  writeFileSync(file, 'id,billing,text,status of it\n1,yes,the first,open\n2,no,the second,open\n');
  const project = newProject(['billing']);
  await importFiles(project, { files: [file], annotator: 'ada' });
  expect(project.stores.settled.of(1).get(1)).toBe('yes');
  const [header, first] = await rowsIn(await written(project, 'xlsx', folder));
  expect(header!.slice(0, 4)).toEqual(['id', 'billing', 'text', 'status of it']);
  expect(header).toContain('billing (2)');
  expect(first!.slice(0, 4)).toEqual([1, 'yes', 'the first', 'open']);
});

test('documents without a table, of projects made before, go out with id, text and metadata', async () => {
  const project = newProject(['billing']);
  project.write(() => {
    const add = (externalId: string | null, meta: [string, string | number][]) =>
      project.stores.documents.add(
        { externalId, text: 'a text', meta: new Map(meta), split: null, source: 'x' },
        '2026-01-01T00:00:00.000Z',
      );
    add('k1', [['page', 1]]);
    add(null, [['file', 'a.txt']]);
  });
  const [header, ...rows] = await rowsIn(await written(project, 'xlsx', temporaryFolder()));
  expect(header!.slice(0, 4)).toEqual(['id', 'text', 'page', 'file']);
  expect(rows.map((row) => row.slice(0, 4))).toEqual([
    ['k1', 'a text', 1, null],
    [null, 'a text', null, 'a.txt'],
  ]);
});

test('what a table of results says is not imported as what people decided', async () => {
  const { project, folder } = await judged();
  for (const format of ['xlsx', 'results-csv', 'results-jsonl', 'results-parquet']) {
    const again = newProject(['billing', 'late']);
    const report = await importFiles(again, {
      files: [await written(project, format, folder)],
      annotator: 'eve',
    });
    expect(again.stores.documents.count()).toBe(4);
    expect([...again.stores.settled.answers()]).toEqual([]);
    expect(report.notes).toEqual([expect.stringContaining("is nobody's decision")]);
  }
});

test('what a model said of a label goes under a name of its own where the table has a column of that name', async () => {
  const { project, folder } = await imported('id,text,Billing\n1,a first one,yes\n2,a second one,\n');
  for (const document of [1, 2]) suggest(project, document, new Map([[1, 3]]));
  const names = ['billing (2)', 'billing (2): from', 'billing (2): decided', 'billing (2): probability'];
  for (const format of ['xlsx', 'results-csv', 'results-jsonl']) {
    const path = await written(project, format, folder);
    if (format === 'xlsx') expect((await rowsIn(path))[0]).toEqual(expect.arrayContaining(names));
    const again = newProject(['billing']);
    const report = await importFiles(again, { files: [path], annotator: 'eve' });
    // The person's own column is what it was; the model's yes on the second is nobody's.
    expect([...again.stores.settled.answers()].map(({ documentId, value }) => [documentId, value])).toEqual([
      [1, 'yes'],
    ]);
    expect(report.newLabels).toEqual([]);
    rmSync(path);
  }
});

test('characters that a workbook can’t hold are replaced, and texts beyond a cell are cut and say so', async () => {
  const folder = temporaryFolder();
  const columns: ResultColumn[] = [{ name: 'text', kind: 'text' }];
  const texts: Cell[][] = [
    ['a\u0001b\uFFFEc\uD800d'],
    ['two\r\nlines _x0041_ & <b>'],
    ['y'.repeat(40_000)],
    ['@SUM(A1)'],
  ];
  const chunks: Uint8Array[] = [];
  for await (const chunk of tableFormats.get('xlsx')!.write({ columns, rows: () => texts }, {}))
    chunks.push(Buffer.from(chunk));
  const path = join(folder, 'odd.xlsx');
  writeFileSync(path, Buffer.concat(chunks));
  const [, [first], [second], [third], [fourth]] = (await rowsIn(path)) as [
    string[],
    string[],
    string[],
    string[],
    string[],
  ];
  expect(first).toBe('a\uFFFDb\uFFFDc\uFFFDd');
  expect(second).toBe('two\nlines _x0041_ & <b>');
  expect(third).toHaveLength(32_767);
  expect(third).toMatch(/^y+ … \(cut: 40000 characters\)$/);
  expect(fourth).toBe('@SUM(A1)');
});

test('the names of all formats are distinct', () => {
  expect(new Set(dataFormatNames).size).toBe(dataFormatNames.length);
});

const REPEATED = `nr,text,when
7,thanks,2026-01-05
8,where is it?,2026-01-06
9,thanks,2026-01-07
7,thanks,2026-01-05
10,too late,2026-01-08
11,thanks,2026-01-09
`;

test('rows with the same text are one document, and results have each of them, in their order, with its own cells', async () => {
  const folder = temporaryFolder();
  const project = newProject(['billing']);
  const bring = async (name: string, table: string) => {
    const path = join(folder, name);
    writeFileSync(path, table);
    return importFiles(project, { files: [path], annotator: 'ada' });
  };
  const own = REPEATED.trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const shown = async () => {
    const path = await written(project, 'results-csv', folder);
    const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
    rmSync(path);
    return lines.map((line) => line.split(',').slice(0, 3));
  };
  expect(await bring('a.csv', REPEATED)).toMatchObject({ read: 6, added: 3, known: 3, repeated: 3 });
  expect(await shown()).toEqual(own);
  annotate(project, 'ada', [{ documentId: 1, values: new Map([[1, 'yes']]), status: 'done' }]);
  // What is decided of the document is in each of its rows.
  const [header, ...rows] = await rowsIn(await written(project, 'xlsx', folder));
  const answers = rows.map((row) => row[header!.indexOf('billing')]);
  expect(answers).toEqual(['yes', null, 'yes', 'yes', null, 'yes']);
  // The same file again brings none of its rows twice; one that grew brings what is new.
  expect(await bring('a.csv', REPEATED)).toMatchObject({ added: 0, known: 6, repeated: 0 });
  expect(await shown()).toEqual(own);
  const grown = await bring('b.csv', `${REPEATED}12,thanks,2026-01-10\n`);
  expect(grown).toMatchObject({ added: 0, known: 7, repeated: 0 });
  expect(await shown()).toEqual([...own, ['12', 'thanks', '2026-01-10']]);
  undoImport(project, grown.id);
  expect(await shown()).toEqual(own);
  redoImport(project, grown.id);
  expect(await shown()).toHaveLength(7);
});

test('lines of a text that came before are rows, too; rows of one document per answer are not', async () => {
  const folder = temporaryFolder();
  const count = async (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const project = newProject([]);
    await importFiles(project, { files: [path], annotator: 'ada' });
    const out = await written(project, 'results-jsonl', temporaryFolder());
    return [project.stores.documents.count(), readFileSync(out, 'utf8').trim().split('\n').length];
  };
  expect(await count('a.txt', 'one\ntwo\none\n')).toEqual([2, 3]);
  const record = (labels: string[], annotator: string) =>
    JSON.stringify({ id: '1', text: 'one', labels, rejected: [], status: 'done', annotator });
  expect(await count('ours.jsonl', `${record(['a'], 'ada')}\n${record([], 'bob')}\n`)).toEqual([1, 1]);
  expect(await count('long.csv', 'id,text,category,label\n1,one,a,yes\n1,one,b,no\n')).toEqual([1, 1]);
});
