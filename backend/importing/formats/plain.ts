import type { Role } from '../../../contract/index.ts';
import { oneLine } from '../../../process/oneLine.ts';
import { BackendError } from '../../errors.ts';
import { nameKey } from '../../labels/nameKey.ts';
import { isOfAnswer, likeLabels, likeProbabilities, rolesOf } from '../columns.ts';
import { conversationFields, conversationIn, conversationsNote } from '../conversations.ts';
import { isObject } from '../fields.ts';
import { type ImportFile, sampledRecords } from '../file.ts';
import type { DocumentFormat, FoundColumns, Note } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { type JsonKind, jsonFormat, type RecordReader } from '../kinds.ts';
import { likeLists } from '../likeLists.ts';
import { modelAnswersIn, modelAnswersNote } from '../modelAnswers.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import { isOurs, type Layout, type RowReader, rowReader } from '../rowDocument.ts';
import { cutoffOfLists } from '../scored.ts';
import { separatorOf } from '../separators.ts';
import { fieldsOf } from '../toolFields.ts';
import { shownColumns } from './table.ts';

/** What records take of what can be said. */
export const RECORD_OPTIONS = ['columns', 'separator', 'cutoff'] as const;

const plain: JsonKind = {
  id: 'jsonl',
  name: 'JSON Lines',
  endings: { '.jsonl': 'JSON Lines', '.ndjson': 'JSON Lines' },
  takes: RECORD_OPTIONS,
  absence: 'open',
  known: () => true,
  sample: sampledRecords,
  reader: recordsReader,
  columns: async (file, options) => {
    if ((await file.container()) === null) return null;
    return recordColumns(await sampledRecords(file), options, file.name);
  },
};

/** Records as we export them, or with the usual names; they lie as the file has them, whatever of these it is called. */
const lines = jsonFormat(plain);
export const jsonl: DocumentFormat = {
  ...lines,
  sniff: async (file, options) => ((await areLines(file)) ? lines.sniff(file, options) : null),
};
export const json = jsonFormat({ ...plain, id: 'json', name: 'JSON', endings: { '.json': 'JSON' } });
export const huggingFace = jsonFormat({ ...plain, id: 'hf', name: 'Hugging Face', endings: {} });

/** Whether it has a record a line; one that is all of a file called JSON is none of several. */
async function areLines(file: ImportFile): Promise<boolean> {
  if ((await file.container()) !== 'lines') return false;
  return file.ending !== '.json' || /[\r\n]\s*\S/.test((await file.text()).head.trim());
}

/** What the fields of records become, by the first of them. Throws `column_missing` or `too_many_columns`. */
export function recordLayout(rows: readonly JsonObject[], options: ImportOptions, file: string): Layout {
  if (isLabelList(rows)) throw labelList(file);
  const ours = isOurs(rows);
  const flat = liesDeeper(rows.map(withTexts), options.columns);
  const own = flat ? rows.map(flattened) : rows;
  const fields = fieldsOf(own.map(withTexts));
  const roles = (given: ImportOptions['columns']) =>
    rolesOf(fields, { given, ours, file, known: options.known });
  const found = roles(options.columns);
  const [conversation, ...more] = found.some(({ role }) => role === 'text') ? [] : conversationFields(own);
  const columns =
    conversation === undefined || more.length > 0
      ? found
      : roles([...(options.columns ?? []), { column: conversation, role: 'text' }]);
  const known = new Set((options.known ?? []).map(nameKey));
  const lists = columns.filter(({ role }) => role === 'labels' || role === 'rejected');
  const cells = lists.flatMap(({ values }) => values);
  return {
    file,
    columns,
    listing: {
      known,
      separator: options.separator ?? separatorOf(cells, { known, hash: 'no' }),
      cutoff: cutoffOfLists(options),
    },
    cutoff: options.cutoff,
    isTable: false,
    textsAlone: options.textsAlone,
    flat,
    by: ours ? 'us' : modelAnswersIn(fields).list !== null ? 'predict' : 'others',
  };
}

/** Whether text or labels lie within an object of a record: a field in one was said, or no other has them. */
function liesDeeper(rows: readonly JsonObject[], given: ImportOptions['columns'] = []): boolean {
  if (!rows.some((row) => Object.values(row).some(isObject))) return false;
  const fields = fieldsOf(rows);
  const isField = (column: string) => fields.some(({ name }) => name === column);
  if (given.some(({ column }) => !isField(column))) return true;
  const columns = rolesOf(fields, { given, ours: false, file: '' });
  const hasText = columns.some(
    ({ role, values }) => role === 'text' && values.some((value) => typeof value === 'string'),
  );
  const hasLabels = columns.some(({ role }) => LABEL_ROLES.has(role));
  return !hasText || (!hasLabels && rows.some(hasAnswer));
}

const hasAnswer = (row: JsonObject): boolean =>
  Object.entries(row).some(
    ([name, value]) => isObject(value) && Object.keys(value).some((field) => isOfAnswer(name, field)),
  );

const LABEL_ROLES: ReadonlySet<Role> = new Set(['labels', 'label', 'labelName', 'rejected']);

/** A record with the fields of its objects as its own, called by the way to them: `ticket.body`. */
const flattened = (record: JsonObject): JsonObject => Object.fromEntries(pathsOf(record, ''));

/** A record with its conversations as texts. */
const withTexts = (record: JsonObject): JsonObject => Object.fromEntries(textsIn(Object.entries(record)));

function* textsIn(fields: Iterable<[string, unknown]>): Generator<[string, unknown]> {
  for (const [name, value] of fields) yield [name, conversationIn(value) ?? value];
}

function* pathsOf(record: JsonObject, before: string): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(record)) {
    if (isObject(value)) yield* pathsOf(value, `${before}${name}.`);
    else yield [`${before}${name}`, value];
  }
}

/** As doccano lists the labels of a project. */
const isLabelList = (rows: readonly JsonObject[]): boolean =>
  rows.length > 0 &&
  rows.every(
    (row) =>
      typeof row.text === 'string' &&
      ['background_color', 'backgroundColor'].some((name) => typeof row[name] === 'string'),
  );

const labelList = (name: string) =>
  new BackendError(
    'labels_not_documents',
    `"${name}" is a list of labels, not of documents.`,
    { code: 'add_labels' },
    undefined,
    { name },
  );

/** What is worth knowing of a file of records. */
export function recordNotes({ file, columns, flat }: Layout, rows: readonly JsonObject[]): Note[] {
  const turns = new Set(conversationFields(flat ? rows.map(flattened) : rows));
  const text = columns.find(({ name, role }) => role === 'text' && turns.has(name));
  return [...modelAnswersNote(file, columns), ...(text ? [conversationsNote(file, text.name)] : [])];
}

/** New fields are looked at in so many records: beyond, a file has names without end. */
const MOST_LATE = 100;
/** What a field becomes that the first records do not have: its name says it. Of one value alone nothing is guessed. */
const BY_NAME: ReadonlySet<Role> = new Set([
  ...(['labels', 'rejected', 'suggestions'] as const),
  ...(['annotator', 'status', 'time', 'seconds', 'note', 'split', 'ignore'] as const),
]);

/**
 * Records by the first of them, and by what later ones are the first to have: labels may begin where somebody began to
 * annotate. Which fields these are is told.
 */
function recordsReader(options: ImportOptions, file: string, first: readonly JsonObject[]): RecordReader {
  let layout = recordLayout(first, options, file);
  const notes = recordNotes(layout, first);
  let read = recordReader(layout);
  const known = new Set(layout.columns.map(({ name }) => name));
  const late = new Map<string, Role>();
  const looked = [...first];
  const look = (record: JsonObject) => {
    const names = layout.flat ? Object.keys(flattened(record)) : Object.keys(record);
    if (names.every((name) => known.has(name))) return;
    looked.push(record);
    layout = withLate(layout, looked, options);
    read = recordReader(layout);
    for (const { name, role } of layout.columns.slice(known.size)) {
      late.set(name, role);
      known.add(name);
    }
  };
  const own = (record: JsonObject) => {
    if (looked.length < first.length + MOST_LATE && known.size < LIMITS.columns) look(record);
    return read(record);
  };
  return Object.assign(own, { notes, told: () => [...lateNote(file, late), ...read.told()] });
}

/** A layout with the fields of these records that it lacks; those of before stay what they are. */
function withLate(layout: Layout, records: readonly JsonObject[], options: ImportOptions): Layout {
  const columns = layout.columns.map(({ name, role }) => ({ column: name, role }));
  const known = new Set(layout.columns.map(({ name }) => name));
  const found = recordLayout(records, { ...options, columns }, layout.file);
  const late = found.columns
    .filter(({ name }) => !known.has(name))
    .map((column) => (BY_NAME.has(column.role) ? column : { ...column, role: 'meta' as const }));
  return { ...found, columns: [...layout.columns, ...late], flat: layout.flat ?? false };
}

function lateNote(file: string, late: ReadonlyMap<string, Role>): Note[] {
  if (late.size === 0) return [];
  const shown = [...late].slice(0, MOST_NAMED).map(([name, role]) => {
    const what = WORDS.get(role) ?? `read as ${role}`;
    return `"${oneLine(name)}" (${what})`;
  });
  const more = late.size > shown.length ? ' …' : '';
  return [
    {
      kind: 'note',
      place: { file },
      text: `The first records do not have all fields; later ones also have ${shown.join(', ')}${more}.`,
    },
  ];
}

const MOST_NAMED = 20;
const WORDS: ReadonlyMap<Role, string> = new Map([
  ['meta', 'kept beside the text'],
  ['ignore', 'left out'],
]);

/** Throws `text_column_unclear`. */
export function recordReader(layout: Layout): RowReader<JsonObject> {
  const read = rowReader(layout);
  const own = (record: JsonObject) =>
    read(new Map(textsIn(layout.flat ? pathsOf(record, '') : Object.entries(record))));
  return Object.assign(own, { told: read.told });
}

/** The fields of records, and what they become; null: there is none. Throws as reading does. */
export function recordColumns(
  rows: readonly JsonObject[],
  options: ImportOptions,
  file: string,
): FoundColumns | null {
  if (rows.length === 0) return null;
  const { columns, listing, cutoff } = recordLayout(rows, options, file);
  return {
    columns: shownColumns(columns),
    dialect: { separator: listing.separator, ...(cutoff !== undefined && { cutoff }) },
    probable: likeProbabilities(columns, options.known),
    possible: likeLabels(columns, options.known),
    listed: likeLists(columns, options.known),
  };
}
