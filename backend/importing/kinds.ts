import type { Sign } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import { rowItem } from './fields.ts';
import { firstRecord, firstRecords, type ImportFile } from './file.ts';
import type { DocumentFormat, FoundColumns, FoundDocument, FoundItem, ImportFormat, Note } from './format.ts';
import { type JsonObject, jsonRecords } from './json.ts';
import { linesOf, tooManyRows } from './lines.ts';
import { columnFor, type ImportOptions, LIMITS } from './options.ts';
import { asSaid } from './toolFields.ts';

/** Reads a file's records in their order. Throws a `RowError` for one that can't be used. */
export interface RecordReader {
  (record: JsonObject): FoundDocument;
  /** What is worth knowing of the file before any is read. */
  readonly notes?: readonly Note[];
  /** What is worth knowing once all are read. */
  readonly told?: () => readonly Note[];
}

type Common = Pick<ImportFormat, 'id' | 'name' | 'endings' | 'takes' | 'absence'>;

/** A format whose records are the objects of JSON, be they lines, an array or one object. */
export interface JsonKind extends Common {
  /** By what its first record is known; true: it is made as this format makes them. null: the file has none. */
  known(record: JsonObject | null): readonly string[] | boolean;
  /** Whether the first records are what the very first looks like; absent: they are. */
  fits?(first: readonly JsonObject[]): boolean;
  /** Records by which fields are told; absent: the first ones. */
  sample?(file: ImportFile): Promise<readonly JsonObject[]>;
  /** `first`: the first of the file's records, or its sample. */
  reader(options: ImportOptions, file: string, first: readonly JsonObject[]): RecordReader;
  readonly columns?: DocumentFormat['columns'];
  /** In place of `columns`: what fields of the first records become, each of which has a meaning of its own. */
  fields?(first: readonly JsonObject[], options: ImportOptions): FoundColumns;
}

export function jsonFormat({
  known,
  fits,
  sample = firstRecords,
  reader,
  columns,
  fields,
  ...common
}: JsonKind): DocumentFormat {
  return {
    ...common,
    takes: [...common.takes, 'encoding'],
    async sniff(file) {
      if ((await file.container()) === null) return null;
      const found = known(await firstRecord(file));
      if (found === false || (fits && !fits(await firstRecords(file)))) return null;
      return found === true ? { kind: 'records' } : { kind: 'fields', names: found };
    },
    async *read(file, options) {
      const source = await file.text();
      const container = await file.container();
      if (container === null) throw notJson(file.name, common.id);
      const first = await sample(file);
      // Without a record nothing can be said of fields: what is there instead is told value by value.
      const read = first.length > 0 ? reader(options, file.name, first) : null;
      const said = (found: FoundDocument) => (fields ? asSaid(found, options) : found);
      yield* read?.notes ?? [];
      for await (const record of jsonRecords(source, container, columnFor(options, 'id'))) {
        if (record.kind === 'problem') yield record;
        else if (read) yield rowItem(record.place, () => said(read(record.value)), { text: record.text });
      }
      yield* read?.told?.() ?? [];
    },
    ...(columns && { columns }),
    ...(fields && {
      columns: async (file, options) => {
        if ((await file.container()) === null) return null;
        const first = await firstRecords(file);
        return first.length === 0 ? null : fields(first, options);
      },
    }),
  };
}

export const notJson = (file: string, format: string) =>
  new BackendError('json_expected', `"${file}" is not JSON, as ${format} would be.`, {
    code: 'recognise_format',
  });

/** A format with a document per line; empty lines are none. */
export interface LineKind extends Common {
  sniff(file: ImportFile): Sign | null | Promise<Sign | null>;
  /** Throws a `RowError` for a line that can't be used. */
  document(line: string): FoundDocument;
}

export const lineFormat = ({ document, ...common }: LineKind): DocumentFormat => ({
  ...common,
  takes: [...common.takes, 'encoding'],
  read: (file) => lineDocuments(file, document),
});

async function* lineDocuments(
  file: ImportFile,
  read: (line: string) => FoundDocument,
): AsyncIterable<FoundItem> {
  const source = await file.text();
  let count = 0;
  for await (const { number, text } of linesOf(source)) {
    if (text.trim() === '') continue;
    count += 1;
    if (count > LIMITS.rows) throw tooManyRows(source.name);
    yield rowItem({ file: source.name, line: number }, () => read(text), { text });
  }
}
