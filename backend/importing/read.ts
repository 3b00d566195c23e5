import { BackendError } from '../errors.ts';
import type { ImportItem, MetaValue } from '../records.ts';
import { type Detected, formatOf, optionsTaken } from './detect.ts';
import { type ImportFile, openFile } from './file.ts';
import type { ContainerFormat, FoundColumns, FoundItem, ImportFormat } from './format.ts';
import { fileKinds } from './formats/all.ts';
import type { ImportOptions, SplitAt } from './options.ts';
import { failureOf } from './reader/damaged.ts';

/** Containers within containers. */
const DEPTH = 4;
const ENDINGS: ReadonlySet<string> = new Set(fileKinds.keys());

/**
 * The documents of a file or folder, and what it says of their labels, one at a time: memory does not grow with it. Rows
 * that can't be used, and files in it that can't be read, are problems with their place.
 *
 * Throws a BackendError that names the file, and the line where there is one, for what is wrong with it as a whole.
 */
export async function* readDocuments(path: string, options: ImportOptions): AsyncIterable<ImportItem> {
  yield* documentsIn(await openFile(path, options), options, 0);
}

async function* documentsIn(
  file: ImportFile,
  options: ImportOptions,
  depth: number,
): AsyncIterable<ImportItem> {
  const { format } = await formatOf(file, options);
  if ('entries' in format) {
    yield* documentsWithin(file, { format, options, depth });
    return;
  }
  for await (const item of format.read(file, optionsTaken(format, options))) yield itemOf(item, format);
}

/** What is wrong with one file among others is a problem, and the others are read. */
async function* documentsWithin(
  file: ImportFile,
  { format, options, depth }: { format: ContainerFormat; options: ImportOptions; depth: number },
): AsyncIterable<ImportItem> {
  if (depth === DEPTH) throw tooDeep(file.name);
  for await (const entry of format.entries(file, options, ENDINGS)) {
    if (entry.kind === 'note') {
      yield entry;
      continue;
    }
    const own: ImportOptions = entry.alone ? options : { ...options, whole: true };
    try {
      for await (const item of documentsIn(await entry.open(), own, depth + 1))
        yield entry.alone ? item : fromFile(item, entry.name);
    } catch (error) {
      if (entry.alone || isOfAll(error)) throw error;
      const { message, hint } = failureOf(entry.name, error);
      const reason = typeof hint === 'string' ? `${message} ${hint}` : message;
      yield { kind: 'problem', problem: { place: { file: entry.name }, reason } };
    }
  }
}

/** What ends all reading: the container holds no more than this. */
const isOfAll = (error: unknown): boolean =>
  error instanceof BackendError && ['file_inflates', 'cancelled'].includes(error.code);

const tooDeep = (name: string) =>
  new BackendError(
    'nested_too_deep',
    `"${name}" lies in a packed file in a packed file and so on, ${DEPTH} deep.`,
    'Unpack them, and import the folder.',
    undefined,
    { name },
  );

/** A document with the file it lies in, where its id does not tell. */
function fromFile(item: ImportItem, name: string): ImportItem {
  if (item.kind !== 'document') return item;
  const { externalId, meta } = item.document;
  if (meta.has('file') || externalId === name) return item;
  const own: [string, MetaValue][] = [...meta, ['file', name]];
  return { ...item, document: { ...item.document, meta: new Map(own) } };
}

/** What a file is, and what can be chosen of it. */
export interface Look extends Detected {
  /** null: the format leaves no choice. */
  readonly columns: FoundColumns | null;
  /** Of a workbook. */
  readonly sheets: readonly string[];
  /** Where its documents can be split. */
  readonly splits: readonly SplitAt[];
}

/** Looks at a file without reading its documents; what can be chosen is that of the first file in it. Throws as reading does. */
export async function lookAt(path: string, options: ImportOptions): Promise<Look> {
  return look(await openFile(path, options), options, 0);
}

async function look(file: ImportFile, options: ImportOptions, depth: number): Promise<Look> {
  const detected = await formatOf(file, options);
  const { format } = detected;
  if (!('entries' in format)) {
    const columns = (await format.columns?.(file, optionsTaken(format, options))) ?? null;
    const sheets = (await format.sheets?.(file)) ?? [];
    return { ...detected, columns, sheets, splits: format.splits ?? [] };
  }
  if (depth === DEPTH) throw tooDeep(file.name);
  for await (const entry of format.entries(file, options, ENDINGS)) {
    if (entry.kind === 'note') continue;
    const own: ImportOptions = entry.alone ? options : { ...options, whole: true };
    const { columns, sheets, splits } = await look(await entry.open(), own, depth + 1);
    return { ...detected, columns, sheets, splits };
  }
  return { ...detected, columns: null, sheets: [], splits: [] };
}

/** With what the format says of labels that a record does not name, where the record does not tell. */
function itemOf(item: FoundItem, { absence }: ImportFormat): ImportItem {
  if (item.kind !== 'document') return item;
  const annotations = item.document.annotations.map((found) => ({
    ...found,
    absence: found.absence ?? absence,
  }));
  return { ...item, document: { ...item.document, annotations } };
}
