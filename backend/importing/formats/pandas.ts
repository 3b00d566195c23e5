import { BackendError } from '../../errors.ts';
import { conversationFields } from '../conversations.ts';
import { inJson, isObject, rowItem, textColumns, usualColumn } from '../fields.ts';
import type { ImportFile } from '../file.ts';
import type { FoundItem, ImportFormat } from '../format.ts';
import { type JsonObject, parseJson } from '../json.ts';
import { laterRecords } from '../laterRows.ts';
import { tooManyRows } from '../lines.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import { RECORD_OPTIONS, recordColumns, recordLayout, recordNotes, recordReader } from './plain.ts';

/** UTF-16 units of a file that has to be held whole. */
const LONGEST = 100 * 1024 * 1024;
const SAMPLE_ROWS = 500;

/**
 * One JSON object around all rows: a table as `DataFrame.to_json` of pandas writes it (`orient`: columns, index, split or
 * table), lists of values by column (`to_dict` of Hugging Face datasets), or an object with one list of records.
 */
export const pandas: ImportFormat = {
  id: 'json-table',
  name: 'JSON table',
  endings: {},
  takes: [...RECORD_OPTIONS, 'encoding'],
  absence: 'open',
  async sniff(file) {
    const record = await wholeObject(file);
    const found = record && tableIn(record);
    return found ? { kind: 'fields', names: found.by } : null;
  },
  async *read(file, options) {
    yield* documentsIn(file.name, (await requireTable(file)).rows, options);
  },
  async columns(file, options) {
    return recordColumns(await sampleOf((await requireTable(file)).rows), options, file.name);
  },
};

/** The first rows, and later ones by which fields are told. */
async function sampleOf(rows: readonly JsonObject[]): Promise<JsonObject[]> {
  const later = await laterRecords(rows, SAMPLE_ROWS);
  return [...rows.slice(0, SAMPLE_ROWS), ...later];
}

async function* documentsIn(
  name: string,
  rows: readonly JsonObject[],
  options: ImportOptions,
): AsyncIterable<FoundItem> {
  if (rows.length > LIMITS.rows) throw tooManyRows(name);
  const sample = await sampleOf(rows);
  const layout = recordLayout(sample, options, name);
  yield* recordNotes(layout, sample);
  const read = recordReader(layout);
  for (const [i, row] of rows.entries()) {
    yield rowItem({ file: name, record: i + 1 }, () => read(row), { text: inJson(row) ?? '' });
  }
  yield* read.told();
}

async function requireTable(file: ImportFile): Promise<Table> {
  const record = await wholeObject(file);
  const found = record && tableIn(record);
  if (found) return found;
  throw new BackendError('json_expected', `"${file.name}" is no JSON table.`, { code: 'recognise_format' });
}

const read = new WeakMap<ImportFile, Promise<JsonObject | null>>();

/** The object that the file is; null: it is something else, broken or too long. Read once. */
function wholeObject(file: ImportFile): Promise<JsonObject | null> {
  const known = read.get(file) ?? readWhole(file);
  read.set(file, known);
  return known;
}

async function readWhole(file: ImportFile): Promise<JsonObject | null> {
  const { head, chunks, bytes } = await file.text();
  const isOneLine = !/[\r\n]/.test(head.trim());
  // Lines of JSON begin so, too: that a file is one object shows where its first line does not end.
  const container = await file.container();
  if (!(container === 'object' || (container === 'lines' && isOneLine)) || (bytes ?? 0) > LONGEST)
    return null;
  let text = '';
  for await (const chunk of chunks()) {
    text += chunk;
    if (text.length > LONGEST) return null;
    // A second line says that these are lines of JSON.
    if (container === 'lines' && /[\r\n]\s*\S/.test(text)) return null;
  }
  try {
    const value = parseJson(text.replace(/^\uFEFF/, ''));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

interface Table {
  readonly rows: readonly JsonObject[];
  /** The keys it is known by. */
  readonly by: readonly string[];
}

function tableIn(record: JsonObject): Table | null {
  const text = usualColumn(Object.keys(record), textColumns);
  if (text !== null && typeof record[text] === 'string') return null;
  // The turns of a conversation are no records.
  if (conversationFields([record]).length > 0) return null;
  return split(record) ?? series(record) ?? byColumnOrIndex(record) ?? lists(record) ?? wrapped(record);
}

/** `orient="split"`: names of columns, then rows of values. */
function split({ columns, data, index }: JsonObject): Table | null {
  const names = namesIn(columns);
  if (names === null || !Array.isArray(data) || !data.every(Array.isArray)) return null;
  const rows = data.map((row: unknown[]) => fromEntries(names.map((name, i) => [name, row[i]])));
  const keys = Array.isArray(index) && index.length === rows.length ? index.map(String) : [];
  return { rows: named(rows, keys), by: ['columns', 'data'] };
}

/** A column by itself: texts by the numbers of their rows. */
function series(record: JsonObject): Table | null {
  const texts = Object.entries(record);
  if (texts.length < 2 || !areNumbers(texts.map(([name]) => name))) return null;
  if (!texts.every(([, text]) => typeof text === 'string')) return null;
  const keys = texts.map(([name]) => name);
  return {
    rows: named(
      texts.map(([, text]) => ({ text })),
      keys,
    ),
    by: texts.map(([name]) => name).slice(0, 3),
  };
}

/** `orient="columns"` (values by row within each column) and `orient="index"` (records by row). */
function byColumnOrIndex(record: JsonObject): Table | null {
  const outer = Object.entries(record);
  if (outer.length === 0 || !outer.every(([, value]) => isObject(value))) return null;
  const entries = outer as [string, JsonObject][];
  const inner = Object.keys(entries[0]![1]);
  const names = entries.map(([name]) => name);
  if (areNumbers(names) || (!areNumbers(inner) && usualColumn(inner, textColumns) !== null))
    return {
      rows: named(
        entries.map(([, row]) => row),
        names,
      ),
      by: names.slice(0, 3),
    };
  if (!areNumbers(inner) && usualColumn(names, textColumns) === null) return null;
  const rows = inner.map((key) => fromEntries(entries.map(([name, values]) => [name, values[key]])));
  return { rows: named(rows, inner), by: names.slice(0, 10) };
}

/** Rows with what they are called beside them: their id, where that is no number and they have none; else `index`. */
function named(rows: readonly JsonObject[], keys: readonly string[]): readonly JsonObject[] {
  // Numbers that count the rows say nothing.
  if (keys.length !== rows.length || keys.every((key, i) => key === String(i))) return rows;
  const has = (name: string) => rows.some((row) => Object.hasOwn(row, name));
  const name = areNumbers(keys) || has('id') ? 'index' : 'id';
  return has(name) ? rows : rows.map((row, i) => ({ [name]: keys[i], ...row }));
}

/** Lists of values by column, all equally long. */
function lists(record: JsonObject): Table | null {
  const columns = Object.entries(record);
  const [first] = columns;
  if (columns.length < 1 || !first || !Array.isArray(first[1]) || first[1].length === 0) return null;
  const count = first[1].length;
  if (!columns.every(([, values]) => Array.isArray(values) && values.length === count)) return null;
  // A list of records in an object is no column.
  if (columns.length === 1 && first[1].every(isObject)) return null;
  const rows = Array.from({ length: count }, (_, i) =>
    fromEntries(columns.map(([name, values]) => [name, (values as unknown[])[i]])),
  );
  return { rows, by: columns.map(([name]) => name).slice(0, 10) };
}

/** The one list of records in an object, whatever it is called: `{"data": […]}`, `{"documents": […], "version": 2}`. */
function wrapped(record: JsonObject): Table | null {
  const found = Object.entries(record).filter(
    ([, value]) => Array.isArray(value) && value.length > 0 && value.every(isObject),
  ) as [string, JsonObject[]][];
  // The viewer of Hugging Face describes its columns in a list beside the rows; `orient="table"` within an object.
  const [name, rows] = found.length === 1 ? found[0]! : (found.find(([key]) => key === 'rows') ?? []);
  if (name === undefined || rows === undefined) return found.length === 0 ? within(record) : null;
  const inner = rows.every(({ row }) => isObject(row)) ? rows.map(({ row }) => row as JsonObject) : rows;
  return { rows: inner, by: [name] };
}

/** The only list of records in objects within an object, as servers answer: `{"hits": {"total": 2, "hits": […]}}`. */
function within(record: JsonObject, depth = 1): Table | null {
  if (depth > DEEPEST) return null;
  const found = Object.entries(record).flatMap(([name, value]) => {
    const table = isObject(value) ? (wrapped(value) ?? within(value, depth + 1)) : null;
    return table ? [{ ...table, by: [name, ...table.by] }] : [];
  });
  return found.length === 1 ? found[0]! : null;
}

/** Objects around a list of records. */
const DEEPEST = 3;

const areNumbers = (names: readonly string[]): boolean =>
  names.length > 0 && names.every((name) => /^\d+$/.test(name));

/** Names of columns; of several levels the last that says something, with the one above where that is not enough. */
function namesIn(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const levels = value.map((name: unknown) => (Array.isArray(name) ? name : [name]));
  if (!levels.flat().every((name) => typeof name === 'string')) return null;
  const last = (own: string[]) => own.findLast((name) => name !== '') ?? '';
  const names = (levels as string[][]).map(last);
  return names.map((name, i) =>
    names.indexOf(name) !== names.lastIndexOf(name)
      ? (levels[i] as string[]).filter((level) => level !== '').join(' ')
      : name,
  );
}

/** Keys may be called "__proto__". */
const fromEntries = (entries: Iterable<readonly [string, unknown]>): JsonObject =>
  Object.fromEntries(entries);
