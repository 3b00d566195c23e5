import type { JsonObject } from './json.ts';
import { LIMITS } from './options.ts';

/** So many rows that are spread evenly over the file are kept at most, and half as many at least where there are more. */
const SPREAD = 1000;
/** So many values of a column that came for the first time choose their rows. */
const NEW_VALUES = 200;
/** Rows that are kept for their values. */
const TELLING = 3000;
/** A longer value is a text, of which each is new. */
const LONGEST_TOLD = 200;
/** UTF-16 units of a cell that are kept. */
const LONGEST_KEPT = 2000;
/** Rows and UTF-16 units that are looked at: beyond, a file is read by what came before. */
const MOST_ROWS = 200_000;
export const MOST_LOOKED = 128 * 1024 * 1024;

interface Looked<Row> {
  /** Rows that were looked at before, from the file's beginning. */
  readonly first: number;
  /** What stands in a row, by column. */
  cellsOf(row: Row): Iterable<readonly [string | number, unknown]>;
  /** The row, so that it holds on to nothing of the file. */
  kept(row: Row): Row;
}

/**
 * Rows after a file's first ones by which, too, it is told what its columns are: labels may begin where somebody began to
 * annotate, and a table that is sorted begins with what is alike. These are some that are spread evenly over the file, and those in
 * which a column has a value, or one of its first values, for the first time. In the order of the file, the same for the same file.
 *
 * What can't be read ends it: whoever reads the file tells.
 */
export async function laterRows<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  { first, cellsOf, kept }: Looked<Row>,
): Promise<Row[]> {
  let spread = new Map<number, Row>();
  const telling = new Map<number, Row>();
  const values = new Map<string | number, Set<string>>();
  let step = 1;
  let at = -1;
  let units = 0;
  try {
    for await (const row of rows) {
      at += 1;
      if (at >= MOST_ROWS || units > MOST_LOOKED) break;
      if (at < first) continue;
      let isNew = false;
      let begins = false;
      for (const [column, value] of cellsOf(row)) {
        const told = toldOf(value);
        units += told.length;
        if (told === '') continue;
        const own = values.get(column) ?? new Set();
        // Be it a text: that there is such a column is told by nothing else.
        if (!values.has(column) && values.size < LIMITS.columns) {
          values.set(column, own);
          begins = true;
        }
        if (told.length > LONGEST_TOLD || own.size >= NEW_VALUES || own.has(told)) continue;
        // A copy: a part of a text keeps all of it in memory.
        own.add(Buffer.from(told).toString());
        isNew = true;
      }
      if (begins || (isNew && telling.size < TELLING)) telling.set(at, kept(row));
      else if ((at - first) % step === 0) spread.set(at, kept(row));
      if (spread.size > SPREAD) {
        step *= 2;
        spread = new Map([...spread].filter(([own]) => (own - first) % step === 0));
      }
    }
  } catch {
    // Said by whoever reads it.
  }
  return [...spread, ...telling].sort(([a], [b]) => a - b).map(([, row]) => row);
}

/** A value by which it is told from others; '': there is none. */
const toldOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value === null
      ? ''
      : (JSON.stringify(value, (_, own: unknown) => (typeof own === 'bigint' ? String(own) : own)) ?? '');

/** The same of records, after as many as `first`. */
export const laterRecords = (
  records: AsyncIterable<JsonObject> | Iterable<JsonObject>,
  first: number,
): Promise<JsonObject[]> =>
  laterRows(records, { first, cellsOf: (record) => Object.entries(record), kept: (record) => record });

/** A copy of a cell that is no part of a longer text, and no longer than what tells of a column. */
export const keptCell = (cell: string): string => Buffer.from(cell.slice(0, LONGEST_KEPT)).toString();
