import { nameKey } from '../labels/nameKey.ts';
import type { Decision } from '../records.ts';
import { inJson, isObject, labelName, RowError } from './fields.ts';
import { decidedBy, scoresIn } from './scored.ts';
import { splitNames } from './separators.ts';
import { structureIn, unescaped } from './structures.ts';

/** Words for yes and no, in the languages that people write tables in. */
const YES = new Set([
  '1',
  '1.0',
  'true',
  't',
  'yes',
  'y',
  'x',
  'on',
  '✓',
  '✔',
  '✅',
  '☑',
  '☒',
  'ja',
  'j',
  'wahr',
  'oui',
  'vrai',
  'sí',
  'si',
  'sì',
  'vero',
  'verdadero',
  'verdadeiro',
  'waar',
  'sant',
  'tak',
  'prawda',
  'ano',
  'sim',
  'evet',
  'igen',
  'igaz',
  'да',
  'истина',
  'はい',
  '是',
  '예',
]);
const NO = new Set([
  '0',
  '0.0',
  'false',
  'f',
  'no',
  'n',
  'off',
  '✗',
  '✘',
  '❌',
  '☐',
  'nein',
  'falsch',
  'non',
  'faux',
  'falso',
  'nee',
  'onwaar',
  'nej',
  'falskt',
  'nie',
  'fałsz',
  'ne',
  'não',
  'hayır',
  'nem',
  'hamis',
  'нет',
  'ложь',
  'いいえ',
  '否',
  '아니요',
]);
/** How people, programs and databases write that there is nothing, where it can't be a name: folded. */
const NOTHING = [
  '',
  '?',
  '.',
  '-',
  '--',
  '–',
  '—',
  '-1',
  'n/a',
  '#n/a',
  '#nv',
  'n.a.',
  'n. a.',
  'k.a.',
  'k. a.',
  'keine angabe',
  '<na>',
  '<null>',
  '(null)',
  '\\n',
] as const;
const UNDECIDED: ReadonlySet<string> = new Set([...NOTHING, 'na', 'nan', 'null', 'none', 'nil', '-1.0']);

const folded = (value: unknown): string | null =>
  typeof value === 'string'
    ? value.trim().toLowerCase()
    : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
      ? String(value).toLowerCase()
      : null;

/** Whether a cell says nothing. */
export const isUndecided = (value: unknown): boolean =>
  value === null || value === undefined || UNDECIDED.has(folded(value) ?? 'something');

/** Whether a cell says yes, no or nothing, in one of the words for it. */
export const isDecision = (value: unknown): boolean => {
  const own = folded(value);
  return isUndecided(value) || (own !== null && (YES.has(own) || NO.has(own)));
};

export const isNumber = (value: unknown): value is number | bigint | string =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  (typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value));

export const isProbability = (value: unknown): boolean => probabilityIn(value) !== null;

/** A number from 0 to 1, with a decimal comma or in percent as well; null: it is none. */
function probabilityIn(value: unknown): number | null {
  const own = typeof value === 'string' ? value.trim().replace(/^(\d*),(\d+)/, '$1.$2') : value;
  const percent = typeof own === 'string' && own.endsWith('%') ? own.slice(0, -1).trim() : null;
  const given = percent ?? own;
  if (!isNumber(given)) return null;
  const number = percent === null ? Number(given) : Number(given) / 100;
  return number >= 0 && number <= 1 ? number : null;
}

export const wordsOf = (value: unknown): number =>
  typeof value === 'string' ? value.trim().split(/\s+/).length : 0;

/**
 * null: nothing was decided. Throws a `RowError` for other words.
 *
 * `cutoff`: from which probability on it is a yes.
 */
export function decisionOf(value: unknown, column: string, cutoff = 0.5): Decision | null {
  if (isUndecided(value)) return null;
  const given = folded(value) ?? '';
  if (YES.has(given)) return 'yes';
  if (NO.has(given)) return 'no';
  const probability = probabilityIn(value);
  if (probability !== null) return probability >= cutoff ? 'yes' : 'no';
  throw new RowError('The cell says neither yes nor no.', { column, value });
}

/** Whether a cell says no; one that says nothing, or can't be read, does not. */
export function saysNo(value: unknown, cutoff = 0.5): boolean {
  const given = folded(value);
  if (isUndecided(value) || given === null || YES.has(given)) return false;
  return NO.has(given) || (probabilityIn(value) ?? 1) < cutoff;
}

/** Labels that a cell or value names; numbers name none by themselves. */
export interface Named {
  readonly names: readonly string[];
  readonly numbers: readonly string[];
  /** Labels of which it is said that they don't apply. */
  readonly rejected?: readonly string[];
}

export interface Listing {
  /** Between names; '': the cell is one. */
  readonly separator: string;
  /** Names that are one label, whatever stands in them, by their keys. */
  readonly known: ReadonlySet<string>;
  /** From which score on a label that has one applies; undefined: nobody took scores for decisions. */
  readonly cutoff?: number | undefined;
}

/** As programs write that there is nothing, and people don't write names. */
const MISSING: ReadonlySet<string> = new Set(['nan', 'NaN', 'None', 'null', 'NULL']);

/** Whether a cell names no label, unless the project has one that is called so. */
const isMissing = (text: string, { known }: Listing): boolean =>
  text === '' ||
  (!known.has(nameKey(text)) && (MISSING.has(text) || NOTHING.some((word) => word === text.toLowerCase())));

/**
 * A list, a JSON array, a list of Python, an object of yes and no by label, or names with a separator. null: the cell says
 * nothing.
 */
export function labelsIn(value: unknown, listing: Listing, column: string): Named | null {
  if (value === null || value === undefined || value === -1) return null;
  if (typeof value === 'object') return structured(value, listing, column);
  if (typeof value !== 'string') return sorted([value], column);
  const text = value.trim();
  if (isMissing(text, listing)) return null;
  const found = structureIn(text);
  return typeof found === 'object' && found !== null
    ? structured(found, listing, column)
    : sorted(namesIn(text, listing, column), column);
}

function structured(value: object, { cutoff }: Listing, column: string): Named | null {
  const scores = scoresIn(value);
  if (scores !== null) {
    if (cutoff !== undefined) return decidedBy(scores, { cutoff, column });
    throw new RowError('Its labels have scores, which are nobody’s decisions.', {
      column,
      value: inJson(value),
    });
  }
  if (Array.isArray(value)) return typed(value, column);
  return isObject(value) ? byLabel(value, column) : sorted([value], column);
}

/** `{"late": 1, "price": 0}`; a label by itself as an object, `{"name": "late"}`, is one. */
function byLabel(value: Readonly<Record<string, unknown>>, column: string): Named | null {
  const entries = Object.entries(value);
  if (!entries.every(([, said]) => isDecision(said))) return typed([value], column);
  if (entries.every(([, said]) => isUndecided(said))) return null;
  const of = (wanted: Decision) =>
    entries.flatMap(([name, said]) => (decisionOf(said, column) === wanted ? [labelName(name, column)] : []));
  return { names: of('yes'), numbers: [], rejected: of('no') };
}

/** How programs call what they name a label by, where it is an object. */
const NAME_KEYS = ['name', 'label', 'title', 'value', 'text'] as const;
/** What makes such an object something else: a part of a text, or what a model found. */
const NO_LABELS = ['start', 'start_offset', 'end', 'score', 'confidence', 'probability'] as const;

/** The name of a label that is an object; other values as they are. */
function nameIn(value: unknown): unknown {
  if (!isObject(value) || NO_LABELS.some((key) => Object.hasOwn(value, key))) return value;
  return NAME_KEYS.map((key) => value[key]).find((name) => typeof name === 'string') ?? value;
}

/** The values of a list that says what is a text: one of digits is a name. */
const typed = (values: readonly unknown[], column: string): Named =>
  sorted(
    values,
    column,
    (value): value is number | bigint => typeof value === 'number' || typeof value === 'bigint',
  );

function sorted(
  values: readonly unknown[],
  column: string,
  isUnnamed: (value: unknown) => value is number | bigint | string = isNumber,
): Named {
  return {
    numbers: values.filter(isUnnamed).map((value) => String(value).trim().replace(/\.0$/, '')),
    names: values
      .filter((value) => !isUnnamed(value) && value !== null && value !== undefined)
      .map((value) => labelName(nameIn(value), column)),
  };
}

function namesIn(text: string, listing: Listing, column: string): unknown[] {
  if (listing.known.has(nameKey(text))) return [text];
  if (text.startsWith('[') && text.endsWith(']')) return bareList(text.slice(1, -1), column);
  // As PostgreSQL writes arrays; sets of Python have their names in quotes.
  if (/^\{[^'":{}]*\}$/.test(text)) return bareList(text.slice(1, -1), column);
  // What begins as a list and does not end was cut, as spreadsheets cut long cells.
  if (/^[[({]\s*['"]/.test(text) && !/[\])}]$/.test(text))
    throw new RowError('The list of labels is broken.', { column, value: text });
  const inner = pythonInner(text);
  return inner === null ? splitNames(text, listing) : pythonList(inner, column);
}

/** What stands in a tuple, set or array as Python prints them; null: it is none. A name may have brackets, too. */
function pythonInner(text: string): string | null {
  if (/^(?:frozen)?set\(\)$|^\(\)$/.test(text)) return '';
  const found =
    /^\((['"].*)\)$/s.exec(text) ??
    /^(?:frozenset\()?\{(['"].*)\}\)?$/s.exec(text) ??
    /^array\(\[(.*)\](?:,\s*dtype=\S+)?\)$/s.exec(text);
  return found?.[1] ?? null;
}

/** Names in brackets: without any quotes they are parted by commas, as Java and people write them. */
const bareList = (inner: string, column: string): string[] =>
  /['"]/.test(inner) || /^[\s\d.,]*$/.test(inner)
    ? pythonList(inner, column)
    : inner
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean);

/** Strings as Python prints them, with commas between them or, in arrays, blanks: quotes of both kinds, backslash escapes. Nothing is evaluated. */
function pythonList(inner: string, column: string): string[] {
  if (/^[\s\d.,]+$/.test(inner)) return inner.split(/[\s,]+/).filter(Boolean);
  const names: string[] = [];
  const item = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")(?:\s*,|\s+(?=['"])|\s*$)/y;
  const end = /\s*$/y;
  while (!end.test(inner)) {
    const at = item.lastIndex;
    const found = item.exec(inner);
    if (!found) throw new RowError('The list of labels is broken.', { column, value: inner.slice(at) });
    names.push(unescaped(found[1] ?? found[2] ?? ''));
    end.lastIndex = item.lastIndex;
  }
  return names;
}
