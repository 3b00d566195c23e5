import { basename, extname } from 'node:path';
import { type Container, containerOf, type JsonObject, jsonValues, parseJson } from './json.ts';
import type { ImportOptions } from './options.ts';
import { openText, readStart, requireFile, type TextSource } from './source.ts';

/** A file that formats look at and read; each look is taken once, when a format first asks for it. */
export interface ImportFile {
  readonly path: string;
  readonly name: string;
  /** Of its name, in small letters with the dot. */
  readonly ending: string;
  /** The first 64 KB. */
  readonly start: Buffer;
  /** It as text. Throws `file_empty`, `file_binary` or `encoding_unknown`. */
  text(): Promise<TextSource>;
  /** How records lie in it as JSON; null: it is none. Throws as `text` does. */
  container(): Promise<Container | null>;
  /** The first record of JSON, an object or not; undefined: there is none, or it is broken. Throws as `text` does. */
  firstValue(): Promise<unknown>;
}

/** Throws `file_missing`, `file_unreadable` or `file_not_regular`. */
export async function openFile(path: string, options: ImportOptions): Promise<ImportFile> {
  await requireFile(path);
  const text = once(() => openText(path, options));
  return {
    path,
    name: basename(path),
    ending: extname(path).toLowerCase(),
    start: await readStart(path),
    text,
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
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i += 1;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') {
      depth -= 1;
      if (depth === 0) return text.slice(from, i + 1);
    }
  }
  return '';
}

/** The first record where it is an object. */
export async function firstRecord(file: ImportFile): Promise<JsonObject | null> {
  const value = await file.firstValue();
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
