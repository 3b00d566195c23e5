import { wordsOf } from '../cells.ts';
import { idColumns, labelColumns, textColumns, usualColumn } from '../fields.ts';
import type { ImportOptions } from '../options.ts';
import type { Beginning } from '../source.ts';
import { type Dialect, type Row, sampleRows, withinWidth } from './csvRows.ts';

/** What stands between cells: the usual ones, then those that only a table with usual names may have. */
export const DELIMITERS = [',', '\t', ';', '|'] as const;
const RARE = ['~', '^', '¦', '\u0001'] as const;
/** Most rows are as wide as the first one. */
const EVEN = 0.8;
const EVEN_ENOUGH = 0.6;
const USUAL: readonly string[] = [...textColumns, ...idColumns, ...labelColumns];

/** What a table's text looks like. */
export interface FoundDialect extends Dialect {
  /** The share of the first rows that are as wide as the first. */
  readonly even: number;
  readonly width: number;
}

/** Whether one of these is a name that columns of documents usually have. */
export const hasUsualName = (names: readonly string[]): boolean => usualColumn(names, USUAL) !== null;

/**
 * How a table that begins so is written: what is said, else what cuts its first rows into equally many cells. null: it
 * has one column, or it is none.
 */
export function dialectOf(
  beginning: Beginning,
  { delimiter, quote, escape: before }: Pick<ImportOptions, 'delimiter' | 'quote' | 'escape'> = {},
): FoundDialect | null {
  const sep = /^\uFEFF?"?sep=(.)"?[ \t]*(?:\r\n|\n|\r)/i.exec(beginning.head);
  const skipped = sep ? 1 : 0;
  const said = delimiter ?? sep?.[1];
  const candidates = said === undefined ? [...DELIMITERS, ...RARE] : [said];
  const found = candidates.map((own) =>
    withQuotes(beginning, { delimiter: own, skipped, quote, escape: before }),
  );
  const good = found.filter(
    ({ delimiter: own, even, width, usual, bold }) =>
      said !== undefined ||
      (width > 1 &&
        even >= (usual ? EVEN_ENOUGH : EVEN) &&
        (usual || !(bold || RARE.some((rare) => rare === own)))),
  );
  const [best] = good.sort(
    (a, b) =>
      // A header whose names another delimiter cuts is no title, and commas that cut no better than it are decimal ones.
      Number(a.titled) - Number(b.titled) ||
      Number(b.even === 1) - Number(a.even === 1) ||
      b.width - a.width ||
      b.even - a.even ||
      Number(a.delimiter === ',') - Number(b.delimiter === ','),
  );
  // Names that are usual stand in the first row: what does not fit below is told row by row.
  return best ?? found.find(({ width, usual }) => width > 1 && usual) ?? null;
}

/** With the quotes that are said, else those that fit best. */
function withQuotes(
  beginning: Beginning,
  given: Pick<Dialect, 'delimiter' | 'skipped'> & { quote: string | undefined; escape: string | undefined },
): FoundDialect & { readonly usual: boolean; readonly bold: boolean; readonly titled: boolean } {
  const { delimiter, skipped, quote, escape: before } = given;
  const tried = (own: Pick<Dialect, 'quote' | 'escape'>) => {
    const dialect = { delimiter, skipped, ...own };
    return { ...dialect, ...measured(sampleRows(beginning, dialect), delimiter) };
  };
  const usual = tried({ quote: quote ?? '"', escape: before ?? quote ?? '"' });
  if (quote === '' || (quote !== undefined && before !== undefined)) return usual;
  if (before === undefined && usual.loose > 0 && beginning.head.includes(`\\${usual.quote}`)) {
    const backslash = tried({ quote: usual.quote, escape: '\\' });
    if (backslash.loose < usual.loose) return backslash;
  }
  if (quote === undefined) {
    const bare = tried({ quote: '', escape: '' });
    // Quotes that pair across lines by chance: each of these lines is a whole row by itself.
    const chance = usual.loose > 0 || (delimiter === '\t' && usual.long > 0);
    if (chance && bare.even === 1 && bare.width === usual.width && !usual.needed) return bare;
    const single = usual.loose > 0 || usual.even < 1 ? tried({ quote: "'", escape: "'" }) : usual;
    if (single.needed && single.loose === 0 && single.even === 1 && usual.even < 1) return single;
  }
  return usual;
}

function measured(all: readonly Row[], delimiter: string) {
  const rows = belowTitles(all);
  const [first] = rows;
  const width = first?.fields.length ?? 0;
  const even =
    rows.filter(({ fields }) => withinWidth(fields, width).length === width).length /
    Math.max(1, rows.length);
  return {
    width,
    even,
    /** Whether lines above the table are taken for its title. */
    titled: rows.length < all.length,
    /** Whether lines above the table are taken for its title though they may be all there is: texts have commas, too. */
    bold: rows.length < all.length && (rows.length < 2 || (delimiter === ',' && (width < 3 || even < 1))),
    loose: rows.filter(({ loose }) => loose).length,
    /** Rows of several lines. */
    long: rows.filter(({ lines }) => lines > 1).length,
    usual: first !== undefined && hasUsualName(first.fields),
    /** Whether a row of one line would be cut otherwise without quotes. */
    needed: rows.some(
      ({ fields, lines, loose }) =>
        !loose && lines === 1 && delimiter !== '' && fields.some((field) => field.includes(delimiter)),
    ),
  };
}

/** Without the lines of one cell that stand above a table: a title, comments. Where all lines are so, none is. */
function belowTitles(rows: readonly Row[]): readonly Row[] {
  const first = rows.findIndex(({ fields }) => fields.length > 1);
  if (first <= 0 || first > MOST_TITLES) return rows;
  return rows.slice(0, first).some(({ fields }) => hasUsualName(fields)) ? rows : rows.slice(first);
}

/** Lines that may stand above a table. */
export const MOST_TITLES = 10;

const DATA = /^\s*[+-]?(?:\d+(?:[.,]\d+)*|\d{4}-\d{2}-\d{2}.*)\s*$/;

/**
 * Whether the first row of a table names its columns: it has a usual name, or something in it does not look like the
 * cells below. A cell that comes again below it, or a number above numbers, is no name; where all first cells are made
 * as those below, sentences among them, none is.
 */
export function headed([first, ...rows]: readonly (readonly string[])[]): boolean {
  if (first === undefined) return false;
  if (hasUsualName(first)) return true;
  const cells = first.map((cell, i) => ({
    own: cell.trim(),
    below: rows.flatMap((row) => (row[i]?.trim() ? [row[i].trim()] : [])),
  }));
  const filled = cells.filter(({ own }) => own !== '');
  if (filled.some(({ own, below }) => below.includes(own))) return false;
  const isData = ({ own, below }: { own: string; below: readonly string[] }) =>
    DATA.test(own) && below.length > 0 && below.every((value) => DATA.test(value));
  if (filled.some(isData)) return false;
  const wordy = filled.filter(({ own }) => wordsOf(own) >= WORDY);
  if (wordy.some(({ own }) => /[?:]$/.test(own))) return true;
  const alike = ({ own, below }: { own: string; below: readonly string[] }) =>
    below.length === 0 ? wordsOf(own) >= WORDY : kindOf(own) === kindOf(usualOf(below));
  return wordy.length === 0 || !filled.every(alike);
}

/** Words of a sentence, at least. */
const WORDY = 4;

/** What a cell is made as: a number or a day, a sentence, or fewer words. */
export const kindOf = (cell: string): 'data' | 'sentence' | 'word' =>
  DATA.test(cell) ? 'data' : wordsOf(cell) >= WORDY ? 'sentence' : 'word';

/** The cell of middle length. */
export const usualOf = (cells: readonly string[]): string =>
  [...cells].sort((a, b) => a.length - b.length)[cells.length >> 1] ?? '';
