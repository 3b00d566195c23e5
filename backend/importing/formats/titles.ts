import { textColumns, usualColumn } from '../fields.ts';
import { hasUsualName, headed, kindOf, MOST_TITLES, usualOf } from './csvDialect.ts';

type Rows = readonly (readonly string[])[];

/** How a column of what people wrote is called, beside the usual names: enough above one column of sentences. */
const OF_TEXTS = [
  ...textColumns,
  ...['texts', 'comment', 'comments', 'feedback', 'answer', 'answers', 'response', 'responses', 'reviews'],
  ...[
    'messages',
    'description',
    'kommentar',
    'kommentare',
    'antwort',
    'antworten',
    'nachricht',
    'nachrichten',
  ],
  ...['rückmeldung', 'rückmeldungen', 'bewertung', 'bewertungen', 'beschreibung', 'anliegen', 'freitext'],
] as const;

/** Lines of a title above names that only the cells below tell. */
const FEW_TITLES = 3;

/**
 * How many rows stand above the header of a table: a title, or nothing. They have one filled cell at most where the others
 * have several, and below them comes a header. A table that mostly has one filled cell needs names that are clear: of a
 * column with notes beside a few rows, or of nothing but texts, the first row is the header.
 */
export function titleRows(rows: Rows): number {
  const filled = rows.map((row) => filledIn(row).length);
  const usual = [...filled].sort((a, b) => a - b)[filled.length >> 1] ?? 0;
  const first = filled.findIndex((count) => count > 1);
  if (first === 0) return 0;
  if (first < 0 || (usual < 2 && !isHeader(rows, first))) return aboveOne(rows, first);
  if (first > MOST_TITLES) return 0;
  if (rows.slice(0, first).some(hasUsualName)) return 0;
  // What is no row of the table is none of its documents either, whether or not it has a header.
  const alone = rows.slice(0, first).every((row) => row.length === 1);
  return alone || headed(rows.slice(first)) ? first : 0;
}

const filledIn = (row: readonly string[]): string[] => row.filter((cell) => cell.trim() !== '');

const namesTexts = (row: readonly string[]): boolean => usualColumn(row, OF_TEXTS) !== null;

const below = (rows: Rows, column: number): string[] =>
  rows.flatMap((row) => (row[column]?.trim() ? [row[column].trim()] : []));

/** Whether the first row with several cells names the columns of a table most of whose rows have one. */
function isHeader(rows: Rows, first: number): boolean {
  const header = rows[first] ?? [];
  const under = rows.slice(first + 1);
  const width = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, i) => ({
    name: header[i]?.trim() ?? '',
    values: below(under, i),
  }));
  if (columns.some(({ name, values }) => values.includes(name) || (name === '' && values.length > 0)))
    return false;
  if (hasUsualName(header)) return true;
  const above = rows.slice(0, first);
  return (
    first <= FEW_TITLES &&
    !above.some(namesTexts) &&
    !above.slice(1).some((row) => filledIn(row).some((cell) => kindOf(cell) === 'sentence')) &&
    columns.every(({ name }) => name === '' || kindOf(name) === 'word') &&
    columns.some(({ values }) => areTexts(values))
  );
}

/** How many rows stand above the name of the only column. `notes`: the first row with something beside it; -1: none has. */
function aboveOne(rows: Rows, notes: number): number {
  const usual = rows.findIndex(namesTexts);
  const at = usual < 0 ? unusualName(rows) : usual;
  if (at <= 0 || at > MOST_TITLES || (notes >= 0 && notes <= at)) return 0;
  const values = rows.slice(at + 1).flatMap(filledIn);
  const comesAgain = filledIn(rows[at] ?? []).some((name) => values.includes(name));
  return !comesAgain && areTexts(values) ? at : 0;
}

/** Sentences below a name that is no usual one: among fewer a short text may well stand there by chance, the more so below a sentence. */
const LEAST_TEXTS = 5;
const LEAST_BELOW_SENTENCE = 30;
const NAME = /^\p{L}[\p{L}\p{M}\p{N}_.#/()-]*(?: [\p{L}\p{M}\p{N}_.#/()-]+)?$/u;
const ENDS_SENTENCE = /[.!?…]["'”’)]*$/;

/**
 * The row of a name that is no usual one: the last that is no sentence, of a word or two, with titles above it and nothing
 * but sentences below. -1: there is none.
 */
function unusualName(rows: Rows): number {
  const cells = rows.map((row) => filledIn(row).join(' ').trim());
  const at = cells.findLastIndex((cell) => cell !== '' && kindOf(cell) !== 'sentence');
  const [name = '', ...texts] = cells.slice(at).filter((cell) => cell !== '');
  const above = cells.slice(0, at).filter((cell) => cell !== '');
  const isTitled = above.length > 0 && at <= FEW_TITLES && !above.some((cell) => ENDS_SENTENCE.test(cell));
  const least = above.some((cell) => kindOf(cell) === 'sentence') ? LEAST_BELOW_SENTENCE : LEAST_TEXTS;
  return isTitled && texts.length >= least && NAME.test(name) && !ENDS_SENTENCE.test(name) ? at : -1;
}

const areTexts = (values: readonly string[]): boolean => kindOf(usualOf(values)) === 'sentence';
