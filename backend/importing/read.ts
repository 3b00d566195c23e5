import { BackendError } from '../errors.ts';
import type { ImportItem, ImportProblem, MetaValue, Place } from '../records.ts';
import { budgetOf } from './budget.ts';
import { formatOf, optionsTaken } from './detect.ts';
import { encodingNotes } from './encodingNotes.ts';
import { type ImportFile, openFile } from './file.ts';
import type { ContainerFormat, FoundItem, ImportFormat, Note } from './format.ts';
import { fileKinds } from './formats/all.ts';
import type { Look } from './look.ts';
import { type ImportOptions, LIMITS, type ReadingOption } from './options.ts';
import { placeKey } from './places.ts';
import { failureOf } from './reader/damaged.ts';
import { charactersOf } from './reader/size.ts';

/** Containers within containers. */
const DEPTH = 4;
const ENDINGS: ReadonlySet<string> = new Set(fileKinds.keys());

/**
 * The documents of a file or folder, and what it says of their labels, one at a time: memory does not grow with it. Rows
 * that can't be used, and files in it that can't be read, are problems with their place.
 *
 * Throws a BackendError that names the file, and the line where there is one, for what is wrong with it as a whole.
 */
export async function* readDocuments(
  path: string,
  options: ImportOptions,
  onFormat?: FormatHeard,
): AsyncIterable<ImportItem> {
  const items = documentsIn(await openFile(path, options), { options, onFormat, depth: 0 });
  if (options.rowsAt !== undefined) return yield* rowsAt(items, options.rowsAt);
  for await (const item of items) yield withoutRow(item);
}

async function* rowsAt(
  items: AsyncIterable<ImportItem>,
  places: readonly Place[],
): AsyncIterable<ImportItem> {
  const wanted = new Set(places.map(placeKey));
  for await (const item of items) {
    if (item.kind === 'document' && wanted.delete(placeKey(item.place))) yield item;
    if (wanted.size === 0) return;
  }
}

/** A row says twice what its document says, and has to cross to another process. */
function withoutRow(item: ImportItem): ImportItem {
  if (item.kind !== 'document' || item.row === undefined) return item;
  const { row: _, ...rest } = item;
  return rest;
}

/** What a file, or one within it, is read by; called before it is read. */
type FormatHeard = (format: ImportFormat | ContainerFormat) => void;

interface Within {
  readonly options: ImportOptions;
  readonly onFormat: FormatHeard | undefined;
  readonly depth: number;
}

async function* documentsIn(
  file: ImportFile,
  { options, onFormat, depth }: Within,
): AsyncIterable<ImportItem> {
  const { format } = await formatOf(file, options);
  onFormat?.(format);
  if ('entries' in format) {
    yield* documentsWithin(file, { format, options, onFormat, depth });
    return;
  }
  const { taken, left } = optionsTaken(format, options);
  if (depth === 0 && left.length > 0) yield notTaken(file.name, format, left);
  const counted = counting(file);
  for await (const item of format.read(file, taken)) yield counted(itemOf(item, format));
  // A format of bytes may have looked at it as a text, but did not read it so.
  const source = format.binary ? null : await file.textRead();
  if (source !== null) yield* encodingNotes(source);
}

/** Items of a file as they pass, within what it may unpack to. A folder's files are counted each by itself. */
function counting({ name, bytes, budget, isFolder }: ImportFile): (item: ImportItem) => ImportItem {
  if (isFolder) return (item) => item;
  const own = budget ?? budgetOf(name, bytes.size ?? 0);
  return (item) => {
    if (item.kind === 'note') return item;
    own.row(item.kind === 'document' ? charactersOf(item.document) : 0);
    return item.kind === 'document' && item.document.text.length > LIMITS.record
      ? tooLongText(item.place)
      : item;
  };
}

const tooLongText = (place: Place): ImportItem => ({
  kind: 'problem',
  problem: { place, reason: 'The text is longer than 20 million characters.' },
});

const notTaken = (file: string, { name }: ImportFormat, left: readonly ReadingOption[]): Note => ({
  kind: 'note',
  place: { file },
  text: `What was said of ${left.join(', ')} means nothing for ${name} and was not used.`,
});

/** What is wrong with one file among others is a problem, and the others are read. */
async function* documentsWithin(
  file: ImportFile,
  { format, options, onFormat, depth }: Within & { readonly format: ContainerFormat },
): AsyncIterable<ImportItem> {
  if (depth === DEPTH) throw tooDeep(file.name);
  for await (const entry of format.entries(file, options, ENDINGS)) {
    if (entry.kind === 'note') {
      yield entry;
      continue;
    }
    const own: ImportOptions = entry.alone ? options : { ...options, whole: true };
    try {
      for await (const item of documentsIn(await entry.open(), { options: own, onFormat, depth: depth + 1 }))
        yield entry.alone ? item : fromFile(item, entry.name);
    } catch (error) {
      if (entry.alone || isOfAll(error)) throw error;
      yield { kind: 'problem', problem: unreadable(entry.name, error) };
    }
  }
}

/** What is wrong with a file in another one, in words of its own and for other languages. */
function unreadable(file: string, error: unknown): ImportProblem {
  const { code, message, hint, params = {} } = failureOf(file, error);
  const [told, remedy] = typeof hint === 'object' ? [null, hint] : [hint ?? null, null];
  return {
    place: { file },
    reason: told === null ? message : `${message} ${told}`,
    ...(remedy && { remedy }),
    failure: { code, message, hint: told, remedy, params },
  };
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

/** Looks at a file without reading its documents; what can be chosen is that of the first file in it. Throws as reading does. */
export async function lookAt(path: string, options: ImportOptions): Promise<Look> {
  return look(await openFile(path, options), options, 0);
}

async function look(file: ImportFile, options: ImportOptions, depth: number): Promise<Look> {
  const detected = await formatOf(file, options);
  const { format } = detected;
  if (!('entries' in format)) {
    const columns = (await format.columns?.(file, optionsTaken(format, options).taken)) ?? null;
    const sheets = (await format.sheets?.(file)) ?? [];
    const text = format.takes.includes('encoding') ? await file.text() : null;
    return { ...detected, encoding: text?.encoding ?? null, columns, sheets, splits: format.splits ?? [] };
  }
  if (depth === DEPTH) throw tooDeep(file.name);
  for await (const entry of format.entries(file, options, ENDINGS)) {
    if (entry.kind === 'note') continue;
    const own: ImportOptions = entry.alone ? options : { ...options, whole: true };
    return { ...(await look(await entry.open(), own, depth + 1)), ...detected };
  }
  return { ...detected, encoding: null, columns: null, sheets: [], splits: [] };
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
