import { processLog } from '../../process/last.ts';
import { oneLine } from '../../process/oneLine.ts';
import { BackendError, type Remedy } from '../errors.ts';
import { UNSEEN } from '../labels/nameKey.ts';
import type { Decision, MetaValue, Place, RefusedRow, Split, SuggestionRecord } from '../records.ts';
import type { FoundAnnotation, FoundDocument, FoundItem } from './format.ts';
import { LIMITS } from './options.ts';

/** A row that can't be used, in one sentence. Parsers throw it; it becomes a problem with its place. */
export class RowError extends Error {
  readonly column: string | undefined;
  readonly value: unknown;
  readonly remedy: Remedy | undefined;

  constructor(reason: string, at: { column?: string; value?: unknown; remedy?: Remedy } = {}) {
    super(oneLine(reason));
    this.column = at.column;
    this.value = at.value;
    this.remedy = at.remedy;
  }
}

/**
 * Reads one row; what it throws as RowError becomes a problem. `given`: the row as it stands in the file, or what tells it
 * of one that is refused.
 */
export function rowItem(
  place: Place,
  read: () => FoundDocument,
  given?: RefusedRow | (() => RefusedRow),
): FoundItem {
  try {
    const document = read();
    return { kind: 'document', place, document, ...(typeof given === 'object' && { row: given }) };
  } catch (error) {
    if (error instanceof BackendError) throw error;
    const row = typeof given === 'function' ? given() : given;
    if (!(error instanceof RowError)) return unexpected(place, error, row);
    const { column, value, remedy } = error;
    const shown = value === undefined ? undefined : short(value);
    return {
      kind: 'problem',
      problem: {
        place: column === undefined ? place : { ...place, column },
        reason: error.message,
        ...(remedy && { remedy }),
        ...(shown !== undefined && { value: shown }),
        ...(row && { row }),
      },
    };
  }
}

/** What no format foresees costs its row, not the file; the log has where. */
function unexpected(place: Place, error: unknown, row: RefusedRow | undefined): FoundItem {
  if (!logged.has(place.file)) processLog().error('row-unexpected', error);
  logged.clear();
  logged.add(place.file);
  const reason = 'The row is damaged or not of this format.';
  return { kind: 'problem', problem: { place, reason, ...(row && { row }) } };
}

/** The file whose first such row is in the log: a million more would say the same. */
const logged = new Set<string>();

const withoutBigInts = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? plain(value) : value;

/** A value as JSON, whole numbers of any size among it; undefined: it is none. */
export const inJson = (value: unknown): string | undefined => JSON.stringify(value, withoutBigInts);

const short = (value: unknown): string =>
  (typeof value === 'string' ? value : (inJson(value) ?? typeof value)).slice(0, 80);

/** A document's text; line ends become \n. */
export function textOf(value: unknown, column: string): string {
  if (value === undefined || value === null) throw new RowError('The text is missing.', { column });
  if (typeof value !== 'string') throw new RowError('The text is no string.', { column, value });
  if (value.trim() === '') throw new RowError('The text is empty.', { column });
  return value.replace(/\r\n?/g, '\n');
}

/** An id as it was written; null without one. */
export function idOf(value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.length > 1000) throw new RowError('The id is longer than 1,000 characters.', { value });
    return value.trim() || null;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return idOf(plain(value));
  // As MongoDB writes its own.
  return isObject(value) && typeof value.$oid === 'string' ? idOf(value.$oid) : null;
}

/** A label's name, trimmed. */
export function labelName(value: unknown, column: string): string {
  if (typeof value !== 'string') {
    const hint = Array.isArray(value) ? ': these are spans of a text, not labels of a document' : '';
    throw new RowError(`A label is no string${hint}.`, { column, value });
  }
  const name = value.trim();
  if (name.replace(UNSEEN, '') === '') throw new RowError('A label has an empty name.', { column });
  if (!name.isWellFormed()) throw new RowError('A label has a broken character: half of a pair.', { column });
  if (name.length > 200)
    throw new RowError('A label is longer than 200 characters.', { column, value: name });
  return name;
}

/** A list of names as decisions. */
export function decisionsOf(value: unknown, decision: Decision, column: string): [string, Decision][] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > LIMITS.labels)
    throw new RowError(`It has more than ${LIMITS.labels} labels.`, { column });
  return list.map((entry) => [labelName(entry, column), decision]);
}

export function splitOf(value: unknown): Split | null {
  return value === 'train' || value === 'test' ? value : null;
}

/**
 * Fields that mean nothing to us, flattened with dots; a list is kept as its JSON, nulls and lists of
 * nothing are left out. Names grow by flattening, so both
 * they and the whole are bounded: throws a RowError beyond.
 */
export function metaOf(entries: Iterable<readonly [string, unknown]>): Map<string, MetaValue> {
  const meta = new Map<string, MetaValue>();
  collect(entries, '', { meta, units: 0 });
  return meta;
}

interface Collected {
  readonly meta: Map<string, MetaValue>;
  /** UTF-16 units of names and values. */
  units: number;
}

function collect(entries: Iterable<readonly [string, unknown]>, prefix: string, into: Collected): void {
  for (const [key, given] of entries) {
    if (prefix.length + key.length > LIMITS.fieldName) {
      throw new RowError(`The name of a field is longer than ${LIMITS.fieldName} characters.`, {
        value: `${prefix}${key.slice(0, 80)}`,
      });
    }
    const name = `${prefix}${key}`;
    const value = Array.isArray(given) ? listed(given) : plain(given);
    if (typeof value === 'object' && value !== null) {
      collect(Object.entries(value), `${name}.`, into);
    } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      const units = typeof value === 'string' ? value.length : 8;
      if (units > LIMITS.cell) {
        throw new RowError('The cell is longer than a million characters.', { column: name, value });
      }
      into.units += name.length + units;
      if (into.units > LIMITS.record) {
        throw new RowError('Its fields together are longer than 20 million characters.');
      }
      into.meta.set(name, value);
    }
  }
}

const listed = (list: readonly unknown[]): string | null =>
  list.every((one) => one === null || one === undefined) ? null : (inJson(list) ?? null);

/** What tables with types hold beside texts and numbers: days, moments and whole numbers of 64 bits. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (!(value instanceof Date)) return value;
  return Number.isNaN(value.getTime())
    ? null
    : value.toISOString().replace(/T00:00:00\.000Z$|\.000Z$/, midnight);
}

const midnight = (end: string): string => (end.startsWith('T') ? '' : 'Z');

export function scoreOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null;
}

/** A document with defaults for what a format does not have. */
export const documentRecord = (
  given: Pick<FoundDocument, 'text'> & Partial<FoundDocument>,
): FoundDocument => ({
  externalId: null,
  meta: new Map(),
  split: null,
  annotations: [],
  suggestions: [],
  ...given,
});

export const annotationRecord = (
  given: Pick<FoundAnnotation, 'decisions'> & Partial<FoundAnnotation>,
): FoundAnnotation => ({ annotator: null, status: 'done', ...given });

/** A label's name here is held to what one in an answer is: both are looked up by it. */
export const suggestion = (label: string, score: number, model: unknown): SuggestionRecord => ({
  label: labelName(label, 'suggestions'),
  score,
  model: typeof model === 'string' && model !== '' ? model : 'imported',
});

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The number that a value of a record is or spells; NaN: it is none. Objects are never asked: theirs may be any `toString`. */
export const numberIn = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;

export const stringOr = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The field with the first of these usual names: written so, else in other capitals; null: none has. */
export const usualColumn = (fields: readonly string[], names: readonly string[]): string | null =>
  names.find((name) => fields.includes(name)) ??
  names.flatMap((name) => fields.find((field) => field.trim().toLowerCase() === name) ?? [])[0] ??
  null;

export const textColumns = ['text', 'sentence', 'content', 'document', 'body', 'review', 'message'] as const;
export const idColumns = ['id', 'external_id', 'doc_id', 'document_id', '_id', 'uid'] as const;
export const labelColumns = ['labels', 'label', 'categories', 'tags'] as const;
