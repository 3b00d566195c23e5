import { strToU8, zipSync } from 'fflate';
import { writeOds } from 'hucre/ods';
import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { lookAt } from '../../../../backend/importing/read.ts';
import { fileWith, formatIn, found, refusal } from './support.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** A workbook of one sheet as Excel writes it, with these cells (ECMA-376 part 1, 18.3). */
function workbook(cells: string, format = '0.00', below = ''): Uint8Array {
  const office = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts: Readonly<Record<string, string>> = {
    '[Content_Types].xml': `<Types xmlns="${TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${office}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${office}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${office}.styles+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${SHEET}" xmlns:r="${DOCUMENT}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${SHEET}"><numFmts count="1"><numFmt numFmtId="164" formatCode="${format}"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${SHEET}" xmlns:r="${DOCUMENT}"><sheetData>${cells}</sheetData>${below}</worksheet>`,
  };
  return zipSync(
    Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(XML + text)])),
  );
}

const words = (cell: string, text: string) => `<c r="${cell}" t="inlineStr"><is><t>${text}</t></is></c>`;
const HEAD = `<row r="1">${words('A1', 'id')}${words('B1', 'text')}${words('C1', 'when')}${words('D1', 'n')}</row>`;

test('dates are ISO dates, formulas their values, whole numbers have no point; empty rows are none', async () => {
  const cells = `${HEAD}
    <row r="3"><c r="A3"><v>1</v></c><c r="B3" t="str"><f>"It "&amp;"came late."</f><v>It came late.</v></c><c r="C3" s="2"><v>45658</v></c><c r="D3"><v>0.30000000000000004</v></c></row>
    <row r="4"></row>
    <row r="5"><c r="A5"><v>123456789012</v></c><c r="B5" t="inlineStr"><is><r><t>It was </t></r><r><t>wet.</t></r></is></c><c r="C5" s="2"><v>45658.5</v></c><c r="D5" t="e"><v>#N/A</v></c></row>
    <row r="7"><c r="A7"><v>3</v></c></row>`;
  const path = fileWith('a.xlsx', workbook(cells));
  expect(await formatIn(path)).toBe('xlsx');
  expect(await found(path)).toEqual({
    documents: [
      { id: '1', text: 'It came late.', meta: { when: '2025-01-01', n: '0.3' } },
      { id: '123456789012', text: 'It was wet.', meta: { when: '2025-01-01T12:00:00' } },
    ],
    told: ['a.xlsx:7: The text is empty.'],
  });
});

test('formulas that were never computed are told, with the first of them; a computed empty text is none', async () => {
  const cells = (...values: string[]) =>
    `${HEAD}${values.map((value, i) => `<row r="${i + 2}"><c r="A${i + 2}"><v>${i}</v></c>${words(`B${i + 2}`, 'It came late.')}${value}</row>`).join('')}`;
  const told = async (...values: string[]) =>
    (await found(fileWith('a.xlsx', workbook(cells(...values))))).told;
  const SAVE = 'open the file in Excel or LibreOffice, save it there, and import it again.';
  expect(
    await told(
      '<c r="D2"><f>A2*2</f><v>4</v></c>',
      '<c r="D3" t="str"><f>""</f><v></v></c>',
      '<c r="D4"><f>A2&lt;A3</f><v></v></c>',
      '<c r="D5" s="1"><f t="shared" si="0"/><v/></c>',
      '<c r="D6">\n<f>A2</f>\n</c>',
    ),
  ).toEqual([
    `a.xlsx: 3 cells are formulas that were never computed (the first: D4), and are read as empty: ${SAVE}`,
  ]);
  expect(await told('<c r="D2"><f>A2*2</f></c>')).toEqual([
    `a.xlsx: One cell is a formula that was never computed (D2), and is read as empty: ${SAVE}`,
  ]);
  expect(await told('<c r="D2"><f>A2*2</f><v>4</v></c>')).toEqual([]);
});

test('links behind cells are told', async () => {
  const row = `<row r="2"><c r="A2"><v>1</v></c>${words('B2', 'It came late.')}</row>`;
  const told = async (links: string) => {
    const bytes = workbook(`${HEAD}${row}`, undefined, `<hyperlinks>${links}</hyperlinks>`);
    return (await found(fileWith('a.xlsx', bytes))).told;
  };
  expect(await told('<hyperlink ref="B2" r:id="rId1"/>')).toEqual([
    'a.xlsx: A cell has a link behind its text (B2): where it leads was not read.',
  ]);
  expect(await told('<hyperlink r:id="rId1" ref="A2"/><hyperlink ref="B2" location="Old!A1"/>')).toEqual([
    'a.xlsx: 2 cells have links behind their texts (the first: A2): where they lead was not read.',
  ]);
});

test('rows that are hidden or filtered away are read, and told', async () => {
  const row = (at: number, how: string) =>
    `<row${how} r="${at}"><c r="A${at}"><v>${at}</v></c>${words(`B${at}`, 'It came late.')}</row>`;
  const told = async (...rows: string[]) => {
    const { documents, told: own } = await found(fileWith('a.xlsx', workbook(`${HEAD}${rows.join('')}`)));
    expect(documents).toHaveLength(rows.length);
    return own;
  };
  expect(await told(row(2, ' spans="1:2" hidden="1" ht="0"'), row(3, ' hidden="0"'), row(4, ''))).toEqual([
    'a.xlsx: One row of the sheet is hidden or filtered away (line 2), and was read like the others.',
  ]);
  const many = Array.from({ length: 3000 }, (_, i) =>
    row(i + 2, i % 2 ? ' customHeight="1" hidden="true"' : ''),
  );
  expect(await told(...many)).toEqual([
    'a.xlsx: 1500 rows of the sheet are hidden or filtered away (the first: line 3), and were read like the others.',
  ]);
});

test('leading zeros that a cell shows are kept', async () => {
  const cells = `${HEAD}<row r="2"><c r="A2" s="1"><v>42</v></c>${words('B2', 'one')}</row>`;
  expect((await found(fileWith('a.xlsx', workbook(cells, '00000')))).documents).toEqual([
    { id: '00042', text: 'one' },
  ]);
});

const SHEETS = [
  { name: 'Empty', rows: [] },
  {
    name: 'Reviews',
    rows: [
      ['id', 'text', 'late', 'wet'],
      [1, 'It came late.', 1, 0],
      [2, 'It was wet.', 0, true],
    ],
  },
  { name: 'Old', rows: [['text'], ['An old one.']] },
];
const HIDDEN = { name: 'Notes', rows: [['text'], ['A hidden one.']], hidden: true };
const ROWS = [
  { id: '1', text: 'It came late.', labels: { late: 'yes', wet: 'no' } },
  { id: '2', text: 'It was wet.', labels: { late: 'no', wet: 'yes' } },
];

test('the sheet with the most rows that is shown is read, the others are told, hidden ones as such', async () => {
  const path = fileWith('a.xlsx', await writeXlsx({ sheets: [HIDDEN, ...SHEETS] }));
  const look = await lookAt(path, {});
  expect(look.sheets).toEqual(['Notes', 'Empty', 'Reviews', 'Old']);
  expect(look.columns?.columns.map(({ role }) => role)).toEqual(['id', 'text', 'label', 'label']);
  expect(await found(path)).toEqual({
    documents: ROWS,
    told: [
      'a.xlsx: The sheet "Reviews" was read, the sheets "Empty", "Old" were not.',
      'a.xlsx: The sheet "Reviews" was read, the hidden sheet "Notes" was not.',
    ],
  });
  expect((await found(path, { sheet: 'Notes' })).documents).toEqual([{ id: null, text: 'A hidden one.' }]);
  expect(await refusal(path, { sheet: 'nope' })).toBe('"a.xlsx" has no sheet "nope".');
});

test('of several sheets the one that is a table of texts is taken, wherever it stands', async () => {
  const rows = (count: number, row: (i: number) => unknown[]) =>
    Array.from({ length: count }, (_, i) => row(i));
  const reviews = rows(30, (i) => [i + 1, `It came late and was wet, number ${i}.`, 'Delivery']);
  const sheets = [
    { name: 'Read me', rows: [['Exported on Monday by the help desk, do not share.']] },
    { name: 'Codes', rows: rows(60, (i) => [`c${i}`, `code ${i}`]) },
    { name: 'Tickets', rows: [['Ticket No', 'text', 'Category'], ...reviews] },
  ] as Parameters<typeof writeXlsx>[0]['sheets'];
  for (const [name, bytes] of [
    ['a.xlsx', await writeXlsx({ sheets })],
    ['a.ods', await writeOds({ sheets })],
  ] as const) {
    const path = fileWith(name, bytes);
    const look = await lookAt(path, {});
    expect(look.columns?.dialect.sheet).toBe('Tickets');
    expect(look.columns?.columns.map(({ role }) => role)).toEqual(['id', 'text', 'labels']);
    expect((await found(path)).documents).toHaveLength(30);
    expect((await lookAt(path, { sheet: 'Codes' })).columns?.dialect.sheet).toBe('Codes');
  }
});

test('OpenDocument is read as Excel is', async () => {
  const path = fileWith('a.ods', await writeOds({ sheets: SHEETS }));
  expect(await formatIn(path)).toBe('ods');
  expect((await found(path)).documents).toEqual(ROWS);
});

test('a workbook is known by what is in it, not by its name', async () => {
  const bytes = await writeXlsx({ sheets: SHEETS });
  expect((await found(fileWith('export.csv', bytes), { format: 'csv' })).documents).toEqual(ROWS);
});

test('damaged, cut, empty and locked workbooks', async () => {
  const whole = await writeXlsx({ sheets: SHEETS });
  const broken = '"a.xlsx" is no readable workbook.';
  expect(await refusal(fileWith('a.xlsx', zipSync({ 'xl/workbook.xml': strToU8('<x/>') })))).toBe(broken);
  expect(await refusal(fileWith('a.xlsx', whole.slice(0, whole.length / 2)))).toMatch(
    /no readable workbook|can't be unpacked/,
  );
  expect(await refusal(fileWith('a.xlsx', await writeXlsx({ sheets: [SHEETS[0]!] })))).toBe(
    '"a.xlsx" is empty.',
  );
  const locked = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1000),
    Buffer.from('EncryptedPackage', 'utf16le'),
  ]);
  expect(await refusal(fileWith('a.xlsx', locked))).toBe('"a.xlsx" is encrypted.');
  const old = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1000),
    Buffer.from('Workbook', 'utf16le'),
  ]);
  expect(await refusal(fileWith('a.xls', old))).toBe('"a.xls" is no readable workbook.');
});

/** A workbook of one sheet with these rows of XML, and a chart where that is wanted (ECMA-376 part 1, 18.3). */
function sheetFile(rows: string, { merged = '', formats = '', chart = false } = {}): Uint8Array {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packaged = 'http://schemas.openxmlformats.org/package/2006';
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook ${main} xmlns:r="${office}"><sheets>${chart ? '<sheet name="Chart" sheetId="2" r:id="rId3"/>' : ''}<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/>${chart ? `<Relationship Id="rId3" Type="${office}/chartsheet" Target="chartsheets/sheet1.xml"/>` : ''}</Relationships>`,
    'xl/styles.xml': `<styleSheet ${main}><numFmts count="2"><numFmt numFmtId="170" formatCode="[h]:mm:ss"/>${formats}</numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="170" applyNumberFormat="1"/><xf numFmtId="171" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${main}><sheetData>${rows}</sheetData>${merged && `<mergeCells count="2">${merged}</mergeCells>`}</worksheet>`,
    ...(chart && { 'xl/chartsheets/sheet1.xml': `<chartsheet ${main}/>` }),
  };
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}

const number = (cell: string, value: number | string, style = 0) =>
  `<c r="${cell}" s="${style}"><v>${value}</v></c>`;

test('of an OpenDocument sheet, too', async () => {
  const rows = [
    ['id', 'text', 'topic'],
    [1, 'The parcel came late.', 'delivery'],
    [2, 'It was wet and torn.', null],
    [3, 'Much too dear for this.', 'price'],
  ];
  const merges = [{ startRow: 1, endRow: 2, startCol: 2, endCol: 2 }];
  const { documents } = await found(
    fileWith('a.ods', await writeOds({ sheets: [{ name: 'Reviews', rows, merges }] })),
    { columns: [{ column: 'topic', role: 'labels' }] },
  );
  expect(documents.map(({ labels }) => labels)).toEqual([
    { delivery: 'yes' },
    { delivery: 'yes' },
    { price: 'yes' },
  ]);
});

test('a cell that is merged over rows says the same in each of them, one over columns in the first', async () => {
  const texts = [
    'one two three four',
    'five six seven eight',
    'nine ten eleven twelve',
    'and the last one of them',
  ];
  const rows = texts.map((text, i) => {
    const at = i + 3;
    return `<row r="${at}">${number(`A${at}`, i + 1)}${words(`B${at}`, text)}${[words('C3', 'late'), '', '', words('C6', 'price')][i]}</row>`;
  });
  const head = `<row r="1">${words('A1', 'Tickets')}</row><row r="2">${words('A2', 'id')}${words('B2', 'text')}${words('C2', 'label')}</row>`;
  const merged = '<mergeCell ref="A1:C1"/><mergeCell ref="C3:C5"/>';
  const { documents } = await found(fileWith('a.xlsx', sheetFile(head + rows.join(''), { merged })));
  expect(documents.map(({ labels }) => labels)).toEqual([
    ...Array.from({ length: 3 }, () => ({ late: 'yes' })),
    { price: 'yes' },
  ]);
});

test('a chart among the sheets is no reason to read none', async () => {
  const rows = `<row r="1">${words('A1', 'id')}${words('B1', 'text')}</row><row r="2">${number('A2', 7)}${words('B2', 'one two')}</row>`;
  const { documents } = await found(fileWith('a.xlsx', sheetFile(rows, { chart: true })));
  expect(documents).toEqual([{ id: '7', text: 'one two' }]);
});

test('times of more than a day are hours, and zeros behind a text are shown', async () => {
  const rows = `<row r="1">${words('A1', 'id')}${words('B1', 'text')}${words('C1', 'took')}</row><row r="2">${number('A2', 7, 2)}${words('B2', 'one two')}${number('C2', 1.25, 1)}</row>`;
  const formats = '<numFmt numFmtId="171" formatCode="&quot;INV-&quot;0000"/>';
  const { documents } = await found(fileWith('a.xlsx', sheetFile(rows, { formats })));
  expect(documents).toEqual([{ id: 'INV-0007', text: 'one two', meta: { took: '30:00:00' } }]);
});

test('whole numbers keep every digit that a workbook has of them; what it has lost is told', async () => {
  const rows = ['1234567890123456', '1234567890123457', '1234567890123456789'].map(
    (id, i) => `<row r="${i + 2}">${number(`A${i + 2}`, id)}${words(`B${i + 2}`, `text ${i}`)}</row>`,
  );
  const head = `<row r="1">${words('A1', 'id')}${words('B1', 'text')}</row>`;
  const { documents, told } = await found(fileWith('a.xlsx', sheetFile(head + rows.join(''))));
  expect(documents.map(({ id }) => id)).toEqual([
    '1234567890123456',
    '1234567890123457',
    '1234567890123456800',
  ]);
  expect(told).toEqual([
    'a.xlsx: One whole number has more digits than a sheet keeps, the first in line 4: the last digits may be wrong. Store such ids as text.',
  ]);
});
