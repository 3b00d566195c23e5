import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import type { DocumentRecord, ImportItem, ImportProblem, Place } from '../records.ts';
import { detectText, firstRecord } from './detect.ts';
import {
  decisionsOf,
  documentRecord,
  idColumns,
  idOf,
  isObject,
  RowError,
  rowItem,
  stringOr,
  textOf,
  usualColumn,
} from './fields.ts';
import { argillaDocument } from './formats/argilla.ts';
import { argilla1Document } from './formats/argilla1.ts';
import { csvColumns, csvDocuments } from './formats/csv.ts';
import { labelStudioDocument } from './formats/labelStudio.ts';
import { doccanoDocument, fastTextDocument, spacyDocument } from './formats/others.ts';
import { parquetDocuments, parquetFirstRow } from './formats/parquet.ts';
import { type Columns, findColumns, plainDocument } from './formats/plain.ts';
import { prodigyDocument } from './formats/prodigy.ts';
import { type Container, containerOf, type JsonObject, jsonRecords } from './json.ts';
import { linesOf } from './lines.ts';
import { type Format, type FoundColumns, type ImportOptions, LIMITS } from './options.ts';
import { openText, readStart, requireFile, type TextSource } from './source.ts';

export { FORMATS, type Format, type ImportOptions } from './options.ts';
export { requireFile } from './source.ts';

/**
 * The documents of a file, and what it says of their labels, one at a time: memory does not grow with the file. Rows
 * that can't be used are problems with their place.
 *
 * Throws a BackendError that names the file, and the line where there is one, for what is wrong with it as a whole.
 */
export async function* readDocuments(path: string, options: ImportOptions): AsyncIterable<ImportItem> {
  await requireFile(path);
  if (options.whole && /\.(txt|md)$/i.test(path)) {
    yield await wholeDocument(path, options);
    return;
  }
  if (await isParquet(path)) {
    yield* parquetDocuments(path, options);
    return;
  }
  const source = await openText(path, options);
  const detected = detectText(source, firstRecord(source.head) ?? (await firstWhole(source)));
  const format = options.format === undefined || options.format === 'auto' ? detected.format : options.format;
  yield* documentsOf(source, format, options);
}

/** The fields of a file's records to choose from; none where the format leaves no choice. */
export async function fileColumns(path: string, options: ImportOptions): Promise<FoundColumns | null> {
  await requireFile(path);
  if (await isParquet(path)) return recordColumns(await parquetFirstRow(path), options, basename(path));
  const source = await openText(path, options);
  const record = firstRecord(source.head) ?? (await firstWhole(source));
  const { format, container } = detectText(source, record);
  if (format === 'csv') return csvColumns(source, options);
  if (format === 'tsv') return csvColumns(source, options, '\t');
  return container !== null && format === 'jsonl' ? recordColumns(record, options, source.name) : null;
}

const recordColumns = (
  record: JsonObject | null,
  options: ImportOptions,
  file: string,
): FoundColumns | null =>
  record && {
    names: Object.keys(record).slice(0, LIMITS.columns),
    find: () => findColumns(record, options, file),
  };

/** The first record of a JSON file when it is longer than the beginning that was looked at. */
async function firstWhole(source: TextSource): Promise<JsonObject | null> {
  const container = containerOf(source.head);
  if (container === null) return null;
  for await (const record of jsonRecords(source, container)) {
    return record.kind === 'record' ? record.value : null;
  }
  return null;
}

async function isParquet(path: string): Promise<boolean> {
  return (await readStart(path, 4)).toString('latin1') === 'PAR1';
}

function documentsOf(source: TextSource, format: Format, options: ImportOptions): AsyncIterable<ImportItem> {
  if (format === 'csv') return csvDocuments(source, options);
  if (format === 'tsv') return csvDocuments(source, options, '\t');
  if (format === 'text')
    return lineDocuments(source, (line) => documentRecord({ text: textOf(line, 'text') }));
  if (format === 'fasttext') return lineDocuments(source, fastTextDocument);
  const container = containerOf(source.head);
  if (container === null) {
    throw new BackendError('json_expected', `"${source.name}" is not JSON, as ${format} would be.`, {
      code: 'recognise_format',
    });
  }
  return jsonDocuments(source, container, { format, options });
}

/** A text file that is one document. */
async function wholeDocument(path: string, options: ImportOptions): Promise<ImportItem> {
  const source = await openText(path, options);
  let text = '';
  for await (const chunk of source.chunks()) {
    text += chunk;
    if (text.length > LIMITS.record) {
      throw new BackendError(
        'document_too_long',
        `"${source.name}" is longer than 20 million characters, too much for one document.`,
        'Import it line by line, or divide it.',
        undefined,
        { name: source.name },
      );
    }
  }
  const place = { file: source.name };
  return rowItem(place, () =>
    documentRecord({ externalId: idOf(source.name), text: textOf(text.replace(/^\uFEFF/, ''), 'text') }),
  );
}

async function* lineDocuments(
  source: TextSource,
  read: (line: string) => DocumentRecord,
): AsyncIterable<ImportItem> {
  let count = 0;
  for await (const { number, text } of linesOf(source)) {
    if (text.trim() === '') continue;
    count += 1;
    if (count > LIMITS.rows)
      throw new BackendError(
        'too_many_rows',
        `"${source.name}" has more than ${LIMITS.rows} rows.`,
        undefined,
        undefined,
        { name: source.name },
      );
    yield rowItem({ file: source.name, line: number }, () => read(text));
  }
}

async function* jsonDocuments(
  source: TextSource,
  container: Container,
  { format, options }: { format: Format; options: ImportOptions },
): AsyncIterable<ImportItem> {
  const read = readerFor(format, options, source.name);
  for await (const record of jsonRecords(source, container, options.idColumn)) {
    yield record.kind === 'problem' ? record : rowItem(record.place, () => read(record.value));
  }
}

function readerFor(
  format: Format,
  options: ImportOptions,
  file: string,
): (record: JsonObject) => DocumentRecord {
  switch (format) {
    case 'label-studio':
      return (record) => labelStudioDocument(record, options);
    case 'prodigy':
      return prodigyDocument;
    case 'argilla':
      return (record) => argillaDocument(record, options);
    case 'argilla-1':
      return (record) => argilla1Document(record, options);
    case 'doccano':
      return (record) => doccanoDocument(record, options);
    case 'spacy':
      return spacyDocument;
    default: {
      let columns: Columns | undefined;
      return (record) => {
        columns ??= findColumns(record, options, file);
        // A field may be missing in the first record: it still has its usual name in later ones.
        const { id, labels } =
          columns.id && columns.labels ? columns : findLater(record, columns, options, file);
        return plainDocument(record, {
          text: columns.text,
          id: columns.id ?? id,
          labels: columns.labels ?? labels,
        });
      };
    }
  }
}

const findLater = (record: JsonObject, { text }: Columns, options: ImportOptions, file: string): Columns =>
  findColumns(record, { ...options, textColumn: text }, file);

/** A row of `annotate --from`: an id, and labels that apply or don't. */
export interface JsonlRow {
  readonly place: Place;
  readonly id: string | null;
  readonly text: string | null;
  readonly labels: string[] | null;
  readonly rejected: string[] | null;
  /** ISO 8601. */
  readonly at: string | null;
}

/** Rows of JSONL (or a JSON array) that need no text. */
export async function* readJsonlRows(path: string): AsyncIterable<JsonlRow | { problem: ImportProblem }> {
  const source = await openText(path, {});
  const container = containerOf(source.head);
  if (container === null) {
    throw new BackendError(
      'json_expected',
      `"${basename(path)}" is no JSONL.`,
      'Each line must be {"id": "…", "labels": ["…"]}.',
    );
  }
  for await (const record of jsonRecords(source, container)) {
    if (record.kind === 'problem') yield { problem: record.problem };
    else yield rowOf(record.place, record.value);
  }
}

function rowOf(place: Place, value: JsonObject): JsonlRow | { problem: ImportProblem } {
  const names = (key: string) => {
    const list = value[key];
    return list === undefined || list === null ? null : decisionsOf(list, 'yes', key).map(([name]) => name);
  };
  try {
    if (!isObject(value)) throw new RowError('Not a JSON object.');
    const fields = Object.keys(value);
    const id = usualColumn(fields, idColumns);
    const text = usualColumn(fields, ['text']);
    return {
      place,
      id: id === null ? null : idOf(value[id]),
      text: text === null || typeof value[text] !== 'string' ? null : textOf(value[text], text),
      labels: names('labels'),
      rejected: names('rejected'),
      at: stringOr(value.at),
    };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return { problem: { place, reason: error.message } };
  }
}
