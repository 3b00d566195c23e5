import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { walkBrackets } from './brackets.ts';
import type { Budget } from './budget.ts';
import { type Bytes, bytesOnDisk, firstBytes } from './bytes.ts';
import { type Container, containerOf, type JsonObject, jsonValues, parseJson } from './json.ts';
import { laterRecords } from './laterRows.ts';
import type { ImportOptions } from './options.ts';
import { HEAD_BYTES, readBy, requireFile, type TextSource, textOf } from './source.ts';

/** A file that formats look at and read; each look is taken once, when a format first asks for it. */
export interface ImportFile {
  /** For messages and as id: of a file in another one, or in a folder, with where it lies there. */
  readonly name: string;
  /** Of its name, in small letters with the dot. */
  readonly ending: string;
  readonly bytes: Bytes;
  readonly isFolder: boolean;
  /** How far it may unpack, where it lies in a packed file. */
  readonly budget: Budget | null;
  /** The first 64 KB. */
  readonly start: Buffer;
  /** It as text. Throws `file_empty`, `file_binary` or `encoding_unknown`. */
  text(): Promise<TextSource>;
  /** It as text, where a format read it so. */
  textRead(): Promise<TextSource | null>;
  /** How records lie in it as JSON; null: it is none. Throws as `text` does. */
  container(): Promise<Container | null>;
  /** The first record of JSON, an object or not; undefined: there is none, or it is broken. Throws as `text` does. */
  firstValue(): Promise<unknown>;
}

/** A file or folder on the disk. Throws `file_missing`, `file_unreadable` or `file_not_regular`. */
export async function openFile(
  path: string,
  options: ImportOptions,
  name = basename(path),
): Promise<ImportFile> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  const size = isFolder ? 0 : (await requireFile(path)).size;
  return fileOf({ name, bytes: bytesOnDisk(path, size), budget: null, isFolder }, options);
}

/** A file within another one. */
export const packedFile = (
  name: string,
  { bytes, budget }: { readonly bytes: Bytes; readonly budget: Budget },
  options: ImportOptions,
): Promise<ImportFile> => fileOf({ name, bytes, budget, isFolder: false }, options);

async function fileOf(
  given: Pick<ImportFile, 'name' | 'bytes' | 'budget' | 'isFolder'>,
  options: ImportOptions,
): Promise<ImportFile> {
  const { name, bytes, isFolder } = given;
  const start = isFolder ? Buffer.alloc(0) : await firstBytes(bytes, HEAD_BYTES);
  let read: Promise<TextSource> | null = null;
  const text = () => {
    read ??= textOf({ name, bytes, start }, options);
    return read;
  };
  return {
    ...given,
    ending: extname(name).toLowerCase(),
    start,
    text,
    textRead: async () => read,
    container: async () => containerOf((await text()).head),
    firstValue: once(async () => firstOf(await text())),
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= work();
    return made;
  };
}

/** From the file's beginning where it is whole there, else by reading on. */
async function firstOf(source: TextSource): Promise<unknown> {
  const container = containerOf(source.head);
  if (container === null) return undefined;
  const start = source.head.trimStart();
  const [line = ''] = start.split(/\r\n|\n|\r/, 1);
  try {
    const value = parseJson(container === 'lines' ? line : firstElement(start, container));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Cut off, or broken: reading tells.
  }
  for await (const found of jsonValues(source, container)) {
    if (found.kind === 'value') return found.value;
  }
  return undefined;
}

function firstElement(text: string, container: Container): string {
  const from = container === 'array' ? text.slice(1).search(/[[{]/) + 1 : text.indexOf('{');
  if (from < 0 || (container === 'array' && (from === 0 || text.slice(1, from).trim() !== ''))) return '';
  let element = '';
  walkBrackets(text, from, (at, depth) => {
    if (depth === 0) element = text.slice(from, at + 1);
    return depth === 0;
  });
  return element;
}

/** The first record where it is an object. */
export async function firstRecord(file: ImportFile): Promise<JsonObject | null> {
  const value = await file.firstValue();
  return isRecord(value) ? value : null;
}

const SAMPLE_RECORDS = 500;

/** The first records that are objects, as far as they lie in the file's beginning; at least one where there is any. */
export async function firstRecords(file: ImportFile): Promise<readonly JsonObject[]> {
  const [source, container] = [await file.text(), await file.container()];
  if (container === null) return [];
  const head: TextSource = { ...source, chunks: () => onlyOne(source.head.replace(/^\uFEFF/, '')) };
  const records: JsonObject[] = [];
  try {
    for await (const found of jsonValues(head, container)) {
      if (found.kind === 'value' && isRecord(found.value)) records.push(found.value);
      if (records.length === SAMPLE_RECORDS) break;
    }
  } catch {
    // The beginning is cut somewhere.
  }
  if (records.length > 0) return records;
  const first = await firstRecord(file);
  return first === null ? [] : [first];
}

/** The first records, and later ones by which fields are told. */
export async function sampledRecords(file: ImportFile): Promise<readonly JsonObject[]> {
  const first = await firstRecords(file);
  const [source, container] = [await file.text(), await file.container()];
  if (container === null || (source.headIsAll && first.length < SAMPLE_RECORDS)) return first;
  const looked = readBy(source, { looking: true });
  const later = await laterRecords(recordsIn(looked, container), first.length);
  return [...first, ...later];
}

async function* recordsIn(source: TextSource, container: Container): AsyncIterable<JsonObject> {
  for await (const found of jsonValues(source, container))
    if (found.kind === 'value' && isRecord(found.value)) yield found.value;
}

async function* onlyOne(text: string): AsyncIterable<string> {
  yield text;
}

const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
