import { isNumber, wordsOf } from './cells.ts';

/** A column of a file with the values of its first rows. */
interface Sampled {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** Last words of names that number the rows of a list: "Ticket No", "case id", "Vorgangsnummer". */
const NUMBERS = /(?:^|[\s_.-])(?:id|no|nr|num|number|nummer|key)\.?$|nummer$|^#$/i;
const CAMEL = /[a-z](?:ID|Id|Nr|No)$/;
/**
 * What a row is, in front of these: others (customer, author, session, product …) are shared by rows, however rarely in the
 * first of them. A number by itself is an amount as well.
 */
const OF_ROWS =
  /^(?:(?:ticket|case|issue|row|record|document|doc|message|msg|comment|review|response|request|item|fall|vorgangs?|anfragen?|nachrichten?|beleg|dokument|zeilen?|datensatz)[\s_.-]*(?:id|no|nr|num|number|nummer|key)|no|nr|#)\.?$/i;
/** Names that only mean labels where the values are few and come again. */
const GROUPS =
  /^(?:(?:ticket|case|main|haupt)[\s_.-]?)?(?:category|kategorien?|topics?|themen|thema|schlagw(?:ort|örter)|labels?)$/i;

/** Of rows that are looked at. */
const LEAST_ROWS = 3;
/** A row or two may have come twice, or have none. */
const TWICE = 0.02;
const MOST_UNITS = 64;
const MOST_GROUPS = 60;
const MOST_WORDS = 6;
const BETWEEN = /\s*[,;|/]\s*/;

const filledIn = ({ values }: Sampled): string[] =>
  values.flatMap((value) =>
    (typeof value === 'string' || typeof value === 'number') && String(value).trim() !== ''
      ? [String(value).trim()]
      : [],
  );

/** Whether a column is called as ids are, be they of rows or of something else. */
export const isIdName = (name: string): boolean => NUMBERS.test(name.trim()) || CAMEL.test(name.trim());

/** Whether a column is called as ids of rows are, and has a short value of its own in each row. */
export function likelyId(column: Sampled): boolean {
  const name = column.name.trim();
  const filled = filledIn(column);
  if (!OF_ROWS.test(name) || filled.length < LEAST_ROWS) return false;
  if (filled.some((value) => value.length > MOST_UNITS || wordsOf(value) > 2)) return false;
  return new Set(filled).size >= column.values.length * (1 - TWICE);
}

/** Whether a column is called as labels are, and has few values, which come again. */
export function likelyLabels(column: Sampled): boolean {
  const filled = filledIn(column);
  if (!GROUPS.test(column.name.trim()) || filled.length < LEAST_ROWS || filled.every(isNumber)) return false;
  const names = filled.flatMap((cell) => cell.split(BETWEEN)).filter((name) => name !== '');
  const groups = new Set(names.map((name) => name.toLowerCase()));
  if (groups.size > MOST_GROUPS || groups.size * 2 > names.length) return false;
  return filled.every((value) => wordsOf(value) <= MOST_WORDS);
}

/** A column for the first label of a row, one for the second: "Label 1", "topic_2". */
const NUMBERED =
  /^(labels?|tags?|codes?|categor(?:y|ies)|kategorien?|topics?|themen|thema|schlagw(?:ort|örter))[\s_.-]?\d+$/i;

/** The columns that are called as the labels of a row by their number, where they name some; []: there are not several. */
export function numberedLabels<Column extends Sampled>(columns: readonly Column[]): Column[] {
  const stemOf = ({ name }: Sampled) => NUMBERED.exec(name.trim())?.[1]?.toLowerCase();
  const stem = columns.map(stemOf).find((own) => own !== undefined);
  const found = columns.filter((column) => stem !== undefined && stemOf(column) === stem);
  const filled = found.flatMap(filledIn);
  const areNames =
    filled.length > 0 && filled.every((cell) => !isNumber(cell) && wordsOf(cell) <= MOST_WORDS);
  return found.length > 1 && areNames ? found : [];
}

/** The only one of several; undefined: there is none, or it is unclear which. */
export const onlyOne = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);
