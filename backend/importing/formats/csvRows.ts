import { BackendError } from '../../errors.ts';
import { tooManyRows } from '../lines.ts';
import { LIMITS } from '../options.ts';
import type { Beginning, TextSource } from '../source.ts';

/** How a table is written as text. */
export interface Dialect {
  /** Between cells; '': there is one cell per row. */
  readonly delimiter: string;
  /** Around cells that hold it, a delimiter or line breaks; '': nothing is, and it is a character like others. */
  readonly quote: string;
  /** Before a quote within such a cell: the quote itself, or a backslash. */
  readonly escape: string;
  /** Lines before the table: one that says `sep=;`. */
  readonly skipped: number;
}

export interface Row {
  readonly fields: string[];
  /** On which it begins, from 1. */
  readonly line: number;
  readonly lines: number;
  /** It has a quote that is never closed, or closed within its cell, and was read as if quotes were nothing. */
  readonly loose: boolean;
}

type Cut = Omit<Row, 'line'> & { readonly end: number };

/**
 * Cuts text into rows, as it comes: a cell may hold line breaks in quotes (RFC 4180), and rows end in any way. A quote
 * that does not fit costs its row at most: that is read without quotes then, and the next line begins a row. Parsers
 * of CSV take everything up to the next quote for one cell, or give the file up there.
 */
function rowCutter(dialect: Dialect): (text: string, final: boolean) => Generator<Row> {
  let rest = '';
  let line = 1;
  let width = 0;
  return function* rows(text, final) {
    rest += text;
    let at = 0;
    while (at < rest.length) {
      const cut = rowAt(rest, at, { dialect, final, width });
      if (cut === null) break;
      const { fields, lines, loose } = cut;
      if (line > dialect.skipped && fields.some((field) => field.trim() !== '')) {
        // What stands above a table has one cell.
        if (fields.length > 1) width ||= fields.length;
        yield { fields, line, lines, loose };
      }
      line += lines;
      at = cut.end;
    }
    rest = rest.slice(at);
  };
}

interface Cutting {
  readonly dialect: Dialect;
  /** Nothing comes after this text. */
  readonly final: boolean;
  /** Cells of the table's first row, if it has several; 0: this may be it. */
  readonly width: number;
}

const LINE_END = /\r\n|\n|\r/g;

/** The row that begins there; null: it may go on in what is to come. */
function rowAt(text: string, at: number, { dialect, final, width }: Cutting): Cut | null {
  LINE_END.lastIndex = at;
  const found = LINE_END.exec(text);
  // A return at the very end may be half a line end.
  if (!final && (!found || (found[0] === '\r' && LINE_END.lastIndex === text.length))) return null;
  const stop = found?.index ?? text.length;
  const end = found ? stop + found[0].length : text.length;
  const line = text.slice(at, stop);
  const { quote } = dialect;
  const plain = { fields: split(line, dialect), end, lines: 1, loose: false };
  if (quote === '' || !line.includes(quote)) return plain;
  const strict = quotedRow(text, at, dialect, { final, lenient: false });
  if (strict === 'more' && !final && text.length - at < LIMITS.record) return null;
  if (typeof strict !== 'string') return strict;
  const fits = (row: Cut) => width === 0 || row.fields.length === width;
  const loose = { ...plain, loose: true };
  if (fits(loose)) return loose;
  const lenient = quotedRow(text, at, dialect, { final, lenient: true });
  return typeof lenient !== 'string' && fits(lenient) ? { ...lenient, loose: true } : loose;
}

/** A row without empty cells behind the last column: some programs end each row, but not the header, with a delimiter. */
export const withinWidth = (fields: string[], width: number): string[] =>
  fields.length > width && fields.slice(width).every((field) => field.trim() === '')
    ? fields.slice(0, width)
    : fields;

const split = (line: string, { delimiter }: Dialect): string[] =>
  delimiter === '' ? [line] : line.split(delimiter);

/**
 * A row with quoted cells. 'broken': something follows a closing quote in its cell; `lenient`: such a quote is one of
 * the cell. 'more': the text ends within a cell.
 */
function quotedRow(
  text: string,
  at: number,
  dialect: Dialect,
  { final, lenient }: { final: boolean; lenient: boolean },
): Cut | 'broken' | 'more' {
  const { delimiter, quote } = dialect;
  const fields: string[] = [];
  let i = at;
  let breaks = 0;
  while (true) {
    const from = quotedFrom(text, i, dialect);
    if (from === null) {
      const next = cellEnd(text, i, delimiter);
      fields.push(text.slice(i, next));
      i = next;
    } else {
      const cell = quotedCell(text, from, dialect, { final, lenient });
      if (typeof cell === 'string') return cell;
      fields.push(cell.value);
      breaks += cell.value.match(LINE_END)?.length ?? 0;
      i = cell.end;
    }
    if (delimiter !== '' && text.startsWith(delimiter, i)) {
      i += delimiter.length;
      continue;
    }
    if (text[i] === '\r' && i + 1 === text.length && !final) return 'more';
    if (i === text.length && !final) return 'more';
    const length = text.startsWith('\r\n', i) ? 2 : i < text.length ? 1 : 0;
    return { fields, end: i + length, lines: breaks + 1, loose: false };
  }

  /** Where the content of a quoted cell begins, spaces before it left out; null: the cell is not quoted. */
  function quotedFrom(all: string, start: number, { quote: own }: Dialect): number | null {
    let from = start;
    while (all[from] === ' ' && delimiter !== ' ') from += 1;
    return all.startsWith(own, from) ? from + quote.length : null;
  }
}

function cellEnd(text: string, from: number, delimiter: string): number {
  LINE_END.lastIndex = from;
  const stop = LINE_END.exec(text)?.index ?? text.length;
  const next = delimiter === '' ? -1 : text.indexOf(delimiter, from);
  return next < 0 ? stop : Math.min(next, stop);
}

function quotedCell(
  text: string,
  start: number,
  { delimiter, quote, escape: before }: Dialect,
  { final, lenient }: { final: boolean; lenient: boolean },
): { value: string; end: number } | 'broken' | 'more' {
  let value = '';
  let from = start;
  let at = start;
  while (true) {
    const found = text.indexOf(quote, at);
    const escaped = before === quote ? -1 : text.indexOf(before, at);
    if (escaped >= 0 && (found < 0 || escaped < found)) {
      const next = text[escaped + 1];
      if (next === undefined) return 'more';
      if (next === quote || next === before) {
        value += text.slice(from, escaped) + next;
        from = escaped + 2;
      }
      at = escaped + 2;
      continue;
    }
    if (found < 0) return 'more';
    if (found + 1 === text.length && !final) return 'more';
    const after = text[found + 1];
    if (before === quote && after === quote) {
      value += text.slice(from, found) + quote;
      from = found + 2;
      at = from;
      continue;
    }
    const closes =
      after === undefined ||
      after === '\n' ||
      after === '\r' ||
      (delimiter !== '' && text.startsWith(delimiter, found + 1));
    if (closes) return { value: value + text.slice(from, found), end: found + 1 };
    if (!lenient) return 'broken';
    at = found + 1;
  }
}

/** Complete rows at the beginning of a file, that of the names among them; at most one more than `most`. */
export function sampleRows({ head, headIsAll }: Beginning, dialect: Dialect, most = 500): Row[] {
  const text = head.replace(/^\uFEFF/, '');
  const cut = rowCutter(dialect);
  if (headIsAll) return first(cut(text, true), most);
  // The last row may be cut: without it what is left is whole.
  const whole = text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1) || text;
  const rows = first(cut(whole, false), most);
  if (rows.length > most) return rows;
  const open = first(cut('', true), most);
  return isTornCell(rows, open) ? rows : [...rows, ...open].slice(0, most + 1);
}

/**
 * Whether a quote that is open where the head ends begins a cell of several lines that goes on after it: its lines are no
 * rows. Of a lone quote in a table with delimiters they are as wide as the others.
 */
function isTornCell(rows: readonly Row[], open: readonly Row[]): boolean {
  const width = rows[0]?.fields.length ?? 0;
  return width === 1 || (width > 1 && open.some(({ fields }) => withinWidth(fields, width).length !== width));
}

function first(rows: Iterable<Row>, most: number): Row[] {
  const found: Row[] = [];
  for (const row of rows) {
    found.push(row);
    if (found.length > most) break;
  }
  return found;
}

/** The rows of a table, each with the line it begins on. Throws `csv_broken` or `too_many_rows`. */
export async function* rowsOf(source: TextSource, dialect: Dialect): AsyncIterable<Row> {
  const cut = rowCutter(dialect);
  let rows = 0;
  let first = true;
  let units = 0;
  const taken = function* (found: Iterable<Row>) {
    for (const row of found) {
      rows += 1;
      units = 0;
      if (rows > LIMITS.rows) throw tooManyRows(source.name);
      yield row;
    }
  };
  for await (const chunk of source.chunks()) {
    units += chunk.length;
    yield* taken(cut(first ? chunk.replace(/^\uFEFF/, '') : chunk, false));
    first = false;
    if (units > LIMITS.record) throw tooLong(source.name, rows + 1);
  }
  yield* taken(cut('', true));
}

const tooLong = (name: string, row: number) =>
  new BackendError(
    'csv_broken',
    `In "${name}" row ${row} is longer than 20 million characters.`,
    'Does the file have line breaks?',
    undefined,
    { name, row },
  );
