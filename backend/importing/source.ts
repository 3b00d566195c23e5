import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import { type Bytes, bytesOnDisk, firstBytes } from './bytes.ts';
import type { ImportOptions } from './options.ts';

/** A text file to read: its name for messages, its beginning, and its decoded text. */
export interface TextSource {
  readonly name: string;
  /** null: not known before all is unpacked. */
  readonly bytes: number | null;
  /** Whether it begins with the mark of UTF-8. */
  readonly marked: boolean;
  /** The first 64 KB, decoded; may end within a record. */
  readonly head: string;
  chunks(): AsyncIterable<string>;
}

export const HEAD_BYTES = 64 * 1024;

/** What is often mistaken for a text file, by its first bytes. */
const BINARY: readonly [string, string][] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['%PDF', 'a PDF'],
  ['{\\rtf', 'an RTF document'],
  ['PK\x03\x04', 'a ZIP archive or an Office document'],
  ['\xd0\xcf\x11\xe0', 'an old Office document'],
  ['SQLite format 3', 'an SQLite database'],
  ['\x1f\x8b', 'a gzip archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive'],
];

const UNREADABLE: ReadonlyMap<string, string> = new Map([
  ['ELOOP', 'it is a link that leads to itself'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EIO', 'the disk failed'],
]);

/** Throws `file_missing`, `file_unreadable` or `file_not_regular`, without opening what could hang (pipes, devices). */
export async function requireFile(path: string): Promise<Stats> {
  const name = basename(path);
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      throw new BackendError('file_missing', `There is no file "${path}".`, 'Check the name.');
    }
    const why = UNREADABLE.get(error.code ?? '') ?? 'the system refuses it';
    throw new BackendError(
      'file_unreadable',
      `"${name.slice(0, 200)}" can't be read: ${why}.`,
      undefined,
      error,
    );
  });
  if (info.isFile()) return info;
  const kind = info.isDirectory() ? 'a folder' : info.isFIFO() ? 'a pipe' : 'not a regular file';
  throw new BackendError('file_not_regular', `"${name}" is ${kind}, not a file.`, 'Choose a file.');
}

/** Opens a text file on the disk, as `textOf` does. Throws what that and `requireFile` throw. */
export async function openText(path: string, options: ImportOptions): Promise<TextSource> {
  const { size } = await requireFile(path);
  const bytes = bytesOnDisk(path, size);
  return textOf({ name: basename(path), bytes, start: await firstBytes(bytes, HEAD_BYTES) }, options);
}

/**
 * Bytes as text: UTF-8 with or without mark, UTF-16 with mark, or the encoding that is named.
 *
 * Throws `file_empty`, `file_binary`, `encoding_unknown` or, while reading, `encoding_wrong` with the place of the
 * first byte that is not UTF-8.
 */
export function textOf(
  { name, bytes, start }: { readonly name: string; readonly bytes: Bytes; readonly start: Buffer },
  options: ImportOptions,
): TextSource {
  const encoding = encodingOf(start, options.encoding, name);
  const head = new TextDecoder(encoding).decode(start);
  if (head.trim() === '')
    throw new BackendError('file_empty', `"${name}" is empty.`, 'Choose a file with documents.', undefined, {
      name,
    });
  requireText(start, encoding, name);
  const marked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
  return {
    name,
    bytes: bytes.size,
    marked,
    head,
    chunks: () => decode(bytes, { name, encoding, options }),
  };
}

function encodingOf(start: Buffer, given: string | undefined, name: string): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (given === undefined) return 'utf-8';
  try {
    return new TextDecoder(given).encoding;
  } catch {
    throw new BackendError(
      'encoding_unknown',
      `"${given.slice(0, 40)}" is no encoding that can be read ("${name}").`,
      'Use utf-8, windows-1252, iso-8859-2, shift_jis, gb18030 or the like.',
    );
  }
}

function requireText(start: Buffer, encoding: string, name: string): void {
  const latin = start.toString('latin1', 0, 16);
  const known = BINARY.find(([signature]) => latin.startsWith(signature));
  if (known) throw binary(name, known[1]);
  const sample = start.subarray(0, 4096);
  const controls = sample.filter((byte) => byte < 9).length;
  // A NUL may stand in a text; a file full of control characters is none.
  if (!encoding.startsWith('utf-16') && controls > Math.max(16, sample.length / 20)) {
    throw binary(name, 'not a text file');
  }
}

const binary = (name: string, what: string) =>
  new BackendError(
    'file_binary',
    `"${name}" is ${what}.`,
    'Choose a CSV, JSON, JSONL or text file.',
    undefined,
    { name },
  );

async function* decode(
  bytes: Bytes,
  { name, encoding, options }: { name: string; encoding: string; options: ImportOptions },
): AsyncIterable<string> {
  const strict = new TextDecoder(encoding, { fatal: true });
  let read = 0;
  for await (const chunk of bytes.stream()) {
    let text: string;
    try {
      text = strict.decode(chunk, { stream: true });
    } catch {
      throw wrongEncoding(name, encoding, read + firstBad(chunk, encoding));
    }
    read += chunk.length;
    // Of what is packed, who unpacks it tells.
    if (bytes.path !== null) options.onBytes?.(read, bytes.size ?? read);
    if (text !== '') yield text;
  }
  try {
    const rest = strict.decode();
    if (rest !== '') yield rest;
  } catch {
    throw wrongEncoding(name, encoding, read);
  }
}

/** Where decoding fails within a chunk, as near as the decoder tells. */
function firstBad(bytes: Uint8Array, encoding: string): number {
  let low = 0;
  let high = bytes.length;
  const decodes = (end: number) => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (decodes(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const wrongEncoding = (name: string, encoding: string, at: number) =>
  new BackendError(
    'encoding_wrong',
    `"${name}" is not ${encoding.toUpperCase()}: the byte at ${at} doesn't fit.`,
    { code: 'name_encoding' },
    undefined,
    { name },
  );
