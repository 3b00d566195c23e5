import { BackendError } from '../../errors.ts';
import type { AnnotationStatus, Decision } from '../../records.ts';
import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idColumns,
  idOf,
  isObject,
  labelName,
  labelColumns as listColumns,
  metaOf,
  RowError,
  scoreOf,
  splitOf,
  stringOr,
  suggestion,
  textColumns,
  textOf,
  usualColumn,
} from '../fields.ts';
import { firstRecord } from '../file.ts';
import type { FoundAnnotation, FoundColumns, FoundDocument, Role } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { type JsonKind, jsonFormat } from '../kinds.ts';
import { type ImportOptions, LIMITS } from '../options.ts';

const plain: JsonKind = {
  id: 'jsonl',
  name: 'JSON Lines',
  endings: { '.jsonl': 'JSON Lines', '.ndjson': 'JSON Lines' },
  takes: ['textColumn', 'idColumn', 'labelsColumn'],
  absence: 'open',
  known: () => true,
  reader: plainReader,
  columns: async (file, options) => {
    if ((await file.container()) === null) return null;
    const record = await firstRecord(file);
    return recordColumns(record ? [record] : [], options, file.name, []);
  },
};

/** Records as we export them, or with the usual names; they lie as the file has them, whatever of these it is called. */
export const jsonl = jsonFormat(plain);
export const json = jsonFormat({ ...plain, id: 'json', name: 'JSON', endings: { '.json': 'JSON' } });
export const huggingFace = jsonFormat({ ...plain, id: 'hf', name: 'Hugging Face', endings: {} });

/** Which field is what in plain records: JSONL, JSON, Parquet. */
export interface Columns {
  readonly text: string;
  readonly id: string | null;
  readonly labels: string | null;
  /** Columns of a label each, whose values say whether it applies. */
  readonly each: readonly string[];
}

/** Fields of our own export. */
const OURS: ReadonlyMap<string, Role> = new Map([
  ['rejected', 'rejected'],
  ['status', 'status'],
  ['annotator', 'annotator'],
  ['split', 'split'],
  ['meta', 'meta'],
  ['comment', 'note'],
  ['suggestions', 'suggestions'],
  ['seconds', 'seconds'],
  ['at', 'time'],
]);
const STATUSES: ReadonlySet<unknown> = new Set<AnnotationStatus>(['draft', 'done', 'skipped']);

/**
 * Finds the columns in a record: those that are named, else by their usual names, else the only string for the text.
 * Throws `text_column_unclear`.
 */
export function findColumns(
  record: JsonObject,
  { textColumn, idColumn, labelsColumn }: ImportOptions,
  file: string,
  labelColumns: readonly string[] = [],
): Columns {
  const fields = Object.keys(record);
  const usual = (names: readonly string[]) => usualColumn(fields, names);
  const id = idColumn ?? usual(idColumns);
  const labels = labelsColumn ?? usual(listColumns);
  const strings = fields.filter(
    (key) => typeof record[key] === 'string' && key !== id && key !== labels && !OURS.has(key),
  );
  const text = textColumn ?? usual(textColumns) ?? (strings.length === 1 ? strings[0]! : null);
  // A list says it all; without one, columns of a label each do.
  const each = labels === null ? labelColumns.filter((name) => name !== id && name !== text) : [];
  if (text !== null) return { text, id, labels, each };
  throw new BackendError(
    'text_column_unclear',
    `It is unclear which field of "${file}" is the text.`,
    strings.length > 0
      ? { code: 'name_text_column', columns: strings.slice(0, 10) }
      : 'Each record needs a field with a string.',
    undefined,
    { name: file },
  );
}

/** The fields of the first records, and what they become. */
export const recordColumns = (
  [first, ...more]: readonly JsonObject[],
  options: ImportOptions,
  file: string,
  labelColumns: readonly string[] = first ? labelColumnsIn([first, ...more]) : [],
): FoundColumns | null => {
  if (first === undefined) return null;
  const names = Object.keys(first).slice(0, LIMITS.columns);
  return {
    names,
    roles() {
      const { text, id, labels, each } = findColumns(first, options, file, labelColumns);
      const own = new Map<string | null, Role>([...OURS, [labels, 'labels'], [id, 'id'], [text, 'text']]);
      for (const name of each) own.set(name, 'label');
      return names.map((name) => own.get(name) ?? 'meta');
    },
  };
};

/** How pandas calls the numbers of its rows. */
const ROW_NUMBERS = /^(__index_level_\d+__|index|Unnamed: 0)$/;

/** Columns whose values say yes, no or nothing in all of these rows, as of a table with a column per label. */
export function labelColumnsIn(rows: readonly JsonObject[]): string[] {
  const names = Object.keys(rows[0] ?? {});
  return names.filter(
    (name) =>
      !OURS.has(name) &&
      !ROW_NUMBERS.test(name) &&
      usualColumn([name], idColumns) === null &&
      rows.every((row) => decisionIn(row[name]) !== undefined) &&
      rows.some((row) => decisionIn(row[name]) !== null),
  );
}

/** null: nothing was decided; undefined: it is no decision. */
function decisionIn(value: unknown): Decision | null | undefined {
  if (value === true || value === 1 || value === 1n) return 'yes';
  if (value === false || value === 0 || value === 0n) return 'no';
  return value === null || value === undefined || Number.isNaN(value) ? null : undefined;
}

function plainReader(options: ImportOptions, file: string): (record: JsonObject) => FoundDocument {
  let columns: Columns | undefined;
  return (record) => {
    columns ??= findColumns(record, options, file);
    // A field may be missing in the first record: it still has its usual name in later ones.
    const { id, labels } =
      columns.id && columns.labels
        ? columns
        : findColumns(record, { ...options, textColumn: columns.text }, file);
    return plainDocument(record, {
      text: columns.text,
      id: columns.id ?? id,
      labels: columns.labels ?? labels,
      each: [],
    });
  };
}

/** A plain record: `{"id"?, "text", "labels"?, "rejected"?}`, and what Entail itself exports beside them. */
export function plainDocument(record: JsonObject, columns: Columns): FoundDocument {
  const text = textOf(record[columns.text], columns.text);
  const annotation = annotationOf(record, columns);
  const used = new Set([columns.text, columns.id, columns.labels, ...columns.each]);
  const rest = Object.entries(record).filter(([key]) => !used.has(key) && !OURS.has(key));
  const own = isObject(record.meta) ? Object.entries(record.meta) : [];
  return documentRecord({
    externalId: columns.id === null ? null : idOf(record[columns.id]),
    text,
    meta: metaOf([...rest, ...own]),
    split: splitOf(record.split),
    annotations: annotation === null ? [] : [annotation],
    suggestions: suggestionsOf(record.suggestions),
  });
}

function annotationOf(record: JsonObject, { labels: column, each }: Columns): FoundAnnotation | null {
  if (each.length > 0) return annotationOfEach(record, each);
  const status = STATUSES.has(record.status) ? (record.status as AnnotationStatus) : undefined;
  const listed = column === null ? undefined : record[column];
  const labels = listed === -1 || listed === null ? undefined : listed;
  const rejected = record.rejected ?? undefined;
  if (labels === undefined && rejected === undefined && status === undefined) return null;
  requireNames(labels, column ?? 'labels');
  const decisions = new Map<string, Decision>([
    ...(rejected === undefined ? [] : decisionsOf(rejected, 'no', 'rejected')),
    ...(labels === undefined || labels === '' ? [] : decisionsOf(labels, 'yes', column ?? 'labels')),
  ]);
  if (labels === '' && rejected === undefined && status === undefined) return null;
  return annotationRecord({
    annotator: stringOr(record.annotator),
    decisions,
    status: status ?? 'done',
    ...(rejected !== undefined && { absence: 'said' }),
    comment: stringOr(record.comment) ?? undefined,
    seconds: typeof record.seconds === 'number' ? record.seconds : undefined,
    at: stringOr(record.at) ?? undefined,
  });
}

function annotationOfEach(record: JsonObject, each: readonly string[]): FoundAnnotation | null {
  const decisions = new Map<string, Decision>();
  for (const name of each) {
    const decision = decisionIn(record[name]);
    if (decision === undefined)
      throw new RowError('The cell says neither yes nor no.', { column: name, value: record[name] });
    if (decision !== null) decisions.set(labelName(name, 'header'), decision);
  }
  if (decisions.size === 0) return null;
  const status = decisions.size === each.length ? 'done' : 'draft';
  return annotationRecord({ annotator: stringOr(record.annotator), decisions, status, absence: 'said' });
}

/** Numbers need names that this file does not have; they could be ids or a row of zeros and ones. */
function requireNames(labels: unknown, column: string): void {
  const first = Array.isArray(labels) ? labels[0] : labels;
  if (!['number', 'bigint', 'boolean'].includes(typeof first)) return;
  throw new RowError('Its labels are numbers, and the file does not say what they mean: write their names.', {
    column,
    value: labels,
  });
}

function suggestionsOf(value: unknown) {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!isObject(entry)) return [];
    const score = scoreOf(entry.score);
    return typeof entry.label === 'string' && score !== null
      ? [suggestion(entry.label, score, entry.model)]
      : [];
  });
}
