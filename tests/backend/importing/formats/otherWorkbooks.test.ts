import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { cellText } from '../../../../backend/importing/sheetCells.ts';
import { fileWith, formatIn, found, refusal, textsIn } from './support.ts';

const SPACES = ['office', 'table', 'text', 'style', 'calcext']
  .map((name) => `xmlns:${name}="urn:${name}"`)
  .join(' ');
const MIME = 'application/vnd.oasis.opendocument.spreadsheet';
const STYLES =
  '<office:automatic-styles><style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>';

const content = (sheets: string) =>
  `<?xml version="1.0"?><office:document ${SPACES} office:mimetype="${MIME}">${STYLES}<office:body><office:spreadsheet>${sheets}</office:spreadsheet></office:body></office:document>`;

function ods(sheets: string, manifest = ''): Uint8Array {
  return zipSync({
    mimetype: [strToU8(MIME), { level: 0 }],
    'content.xml': strToU8(content(sheets)),
    'META-INF/manifest.xml': strToU8(
      `<manifest:manifest xmlns:manifest="urn:m">${manifest}</manifest:manifest>`,
    ),
  });
}

const sheet = (rows: string, attributes = 'table:name="Data"') =>
  `<table:table ${attributes}>${rows}</table:table>`;
const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`;
const words = (text: string) =>
  `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
const cell = (attributes: string, shown = '') =>
  `<table:table-cell ${attributes}>${shown && `<text:p>${shown}</text:p>`}</table:table-cell>`;

test('rows of an OpenDocument sheet that are repeated as headers, or grouped, are read', async () => {
  const rows = `<table:table-header-rows>${row(words('id'), words('text'))}</table:table-header-rows>
    <table:table-row-group>${row(words('a'), words('The parcel came late.'))}
      <table:table-row-group table:display="false">${row(words('b'), words('It was wet and torn.'))}</table:table-row-group>
    </table:table-row-group><table:table-rows>${row(words('c'), words('Much too dear for this.'))}</table:table-rows>`;
  expect((await found(fileWith('a.ods', ods(sheet(rows))))).documents).toEqual([
    { id: 'a', text: 'The parcel came late.' },
    { id: 'b', text: 'It was wet and torn.' },
    { id: 'c', text: 'Much too dear for this.' },
  ]);
});

test('cells of OpenDocument say what they show: times, errors in any language, zeros, all digits, no notes', async () => {
  const head = row(...['id', 'text', 'time', 'day', 'code', 'error'].map(words));
  const body = row(
    cell('office:value-type="float" office:value="12345678901234567891"', '1.23E+19'),
    '<table:table-cell office:value-type="string"><office:annotation><text:p>by Ada</text:p></office:annotation><text:p>It came<text:s text:c="2"/><text:span>late</text:span>,</text:p><text:p>and &amp; wet.</text:p></table:table-cell>',
    cell('office:value-type="time" office:time-value="PT30H05M09.000000000S"', '30:05:09'),
    cell('office:value-type="date" office:date-value="2025-01-02T03:04:05.250000000"', '02.01.25'),
    cell('office:value-type="float" office:value="42"', '00042'),
    cell(
      'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
      '#WERT!',
    ),
  );
  const rows = `${head}${body}<table:table-row table:number-rows-repeated="1048573"><table:table-cell table:style-name="ce1" table:number-columns-repeated="16384"/></table:table-row>`;
  expect(await found(fileWith('a.ods', ods(sheet(rows))))).toEqual({
    documents: [
      {
        id: '12345678901234567891',
        text: 'It came  late,\nand & wet.',
        meta: { time: '30:05:09', day: '2025-01-02T03:04:05', code: '00042' },
      },
    ],
    told: [],
  });
});

test('of OpenDocument, too, hidden sheets are told as such, and formulas that were never computed', async () => {
  const rows = Array.from({ length: 3 }, (_, i) =>
    row(words(`This is sentence ${i}.`), cell('table:formula="of:=[.A1]"')),
  );
  const many = Array.from({ length: 9 }, (_, i) => row(words(`An old sentence, ${i}.`), words('x')));
  const head = row(words('text'), words('label'));
  const both =
    sheet(head + many.join(''), 'table:name="Old" table:style-name="off"') + sheet(head + rows.join(''));
  const { documents, told } = await found(fileWith('a.ods', ods(both)));
  expect(documents).toHaveLength(3);
  expect(told).toEqual([
    'a.ods: The sheet "Data" was read, the hidden sheet "Old" was not.',
    'a.ods: 3 cells are formulas that were never computed (the first: B2), and are read as empty: open the file in Excel or LibreOffice, save it there, and import it again.',
  ]);
});

test('a flat OpenDocument sheet is a workbook; one with a password, and one that was cut, are told', async () => {
  const rows = row(words('text')) + row(words('It came late again.')) + row(words('It was wet and torn.'));
  const flat = fileWith('a.fods', content(sheet(rows)));
  expect(await formatIn(flat)).toBe('ods');
  expect(await textsIn(flat)).toEqual(['It came late again.', 'It was wet and torn.']);
  expect(await refusal(fileWith('a.fods', content(sheet(rows)).slice(0, -60)))).toBe(
    '"a.fods" is no readable workbook.',
  );
  expect(await refusal(fileWith('a.ods', ods(sheet(rows), '<manifest:encryption-data/>')))).toBe(
    '"a.ods" is encrypted.',
  );
});

/** A record of XLSB (MS-XLSB 2.1.4). */
const binary = (id: number, ...data: (number | string)[]): Buffer => {
  const parts = data.map((value) => {
    if (typeof value === 'string') return Buffer.concat([u32(value.length), Buffer.from(value, 'utf16le')]);
    return u32(value);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([
    Buffer.from(id > 127 ? [(id & 0x7f) | 0x80, id >> 7, body.length] : [id, body.length]),
    body,
  ]);
};

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function xlsb(
  sheets: Readonly<Record<string, { readonly state: number; readonly records: readonly Buffer[] }>>,
) {
  const names = Object.keys(sheets);
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet';
  const files: Record<string, Uint8Array> = {
    'xl/workbook.bin': Buffer.concat(
      names.map((name, i) => binary(156, sheets[name]!.state, i + 1, `rId${i + 1}`, name)),
    ),
    'xl/_rels/workbook.bin.rels': strToU8(
      `<Relationships>${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${type}" Target="worksheets/sheet${i + 1}.bin"/>`).join('')}</Relationships>`,
    ),
  };
  for (const [i, name] of names.entries())
    files[`xl/worksheets/sheet${i + 1}.bin`] = Buffer.concat(sheets[name]!.records);
  return zipSync(files);
}

test('XLSB: cells that do not say their column are read, rows without cells are none, hidden sheets are told', async () => {
  const records = [
    ...[binary(0, 0), binary(6, 0, 0, 'id'), binary(17, 0, 'text'), binary(17, 0, 'when')],
    ...[binary(0, 1), binary(6, 0, 0, 'a'), binary(17, 0, 'The parcel came late.'), binary(17, 0, 'June')],
    ...[binary(0, 4), binary(6, 0, 0, 'b'), binary(1, 1, 0), binary(17, 0, 'May')],
    ...[binary(0, 5), binary(17, 0, 'c'), binary(17, 0, 'It was wet and torn.')],
  ];
  const path = fileWith('a.xlsb', xlsb({ Data: { state: 0, records }, Old: { state: 1, records: [] } }));
  expect(await found(path)).toEqual({
    documents: [
      { id: 'a', text: 'The parcel came late.', meta: { when: 'June' } },
      { id: 'c', text: 'It was wet and torn.' },
    ],
    told: [
      'a.xlsb: The sheet "Data" was read, the hidden sheet "Old" was not.',
      'a.xlsb:5: The text is empty.',
    ],
  });
});

/** A record of BIFF8 (MS-XLS 2.1.4) of 16-bit numbers and texts. */
function record(id: number, ...data: (number | Buffer)[]): Buffer {
  const body = Buffer.concat(data.map((value) => (typeof value === 'number' ? u16(value) : value)));
  return Buffer.concat([u16(id), u16(body.length), body]);
}

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const wide = (text: string): Buffer =>
  Buffer.concat([u16(text.length), Buffer.from([1]), Buffer.from(text, 'utf16le')]);
const label = (at: number, column: number, text: string) => record(0x204, at, column, 0, wide(text));

const GLOBALS = { start: 0x809, end: 0x0a, sheet: 0x85 };

function boundSheet(at: number, state: number, name: string): Buffer {
  return record(GLOBALS.sheet, u32(at), state, Buffer.from([name.length, 0]), Buffer.from(name, 'latin1'));
}

/** A compound file with this stream (MS-CFB 2), in small sectors where it is short. */
function compound(stream: Buffer): Buffer {
  const small = stream.length < 4096;
  const sectors = Math.ceil(stream.length / 512);
  const header = Buffer.alloc(512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  for (const [at, value] of [
    [0x18, 0x3e],
    [0x1a, 3],
    [0x1c, 0xfffe],
    [0x1e, 9],
    [0x20, 6],
  ] as const)
    header.writeUInt16LE(value, at);
  const [fat, directory] = [Buffer.alloc(512, 0xff), Buffer.alloc(512)];
  const miniFat = Buffer.alloc(512, 0xff);
  const link = (table: Buffer, first: number, count: number) => {
    for (let i = 0; i < count; i++)
      table.writeUInt32LE(i + 1 < count ? first + i + 1 : 0xfffffffe, (first + i) * 4);
  };
  fat.writeUInt32LE(0xfffffffd, 0);
  link(fat, 1, 1);
  link(fat, 2, 1);
  link(fat, 3, sectors);
  if (small) link(miniFat, 0, Math.ceil(stream.length / 64));
  for (const [at, value] of [
    [0x2c, 1],
    [0x30, 1],
    [0x38, 4096],
    [0x3c, small ? 2 : 0xfffffffe],
    [0x40, small ? 1 : 0],
    [0x44, 0xfffffffe],
    [0x48, 0],
  ] as const)
    header.writeUInt32LE(value, at);
  header.fill(0xff, 0x4c);
  header.writeUInt32LE(0, 0x4c);
  const entry = (
    index: number,
    name: string,
    { type, first, size }: { type: number; first: number; size: number },
  ) => {
    const at = index * 128;
    directory.write(name, at, 'utf16le');
    directory.writeUInt16LE((name.length + 1) * 2, at + 64);
    directory[at + 66] = type;
    for (const place of [68, 72, 76]) directory.writeUInt32LE(0xffffffff, at + place);
    if (type === 5) directory.writeUInt32LE(1, at + 76);
    directory.writeUInt32LE(first, at + 116);
    directory.writeUInt32LE(size, at + 120);
  };
  entry(0, 'Root Entry', { type: 5, first: small ? 3 : 0xfffffffe, size: small ? sectors * 512 : 0 });
  entry(1, 'Workbook', { type: 2, first: small ? 0 : 3, size: stream.length });
  return Buffer.concat([
    header,
    fat,
    directory,
    miniFat,
    stream,
    Buffer.alloc(sectors * 512 - stream.length),
  ]);
}

test.each([0, 4096])(
  'XLS: texts of shared formulas and hidden sheets are found, rows without cells are none (%i bytes more)',
  async (more) => {
    const start = record(GLOBALS.start, 0x600, 0x10, 0, 0);
    const end = record(GLOBALS.end);
    const formula = (at: number) => record(0x06, at, 1, 0, 0, 0, 0, 0xffff, 0, u32(0), 0);
    const data = Buffer.concat([
      ...[start, label(0, 0, 'id'), label(0, 1, 'text'), label(2, 0, 'a')],
      ...[formula(2), record(0x4bc, 2, 3, 0, 0), record(0x207, wide('The parcel came late.'))],
      ...[label(3, 0, 'b'), formula(3), record(0x207, wide('It was wet and torn.'))],
      ...[end, start, label(0, 0, 'text'), end, Buffer.alloc(more)],
    ]);
    const globals = (at: number) =>
      Buffer.concat([start, boundSheet(at, 0, 'Data'), boundSheet(at + data.length, 1, 'Old'), end]);
    const stream = Buffer.concat([globals(globals(0).length), data]);
    expect(await found(fileWith('a.xls', compound(stream)))).toEqual({
      documents: [
        { id: 'a', text: 'The parcel came late.' },
        { id: 'b', text: 'It was wet and torn.' },
      ],
      told: ['a.xls: The sheet "Data" was read, the hidden sheet "Old" was not.'],
    });
  },
);

test('a time of day is one in workbooks that count from 1904, too', () => {
  expect(cellText(new Date('1904-01-01T06:14:24Z'))).toBe('06:14:24');
  expect(cellText(new Date('1904-01-01T00:00:00Z'))).toBe('1904-01-01');
  expect(cellText(new Date('1904-01-02T06:14:24Z'))).toBe('1904-01-02T06:14:24');
});
