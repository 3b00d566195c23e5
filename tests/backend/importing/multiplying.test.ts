import { gzipSync, strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../backend/importing/read.ts';
import { fileWith } from './formats/support.ts';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** A workbook whose rows all have the one text that is kept beside its sheet. */
function workbook(text: string, rows: number): Uint8Array {
  const cells = Array.from(
    { length: rows },
    (_, i) => `<row r="${i + 1}"><c r="A${i + 1}" t="s"><v>0</v></c></row>`,
  );
  const parts: Readonly<Record<string, string>> = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${SHEET}"><sheetData>${cells.join('')}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst xmlns="${SHEET}"><si><t>${text}</t></si></sst>`,
  };
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)])));
}

/** A sheet of one row that says how often it stands there. */
function repeated(rows: number): Uint8Array {
  const names = ['office', 'table', 'text'].map(
    (name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  );
  const row = (more: string) =>
    `<table:table-row${more}><table:table-cell office:value-type="string"><text:p>It came late.</text:p></table:table-cell></table:table-row>`;
  const content = `<office:document-content ${names.join(' ')}><office:body><office:spreadsheet><table:table table:name="a">${row('')}${row(` table:number-rows-repeated="${rows}"`)}</table:table></office:spreadsheet></office:body></office:document-content>`;
  return zipSync({
    mimetype: [strToU8('application/vnd.oasis.opendocument.spreadsheet'), { level: 0 }],
    'content.xml': strToU8(content),
  });
}

async function read(path: string): Promise<number> {
  let count = 0;
  for await (const item of readDocuments(path, {})) if (item.kind === 'document') count += 1;
  return count;
}

test('a text that thousands of rows name counts each time', async () => {
  const text = 'It came late. '.repeat(10_000);
  expect(await read(fileWith('few.xlsx', workbook(text, 100)))).toBe(100);
  const many = workbook(text, 1000);
  expect(many.length).toBeLessThan(20_000);
  await expect(read(fileWith('many.xlsx', many))).rejects.toMatchObject({
    code: 'file_inflates',
    message: '"many.xlsx" unpacks to more than 100 times its size.',
  });
  const archive = zipSync({ 'a.xlsx': workbook(text, 300), 'b.xlsx': workbook(text, 300) });
  await expect(read(fileWith('many.zip', archive))).rejects.toMatchObject({ code: 'file_inflates' });
}, 60_000);

test('a file of a few bytes has no rows by the hundred thousand', async () => {
  const more = {
    code: 'file_inflates',
    message: expect.stringMatching(/^"rows\.\w+" has more rows than bytes\.$/),
  };
  await expect(read(fileWith('rows.ods', repeated(4e9)))).rejects.toMatchObject(more);
  const data = Array.from({ length: 150_000 }, () => 'It came late.');
  const same = parquetWriteBuffer({ columnData: [{ name: 'text', data, type: 'STRING' }] });
  await expect(read(fileWith('rows.parquet', new Uint8Array(same)))).rejects.toMatchObject(more);
  expect(await read(fileWith('lines.txt', 'a\n'.repeat(150_000)))).toBe(150_000);
}, 60_000);

test('a text of more than 20 million characters is a problem of its row, whatever it came in', async () => {
  const mail = `From: a@example.org\nTo: b@example.org\nSubject: s\n\n${'It came late. '.repeat(2e6)}`;
  const items = [];
  for await (const item of readDocuments(fileWith('long.eml', mail), {})) items.push(item);
  expect(items).toMatchObject([
    { kind: 'problem', problem: { reason: 'The text is longer than 20 million characters.' } },
  ]);
}, 60_000);

test('while the list of a large archive is read that is told', async () => {
  const entries = Object.fromEntries(Array.from({ length: 12_000 }, (_, i) => [`${i}.exe`, strToU8('')]));
  let told = 0;
  const reading = (async () => {
    const options = {
      onBytes() {
        told += 1;
      },
    };
    for await (const _ of readDocuments(fileWith('many.zip', zipSync(entries)), options));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'archive_empty' });
  expect(told).toBe(1);
}, 60_000);

test('a table of many labels that few texts have is no bomb, however well it packs', async () => {
  const names = Array.from({ length: 100 }, (_, label) => `label ${label}`);
  const rows = Array.from({ length: 20_000 }, (_, row) => {
    const cells = names.map((_name, label) => (label === row % 100 ? 1 : 0));
    return `It came ${row} days late.,${cells.join(',')}`;
  });
  const csv = strToU8([`text,${names.join(',')}`, ...rows].join('\n'));
  expect(await read(fileWith('labels.csv.gz', gzipSync(csv)))).toBe(20_000);
  expect(await read(fileWith('labels.zip', zipSync({ 'labels.csv': csv })))).toBe(20_000);
  const columnData = [
    { name: 'text', data: rows.map((_, row) => `It came ${row} days late.`), type: 'STRING' as const },
    ...names.map((name, label) => ({
      name,
      data: rows.map((_, row) => (label === row % 100 ? 1 : 0)),
      type: 'INT32' as const,
    })),
  ];
  const parquet = new Uint8Array(parquetWriteBuffer({ columnData }));
  expect(await read(fileWith('labels.parquet', parquet))).toBe(20_000);
}, 60_000);

test('what a row says besides its text counts too', async () => {
  const long = 'It came late. '.repeat(10_000);
  const texts = Array.from({ length: 1000 }, (_, row) => `It came ${row} days late.`);
  for (const name of ['comment', 'shop', 'id', 'labels', 'annotator']) {
    const columnData = [
      { name: 'text', data: texts, type: 'STRING' as const },
      { name, data: texts.map(() => long), type: 'STRING' as const },
    ];
    const path = fileWith('same.parquet', new Uint8Array(parquetWriteBuffer({ columnData })));
    await expect(read(path), name).rejects.toMatchObject({ code: 'file_inflates' });
  }
}, 60_000);
