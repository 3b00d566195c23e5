import { dateOf, numberOf, truthOf } from '../../documents/fieldKinds.ts';
import { type Cell, joined, type ResultColumn, type ResultTable, type TableFormat } from './table.ts';

/** UTF-16 units that a cell of Excel holds. */
const MOST_UNITS = 32_767;
/** Excel counts days from 1900. */
const FIRST_DATE = Date.UTC(1900, 2, 1);
const WIDTHS = { text: 24, number: 12, date: 18, 'yes/no': 10, list: 30 } as const;

/**
 * A workbook with one sheet, streamed; beyond a million rows it goes on in a second sheet. Texts are typed as texts
 * (inline strings), so no spreadsheet runs them, whatever they begin with; no formula is ever written.
 */
export const xlsx: TableFormat = {
  name: 'xlsx',
  description: 'a workbook, in which dates are dates and numbers numbers',
  extension: '.xlsx',
  costs: ['texts of more than 32,767 characters are cut; at their end stands how long they were'],
  write,
};

async function* write(table: ResultTable): AsyncGenerator<Uint8Array> {
  const { writeXlsxStream } = await import('hucre/xlsx');
  const stream = writeXlsxStream(rowsOf(table), {
    name: 'Results',
    columns: table.columns.map(({ kind, timed }) => ({
      width: WIDTHS[kind],
      ...(kind === 'date' && { numFmt: timed ? 'yyyy-mm-dd hh:mm:ss' : 'yyyy-mm-dd' }),
    })),
    freezePane: { rows: 1 },
    zip64: false,
  });
  yield* stream;
}

type Value = string | number | boolean | Date | null;

async function* rowsOf({ columns, rows }: ResultTable): AsyncGenerator<Value[]> {
  yield columns.map(({ name }) => textCell(name));
  for await (const row of rows()) yield columns.map((column, i) => cellValue(row[i] ?? null, column));
}

function cellValue(cell: Cell, { kind }: ResultColumn): Value {
  if (cell === null || cell === '') return null;
  if (typeof cell === 'object') return cell.length === 0 ? null : textCell(joined(cell));
  if (typeof cell === 'boolean') return cell;
  if (kind === 'yes/no') return truthOf(cell) ?? textCell(String(cell));
  if (kind === 'number') {
    const number = numberOf(cell);
    return Number.isFinite(number) ? number : textCell(String(cell));
  }
  const at = kind === 'date' ? dateOf(cell) : Number.NaN;
  return at >= FIRST_DATE ? new Date(at) : textCell(String(cell));
}

/** What XML can't hold; Excel reads `_x0041_` as a character's number, so an underscore before one is spelt so itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const NOT_XML = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;
const LIKE_CODE = /_(?=x[0-9A-Fa-f]{4}_)/g;

function textCell(text: string): string {
  const clean = text.toWellFormed().replace(NOT_XML, '\uFFFD').replace(/\r\n?/g, '\n');
  if (clean.length <= MOST_UNITS) return clean.replace(LIKE_CODE, '_x005F_');
  const end = ` … (cut: ${clean.length} characters)`;
  return (clean.slice(0, MOST_UNITS - end.length).toWellFormed() + end).replace(LIKE_CODE, '_x005F_');
}
