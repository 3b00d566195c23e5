import { isUtf8 } from 'node:buffer';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { z } from 'zod';
import { BackendError } from '../../errors.ts';
import { allBytes } from '../bytes.ts';
import { inJson, isObject, RowError, rowItem } from '../fields.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat, FoundDocument, FoundItem } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { laterRecords } from '../laterRows.ts';
import { tooManyRows } from '../lines.ts';
import { modelAnswersNote } from '../modelAnswers.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import type { Layout, RowReader } from '../rowDocument.ts';
import { type ParquetValues, parquetValues } from './parquetValues.ts';
import { RECORD_OPTIONS, recordColumns, recordLayout, recordReader } from './plain.ts';

/** Parquet with plain records, as the hub of Hugging Face has it. */
export const parquet: DocumentFormat = {
  id: 'parquet',
  name: 'Parquet',
  endings: { '.parquet': 'Parquet' },
  binary: true,
  takes: RECORD_OPTIONS,
  absence: 'open',
  sniff: ({ start }) => (MARKS.includes(start.toString('latin1', 0, 4)) ? { kind: 'bytes' } : null),
  read: (file, options) => parquetDocuments(file, options),
  columns: async (file, options) => recordColumns(await sampleOf(file), options, file.name),
};

/** Of a plain file, and of one whose footer is encrypted. */
const MARKS = ['PAR1', 'PARE'];

/** Read at once: as many rows as unpack to so much, in bytes, within the two bounds below. */
const UNPACKED_AT_ONCE = 64 * 1024 * 1024;
const LEAST_ROWS = 5000;
const MOST_CELLS = 2_000_000;
/** By which columns are told. */
const SAMPLE_ROWS = 500;
/** Times its size that a file may unpack to, once that is more than `INFLATED_UNITS`. */
const MAX_RATIO = 100;
/** UTF-16 units. */
const INFLATED_UNITS = 64 * 1024 * 1024;

/** Names of classes by column, from the features that the `datasets` library writes into the file. */
const Features = z.object({ info: z.object({ features: z.record(z.string(), z.unknown()) }) });

/** The names in the schema of a Parquet file; null: it is none, or can't be opened. */
export async function parquetNames(file: ImportFile): Promise<readonly string[] | null> {
  if (file.start.toString('latin1', 0, 4) !== MARKS[0]) return null;
  try {
    return (await opened(file)).metadata.schema.map(({ name }) => name);
  } catch {
    // What is wrong with it is told when it is read.
    return null;
  }
}

/**
 * The rows of a Parquet file; label numbers become the names that the file's metadata gives. `special`: reads a row of a
 * file whose columns are a format of their own.
 */
export async function* parquetDocuments(
  given: ImportFile,
  options: ImportOptions,
  special?: (row: JsonObject) => FoundDocument,
): AsyncIterable<FoundItem> {
  const { name } = given;
  const table = await opened(given);
  const { file, metadata } = table;
  const rows = Number(metadata.num_rows);
  if (rows > LIMITS.rows) throw tooManyRows(name);
  const counts = metadata.row_groups.map((group) => Number(group.num_rows));
  if (counts.some((count) => count < 0) || counts.reduce((sum, count) => sum + count, 0) !== rows)
    throw broken(name, undefined);
  const classes = classNames(metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value);
  // We write numbers.
  const ours = metadata.created_by === 'Entail';
  /** Columns whose lists are numbers of classes for certain. */
  const numbered = new Set(ours ? classes.keys() : []);
  let units = 0;
  let layout: Layout | undefined;
  let records: RowReader<JsonObject> | undefined;
  for (const { from, end } of stretches(metadata, file.byteLength)) {
    const chunk = await rowsBetween(table, from, end);
    if (layout === undefined && !special) {
      const later = await laterOf(table, chunk);
      layout = recordLayout([...chunk.slice(0, SAMPLE_ROWS), ...later], options, name);
      yield* modelAnswersNote(name, layout.columns);
      for (const [column, names] of classes)
        if (chunk.some((row) => isNumbered(row[column], names))) numbered.add(column);
    }
    if (layout) records ??= recordReader(layout);
    const own = records ?? special;
    if (!own) continue;
    const labels = (layout?.columns ?? []).flatMap((column) =>
      column.role === 'labels' ? [column.name] : [],
    );
    for (const [i, row] of chunk.entries()) {
      const place = { file: name, record: from + i + 1 };
      for (const value of Object.values(row)) if (typeof value === 'string') units += value.length;
      if (units > INFLATED_UNITS && units > MAX_RATIO * file.byteLength) throw inflates(name);
      const told = () => ({ text: inJson(row) ?? '' });
      yield rowItem(
        place,
        () =>
          own(
            labels.reduce(
              (all, column) => withNames(all, column, classes.get(column), numbered.has(column)),
              row,
            ),
          ),
        options.rowsAt === undefined ? told : told(),
      );
    }
    options.onBytes?.(end, rows);
  }
  if (records) yield* records.told();
}

/**
 * Rows that are read together. A page is unpacked whole for each stretch that has rows of it, and pages may be as large
 * as their row group: stretches of a fixed number of rows would read a large group hundreds of times.
 */
function* stretches(metadata: FileMetaData, fileBytes: number): Generator<{ from: number; end: number }> {
  let from = 0;
  for (const group of metadata.row_groups) {
    const end = from + Number(group.num_rows);
    const told = group.columns.reduce((sum, c) => sum + Number(c.meta_data?.total_uncompressed_size ?? 0), 0);
    // More than that is refused, so that a file can't have itself cut small.
    const unpacked = Math.max(1, Math.min(told, MAX_RATIO * fileBytes));
    const most = Math.floor(MOST_CELLS / Math.max(1, group.columns.length));
    const rows = Math.floor(((end - from) * UNPACKED_AT_ONCE) / unpacked);
    const step = Math.max(LEAST_ROWS, Math.min(rows, most));
    for (; from < end; from += step) yield { from, end: Math.min(end, from + step) };
    from = end;
  }
}

interface Opened {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly values: ParquetValues;
}

async function opened({ bytes, name, start }: ImportFile): Promise<Opened> {
  if (start.toString('latin1', 0, 4) === 'PARE') throw encrypted(name);
  const file =
    bytes.path === null ? held(await allBytes(bytes, name)) : await asyncBufferFromFile(bytes.path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw broken(name, error);
  });
  return { file, metadata, values: parquetValues(metadata) };
}

const held = (bytes: Buffer): AsyncBuffer => ({
  byteLength: bytes.length,
  slice: (from, to) => new Uint8Array(bytes.subarray(from, to)).buffer,
});

/** Rows from one up to another; their pages may be packed in any of the format's ways. */
async function rowsBetween({ file, values }: Opened, rowStart: number, rowEnd: number) {
  const { metadata, converted } = values;
  const read = { file, metadata, compressors: await unpackers(), rowStart, rowEnd };
  const bytes = metadata.schema.some(hasBytes);
  const rows = (await parquetReadObjects(bytes ? { ...read, utf8: false } : read)) as JsonObject[];
  const own = rows.map(converted);
  return bytes ? own.map((row) => withoutBytes(row) as JsonObject) : own;
}

/** What unpacks pages; one of nothing, as an empty column has them, is not said to be damaged. */
async function unpackers(): Promise<Compressors> {
  const { compressors } = await import('hyparquet-compressors');
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]): [string, typeof unpack] => [
      codec,
      (input, length) => (length === 0 ? new Uint8Array(0) : unpack(input, length)),
    ]),
  );
}

/** Whether a column is of bytes that are not said to be text. */
const hasBytes = ({ type, converted_type, logical_type }: FileMetaData['schema'][number]): boolean =>
  (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') &&
  converted_type === undefined &&
  logical_type === undefined;

/** A value with text for bytes that are one, as older programs write it, and nothing for others: pictures, sounds. */
function withoutBytes(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return isUtf8(value) && !value.includes(0) ? Buffer.from(value).toString('utf8') : null;
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (!isObject(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, withoutBytes(own)]));
}

/** The first rows, and later ones by which columns are told. */
async function sampleOf(given: ImportFile): Promise<readonly JsonObject[]> {
  const table = await opened(given);
  try {
    const first = await rowsBetween(table, 0, Math.min(SAMPLE_ROWS, Number(table.metadata.num_rows)));
    return [...first, ...(await laterOf(table))];
  } catch (error) {
    throw broken(given.name, error);
  }
}

/** Later rows by which columns are told. `begun`: the first stretch, where it was read. */
async function laterOf(table: Opened, begun?: readonly JsonObject[]): Promise<JsonObject[]> {
  async function* rows() {
    for (const { from, end } of stretches(table.metadata, table.file.byteLength))
      yield* begun && from === 0 ? begun : await rowsBetween(table, from, end);
  }
  return laterRecords(rows(), SAMPLE_ROWS);
}

const encrypted = (name: string) =>
  new BackendError('file_encrypted', `"${name}" is encrypted.`, 'Save it without encryption.', undefined, {
    name,
  });

const inflates = (name: string) =>
  new BackendError(
    'file_inflates',
    `"${name}" unpacks to more than ${MAX_RATIO} times its size.`,
    'It may be made to fill the disk. If it is in order, write it as JSONL.',
  );

const broken = (name: string, error: unknown) =>
  new BackendError('parquet_broken', `"${name}" is no readable Parquet file.`, 'Get the file again.', error, {
    name,
  });

function classNames(json: string | undefined): Map<string, readonly string[]> {
  if (json === undefined) return new Map();
  try {
    const { features } = Features.parse(JSON.parse(json)).info;
    return new Map(
      Object.entries(features).flatMap(([column, feature]) => {
        const names = namesIn(feature);
        return names === null ? [] : [[column, names] as const];
      }),
    );
  } catch {
    return new Map();
  }
}

/** A class label, or a list of them in any of the forms that versions of the library write. */
function namesIn(feature: unknown): readonly string[] | null {
  if (Array.isArray(feature)) return namesIn(feature[0]);
  if (typeof feature !== 'object' || feature === null) return null;
  const { names, feature: inner } = feature as { names?: unknown; feature?: unknown };
  if (Array.isArray(names))
    return names.map((name) => (typeof name === 'string' ? name : JSON.stringify(name)));
  return inner === undefined ? null : namesIn(inner);
}

/** Zeros and ones are as many as there are classes; numbers of classes, in one row or another, are not. An empty list is either. */
const isNumbered = (value: unknown, names: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  (value.length !== names.length ||
    value.some((one) => (typeof one === 'number' || typeof one === 'bigint') && one > 1));

/** Numbers of classes, or zeros and ones for all of them, as names. What could be both is not guessed. */
function withNames(
  row: JsonObject,
  column: string,
  names: readonly string[] | undefined,
  numbered: boolean,
): JsonObject {
  const value = row[column];
  const list = (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(
    (v) => (typeof v === 'bigint' ? Number(v) : (v as unknown)),
  );
  if (names === undefined || list.length === 0 || typeof list[0] !== 'number') return row;
  const numbers = list as number[];
  const multiHot =
    !numbered &&
    numbers.length === names.length &&
    numbers.every((n) => n === 0 || n === 1) &&
    names.length > 1;
  if (multiHot && names.length === 2 && new Set(numbers).size === 2) {
    throw new RowError('Its labels could be class numbers or zeros and ones: write their names.', {
      column,
      value: numbers,
    });
  }
  const indices = multiHot
    ? numbers.flatMap((n, i) => (n === 1 ? [i] : []))
    : numbers.filter((n) => n !== -1);
  const labels = indices.map((i) => {
    const name = names[i];
    if (name === undefined) throw new RowError(`There is no class ${i}.`, { column, value: numbers });
    return name;
  });
  const unlabelled = !multiHot && numbers.length > 0 && indices.length === 0;
  return { ...row, [column]: unlabelled ? null : labels };
}
