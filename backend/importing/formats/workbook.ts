import { BackendError } from '../../errors.ts';
import { budgetOf } from '../budget.ts';
import { allBytes } from '../bytes.ts';
import { wordsOf } from '../cells.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat, Note } from '../format.ts';
import type { ImportOptions } from '../options.ts';
import { cellText, isRounded } from '../sheetCells.ts';
import { entryText, isZip, unpackedSize, zipNames } from '../zipNames.ts';
import { readableXls, readableXlsb } from './binarySheets.ts';
import { filledDown, sheetFacts } from './mergedCells.ts';
import { columnName, type OdsSheet, openDocumentSheets } from './openDocumentSheets.ts';
import type { FoundInSheet } from './sheetFinder.ts';
import { TABLE_OPTIONS, type Table, tableColumns, tableDocuments } from './table.ts';
import {
  hiddenRowsNote,
  linksNote,
  namesOf,
  notesOn,
  type Rounded,
  roundedNote,
  type Sheet,
  uncomputedNote,
} from './workbookNotes.ts';

const SAMPLE_ROWS = 501;

/** Sheets of Excel, of any age: `.xlsx`, `.xlsm`, `.xlsb`, `.xls`. */
export const excel = workbookFormat({
  id: 'xlsx',
  name: 'Excel',
  endings: { '.xlsx': 'Excel', '.xlsm': 'Excel', '.xlsb': 'Excel', '.xls': 'Excel' },
  is: async (file) => (await kindOf(file)) !== null && (await kindOf(file)) !== 'ods',
});

export const openDocument = workbookFormat({
  id: 'ods',
  name: 'OpenDocument',
  endings: { '.ods': 'OpenDocument', '.fods': 'OpenDocument' },
  is: async (file) => (await kindOf(file)) === 'ods',
});

type Kind = 'xlsx' | 'xlsb' | 'xls' | 'ods' | 'encrypted';

/** A spreadsheet of OpenDocument in one file of XML (ODF 1.3 part 3, 3.1.2). */
const FLAT = /office:mimetype="application\/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?"/;
const isFlat = ({ start }: ImportFile) =>
  start.includes('<office:document') && FLAT.test(start.toString('latin1'));
const OLE = 'd0cf11e0a1b11ae1';
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

/** By what is in it, whatever it is called; null: it is no workbook. */
async function kindOf(file: ImportFile): Promise<Kind | null> {
  if (file.start.toString('hex', 0, 8) === OLE) {
    // Names of streams in a compound file (MS-CFB 2.6.1); an encrypted workbook is one, too.
    const bytes = await allBytes(file.bytes, file.name);
    if (bytes.includes(utf16('EncryptedPackage'))) return 'encrypted';
    return bytes.includes(utf16('Workbook')) ? 'xls' : null;
  }
  if (!isZip(file)) return isFlat(file) ? 'ods' : null;
  const names = await zipNames(file);
  if (names.has('xl/workbook.bin')) return 'xlsb';
  if ([...names].some((name) => name.startsWith('xl/'))) return 'xlsx';
  return file.start.includes('mimetypeapplication/vnd.oasis.opendocument.spreadsheet') ? 'ods' : null;
}

function workbookFormat({
  is,
  ...common
}: Pick<DocumentFormat, 'id' | 'name' | 'endings'> & {
  is(file: ImportFile): Promise<boolean>;
}): DocumentFormat {
  return {
    ...common,
    binary: true,
    takes: [...TABLE_OPTIONS, 'sheet'],
    absence: 'open',
    sniff: async (file) => ((await is(file)) ? { kind: 'bytes' } : null),
    async *read(file, options) {
      const { table, notes, rounded } = await sheetOf(file, options);
      yield* notes;
      yield* tableDocuments(table, options);
      yield* roundedNote(file.name, rounded);
    },
    async columns(file, options) {
      const { table, sheet } = await sheetOf(file, options);
      const found = await tableColumns(table, options);
      return { ...found, dialect: { ...found.dialect, sheet } };
    },
    sheets: async (file) => (await openWorkbook(file)).sheets.map(({ name }) => name),
  };
}

type Cells = readonly unknown[];

interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Formulas of a sheet without a value, where the format tells them from empty cells. */
  uncomputed?(sheet: number): FoundInSheet | undefined;
  /** Rows of a sheet that are not shown, where the format tells. */
  hiddenRows?(sheet: number): FoundInSheet | undefined;
  /** Cells of a sheet with links behind them, where the format tells. */
  links?(sheet: number): readonly string[];
  /** Rows that have something, each with its number from 0. */
  rows(sheet: number): AsyncIterable<{ readonly index: number; readonly values: Cells }>;
}

/** Throws `workbook_broken` or `file_encrypted`; hints at nothing else. */
async function openWorkbook(file: ImportFile): Promise<Workbook> {
  const known = opened.get(file) ?? open(file);
  opened.set(file, known);
  return known;
}

const opened = new WeakMap<ImportFile, Promise<Workbook>>();

async function open(file: ImportFile): Promise<Workbook> {
  const kind = await kindOf(file);
  if (kind === 'encrypted') throw encrypted(file.name);
  const bytes = new Uint8Array(await allBytes(file.bytes, file.name));
  if (kind === 'xls') {
    const { readXls } = await import('hucre/xlsx');
    const { bytes: readable, hidden } = readableXls(bytes);
    return held(file, () => readXls(readable), hidden);
  }
  const budget = file.budget ?? budgetOf(file.name, bytes.length);
  if (kind === 'ods' && !isZip(file)) return ofOpenDocument(await openDocumentSheets(file), file);
  budget.check(await unpackedSize(file));
  if (kind === 'ods') {
    if (ENCRYPTED.test(await entryText(file, 'META-INF/manifest.xml'))) throw encrypted(file.name);
    return ofOpenDocument(await openDocumentSheets(file), file);
  }
  if (kind === 'xlsb') {
    const { readXlsb } = await import('hucre/xlsx');
    const { bytes: readable, hidden } = await inWords(file, async () => readableXlsb(bytes));
    return held(file, () => readXlsb(readable), hidden);
  }
  return streamed(file, bytes);
}

const ENCRYPTED = /<(?:\w+:)?encryption-data\b/;

function ofOpenDocument(sheets: readonly OdsSheet[] | null, file: ImportFile): Workbook {
  if (sheets === null) throw broken(file.name, null);
  return {
    sheets,
    uncomputed: (sheet) => sheets[sheet]?.uncomputed,
    async *rows(sheet) {
      const { rows = [], merged = [] } = sheets[sheet] ?? {};
      function* each() {
        for (const { index, repeated, values } of rows)
          for (let i = 0; i < repeated; i++) yield { index: index + i, values };
      }
      yield* filledDown(each(), merged);
    },
  };
}

/** XLSX row by row: memory does not grow with the sheet, but for its strings. */
async function streamed(file: ImportFile, bytes: Uint8Array): Promise<Workbook> {
  const { readXlsx, streamXlsxRows } = await import('hucre/xlsx');
  const sheets: Sheet[] = [];
  await inWords(file, () =>
    readXlsx(bytes, {
      sheets: ({ name, hidden, veryHidden }) => {
        sheets.push({ name, hidden: Boolean(hidden || veryHidden) });
        return false;
      },
    }),
  );
  const padded = PADDED.test(await entryText(file, 'xl/styles.xml'));
  const facts = await sheetFacts(file);
  return {
    sheets,
    uncomputed: (sheet) => facts.get(sheet)?.uncomputed,
    hiddenRows: (sheet) => facts.get(sheet)?.hiddenRows,
    links: (sheet) => facts.get(sheet)?.links ?? [],
    async *rows(sheet) {
      if (padded) {
        // How a number is shown comes only with the whole sheet.
        const { rows } = await held(file, () => readXlsx(bytes, { sheets: [sheet], readStyles: true }));
        yield* rows(0);
        return;
      }
      try {
        yield* filledDown(streamXlsxRows(bytes, { sheet }), facts.get(sheet)?.merged ?? []);
      } catch (error) {
        throw broken(file.name, error);
      }
    },
  };
}

/** A format that shows leading zeros, as numbers of customers and postal codes have them: 00000, or "INV-"0000. */
const PADDED = /formatCode=["'](?:(?:&quot;|")[^"&]*(?:&quot;|"))?0{2,}["']/;
const ZEROS = /^(?:"([^"]*)")?(0{2,})$/;

type Read = Awaited<ReturnType<typeof import('hucre/xlsx').readXlsx>>;

async function held(
  file: ImportFile,
  read: () => Promise<Read>,
  concealed: ReadonlySet<number> = new Set(),
): Promise<Workbook> {
  const { sheets } = await inWords(file, read);
  return {
    sheets: sheets.map(({ name }, i) => ({ name, hidden: concealed.has(i) })),
    async *rows(sheet) {
      const { rows = [], cells, merges = [] } = sheets[sheet] ?? {};
      function* padded() {
        // Rows without cells are holes.
        for (const [index, row = []] of rows.entries()) {
          const values = row.map((value, column) => {
            const [, before = '', zeros] =
              ZEROS.exec(cells?.get(`${index},${column}`)?.style?.numFmt ?? '') ?? [];
            return zeros && typeof value === 'number'
              ? before + String(value).padStart(zeros.length, '0')
              : value;
          });
          yield { index, values };
        }
      }
      yield* filledDown(padded(), merges);
    },
  };
}

async function inWords<T>(file: ImportFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw broken(file.name, error);
  }
}

interface Chosen {
  readonly table: Table;
  readonly sheet: string;
  /** What is worth knowing of it and of the other sheets. */
  readonly notes: readonly Note[];
  /** Grows as its rows are read. */
  readonly rounded: Rounded;
}

/** The sheet that is meant: the one that was said, else the one that looks most like a table of texts. */
async function sheetOf(file: ImportFile, options: ImportOptions): Promise<Chosen> {
  const workbook = await openWorkbook(file);
  const { sheets } = workbook;
  const said = sheets.findIndex(({ name }) => name === options.sheet);
  if (options.sheet !== undefined && said < 0) throw noSheet(file.name, options.sheet, sheets);
  const sheet = options.sheet === undefined ? await likeliest(file, workbook) : said;
  const rounded: Rounded = { count: 0, line: 0 };
  const table = await tableOf(file.name, workbook, { sheet, rounded });
  return {
    table,
    rounded,
    sheet: sheets[sheet]!.name,
    notes: [
      ...notesOn(file.name, sheets, sheet),
      ...uncomputedNote(file.name, workbook.uncomputed?.(sheet)),
      ...hiddenRowsNote(file.name, workbook.hiddenRows?.(sheet)),
      ...linksNote(file.name, workbook.links?.(sheet) ?? []),
    ],
  };
}

/** Rows beyond which one sheet is as good as another. */
const MOST_COUNTED = 5000;

/** What is shown goes before what is hidden, then more rows before fewer; of equals the first. Throws `file_empty`. */
async function likeliest(file: ImportFile, workbook: Workbook): Promise<number> {
  const known = likeliestOf.get(workbook);
  if (known !== undefined) return known;
  const { sheets } = workbook;
  for (const hidden of [false, true]) {
    const all = [...sheets.keys()].filter((i) => sheets[i]!.hidden === hidden);
    const likeness = await Promise.all(all.map((sheet) => likenessOf(workbook, sheet)));
    const most = Math.max(0, ...likeness);
    const best = all[likeness.indexOf(most)];
    if (most === 0 || best === undefined) continue;
    likeliestOf.set(workbook, best);
    return best;
  }
  throw empty(file.name);
}

const likeliestOf = new WeakMap<Workbook, number>();

/** How much a sheet is like a table of texts: by its rows, more where there are several columns, and sentences. 0: it is empty. */
async function likenessOf(workbook: Workbook, sheet: number): Promise<number> {
  let count = 0;
  let tabular = 0;
  let sentences = 0;
  try {
    for await (const { values } of workbook.rows(sheet)) {
      const cells = values.map(cellText).filter((cell) => cell.trim() !== '');
      if (cells.length === 0) continue;
      count += 1;
      if (cells.length > 1) tabular += 1;
      if (cells.some((cell) => wordsOf(cell) > 3)) sentences += 1;
      if (count === MOST_COUNTED) break;
    }
  } catch (error) {
    // A chart is a sheet without cells: it is no reason to read none of the others.
    if (workbook.sheets.length === 1 || count > 0) throw error;
  }
  return count * (tabular * 2 > count ? 2 : 1) * (sentences * 2 > count ? 4 : 1);
}

async function tableOf(
  name: string,
  workbook: Workbook,
  { sheet, rounded }: { sheet: number; rounded: Rounded },
): Promise<Table> {
  const sample: string[][] = [];
  for await (const { values } of workbook.rows(sheet)) {
    const cells = values.map(cellText);
    if (cells.every((cell) => cell === '')) continue;
    sample.push(cells);
    if (sample.length === SAMPLE_ROWS) break;
  }
  const width = Math.max(0, ...sample.map((cells) => cells.findLastIndex((cell) => cell !== '') + 1));
  const even = (cells: readonly string[]) => {
    const filled = cells.findLastIndex((cell) => cell !== '') + 1;
    return Array.from({ length: Math.max(width, filled) }, (_, i) => cells[i] ?? '');
  };
  return {
    name,
    marked: false,
    columnName,
    sample: sample.map(even),
    async *rows(how) {
      for await (const { index, values } of workbook.rows(sheet)) {
        const cells = values.map(cellText);
        if (cells.every((cell) => cell === '')) continue;
        for (const value of how?.looking ? [] : values)
          if (isRounded(value) && rounded.count++ === 0) rounded.line = index + 1;
        yield { fields: even(cells), line: index + 1 };
      }
    },
  };
}

const noSheet = (name: string, sheet: string, sheets: readonly Sheet[]) =>
  new BackendError(
    'sheet_missing',
    `"${name}" has no sheet "${sheet.slice(0, 100)}".`,
    `It has: ${namesOf(sheets)}.`,
    undefined,
    { name },
  );

const empty = (name: string) =>
  new BackendError('file_empty', `"${name}" is empty.`, 'Choose a file with documents.', undefined, { name });

const encrypted = (name: string) =>
  new BackendError('file_encrypted', `"${name}" is encrypted.`, 'Save it without a password.', undefined, {
    name,
  });

function broken(name: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  return new BackendError(
    'workbook_broken',
    `"${name}" is no readable workbook.`,
    'Open it in the program that it comes from, and save it anew.',
    error,
    { name },
  );
}
