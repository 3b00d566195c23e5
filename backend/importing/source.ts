import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemWordsOf } from '../../process/systemWords.ts';
import { BackendError } from '../errors.ts';
import { type Bytes, bytesOnDisk, firstBytes } from './bytes.ts';
import { type Encoding, encodingOf } from './encoding.ts';
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
  /** Nothing comes after the head. */
  readonly headIsAll: boolean;
  readonly encoding: Encoding;
  /** Of what was read so far. */
  readonly lost: { readonly count: number; readonly lines: readonly number[] };
  chunks(): AsyncIterable<string>;
  /** The same for who only looks: nobody is told how far it is, and what is lost is not counted. */
  looked(): AsyncIterable<string>;
}

/** `looking`: for what its columns are; nothing is counted or told of what is read. */
export interface Looking {
  readonly looking: boolean;
}

/** A text as it is read for that purpose. */
export const readBy = (source: TextSource, how: Looking | undefined): TextSource =>
  how?.looking ? { ...source, chunks: source.looked } : source;

export const HEAD_BYTES = 64 * 1024;

/** How a text begins. */
export type Beginning = Pick<TextSource, 'head' | 'headIsAll'>;

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
  ['\xfd7zXZ', 'an XZ archive'],
  ['Rar!\x1a\x07', 'a RAR archive'],
];

/** A size of blocks, and the first one. */
const BZIP2 = /^BZh[1-9]1AY&SY/;

const whyUnreadable = systemWordsOf('ELOOP', 'ENAMETOOLONG', 'EACCES', 'EPERM', 'EIO');

/** Throws `file_missing`, `file_unreadable` or `file_not_regular`, without opening what could hang (pipes, devices). */
export async function requireFile(path: string): Promise<Stats> {
  const name = basename(path);
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      // By its name alone: what was handed over lies where nobody knows it.
      throw new BackendError(
        'file_missing',
        `There is no file "${name.slice(0, 200)}".`,
        'Check the name, or choose it again.',
        undefined,
        { name: name.slice(0, 200) },
      );
    }
    const why = whyUnreadable(error.code) ?? 'the system refuses it';
    throw new BackendError(
      'file_unreadable',
      `"${name.slice(0, 200)}" can't be read: ${why}.`,
      undefined,
      error,
    );
  });
  if (info.isFile()) return info;
  throw new BackendError('file_not_regular', `"${name}" is ${kindOf(info)}, not a file.`, 'Choose a file.');
}

function kindOf(info: Stats): string {
  if (info.isDirectory()) return 'a folder';
  if (info.isFIFO()) return 'a pipe';
  return info.isSocket() ? 'a socket' : 'a device';
}

/** Opens a text file on the disk, as `textOf` does. Throws what that and `requireFile` throw. */
export async function openText(path: string, options: ImportOptions): Promise<TextSource> {
  const { size } = await requireFile(path);
  const bytes = bytesOnDisk(path, size);
  return textOf({ name: basename(path), bytes, start: await firstBytes(bytes, HEAD_BYTES) }, options);
}

/**
 * Bytes as text, in the encoding that is named or found. Bytes that fit no character become one that says so, and are
 * counted. Throws `file_empty`, `file_binary` or `encoding_unknown`.
 */
export async function textOf(
  given: { readonly name: string; readonly bytes: Bytes; readonly start: Buffer },
  options: ImportOptions,
): Promise<TextSource> {
  const { name, bytes, start } = given;
  const encoding = await encodingOf(given, options.encoding);
  const head = new TextDecoder(encoding.name).decode(start, { stream: start.length >= HEAD_BYTES });
  if (head.trim() === '')
    throw new BackendError('file_empty', `"${name}" is empty.`, 'Choose a file with documents.', undefined, {
      name,
    });
  requireText(start, encoding.name, name);
  const marked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
  const lost: Lost = { count: 0, lines: [] };
  return {
    name,
    bytes: bytes.size,
    marked,
    head,
    headIsAll: start.length < HEAD_BYTES,
    encoding,
    lost,
    chunks: () => decode(bytes, { encoding: encoding.name, lost, options }),
    looked: () => decode(bytes, { encoding: encoding.name, lost: { count: 0, lines: [] }, options: {} }),
  };
}

function requireText(start: Buffer, encoding: string, name: string): void {
  const latin = start.toString('latin1', 0, 16);
  const known = BINARY.find(([signature]) => latin.startsWith(signature));
  if (known) throw notReadable(name, known[1]);
  if (BZIP2.test(latin)) throw notReadable(name, 'a bzip2 archive');
  // POSIX.1-2017, pax: the magic of a header.
  if (start.toString('latin1', 257, 262) === 'ustar') throw notReadable(name, 'a TAR archive');
  const sample = start.subarray(0, 4096);
  const controls = sample.filter((byte) => byte < 9).length;
  // A NUL may stand in a text; a file full of control characters is none.
  if (!encoding.startsWith('utf-16') && controls > Math.max(16, sample.length / 20)) {
    throw notReadable(name, 'not a text file');
  }
}

/** That a file is something that is not read. */
export const notReadable = (name: string, what: string) =>
  new BackendError(
    'file_binary',
    `"${name}" is ${what}.`,
    'Choose a table (CSV, Excel, OpenDocument, Parquet), JSON, text, Word, PDF, HTML or mail.',
    undefined,
    { name, what },
  );

/** Characters that stand for bytes which fit no character: how many, and the first lines that have one. */
interface Lost {
  count: number;
  readonly lines: number[];
}

/** So many lines are named. */
export const MOST_LINES = 20;
/** Stands for bytes that are no character. */
export const REPLACED = '\uFFFD';

async function* decode(
  bytes: Bytes,
  { encoding, lost, options }: { encoding: string; lost: Lost; options: ImportOptions },
): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding);
  let read = 0;
  let line = 1;
  lost.count = 0;
  lost.lines.length = 0;
  const look = (text: string, chunk: Uint8Array) => {
    if (text.includes(REPLACED)) noteLost(lost, text, { line, written: writtenIn(chunk, encoding) });
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line += 1;
  };
  for await (const chunk of bytes.stream()) {
    const text = decoder.decode(chunk, { stream: true });
    look(text, chunk);
    read += chunk.length;
    // Of what is packed, who unpacks it tells.
    if (bytes.path !== null) options.onBytes?.(read, bytes.size ?? read);
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  look(rest, new Uint8Array());
  if (rest !== '') yield rest;
}

/** How often the replacement character itself is written in UTF-8: it is none that was lost. */
function writtenIn(chunk: Uint8Array, encoding: string): number {
  if (encoding !== 'utf-8') return 0;
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  let count = 0;
  for (let at = bytes.indexOf(REPLACED); at >= 0; at = bytes.indexOf(REPLACED, at + 3)) count += 1;
  return count;
}

function noteLost(lost: Lost, text: string, { line, written }: { line: number; written: number }): void {
  const lines = text.split('\n');
  const all = lines.reduce((sum, part) => sum + part.split(REPLACED).length - 1, 0);
  if (all <= written) return;
  lost.count += all - written;
  for (const [i, part] of lines.entries()) {
    if (lost.lines.length === MOST_LINES) return;
    if (part.includes(REPLACED) && lost.lines.at(-1) !== line + i) lost.lines.push(line + i);
  }
}
