import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BackendError } from '../errors.ts';

/** The bytes of a file, wherever they lie: on the disk, or packed into another file. */
export interface Bytes {
  /** Where it lies on the disk; null: within another file. */
  readonly path: string | null;
  /** null: not known before all is unpacked. */
  readonly size: number | null;
  /** From the beginning, each time anew. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Held in memory at once, where a format can't be read from front to back. */
const MOST_HELD = 400 * 1024 * 1024;

export const bytesOnDisk = (path: string, size: number): Bytes => ({
  path,
  size,
  stream: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
});

/** Its first bytes, at most so many. */
export async function firstBytes(bytes: Bytes, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of bytes.stream()) {
    chunks.push(chunk);
    count += chunk.length;
    if (count >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

/** All of them. Throws `file_too_large`. */
export async function allBytes(bytes: Bytes, name: string): Promise<Buffer> {
  if (bytes.size !== null && bytes.size > MOST_HELD) throw tooLarge(name);
  if (bytes.path !== null) return readFile(bytes.path);
  const chunks: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of bytes.stream()) {
    chunks.push(chunk);
    count += chunk.length;
    if (count > MOST_HELD) throw tooLarge(name);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (name: string) =>
  new BackendError(
    'file_too_large',
    `"${name}" has more than ${MOST_HELD / 1024 / 1024} MB, more than can be read at once in its format.`,
    'Divide it, or save it as CSV or JSONL.',
    undefined,
    { name },
  );
