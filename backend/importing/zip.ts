import { isAscii, isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { BackendError } from '../errors.ts';
import { allBytes } from './bytes.ts';
import type { ImportFile } from './file.ts';

/** So small an archive is held: from the disk each of its entries would be read by itself, which takes many times longer. */
const HELD_BYTES = 64 * 1024 * 1024;

/** Opens an archive, on the disk or in another one. Throws `zip_broken`. */
export async function openZip({ bytes, name }: ImportFile): Promise<ZipFile> {
  const yauzl = await import('yauzl');
  // Entries are read several times, in their own order.
  const options = { autoClose: false, lazyEntries: true, validateEntrySizes: true };
  const { path, size } = bytes;
  const held = path === null || (size ?? 0) <= HELD_BYTES ? await allBytes(bytes, name) : null;
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, archive?: ZipFile) =>
      error || !archive ? reject(broken(name, error)) : resolve(archive);
    if (held) yauzl.fromBuffer(held, options, done);
    else yauzl.open(path ?? '', options, done);
  });
}

/** What is in an archive. Throws `zip_unsafe` for a name that leads out of it, `zip_broken`. */
export async function* zipEntries(archive: ZipFile, name: string): AsyncIterable<Entry> {
  const waiting: (Entry | null | Error)[] = [];
  let wake: () => void = () => undefined;
  const give = (what: Entry | null | Error) => {
    waiting.push(what);
    wake();
  };
  archive.on('entry', give).once('end', () => give(null));
  archive.on('error', give);
  archive.readEntry();
  while (true) {
    const next = waiting.shift();
    if (next === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    if (next === null) return;
    if (next instanceof Error) throw broken(name, next);
    next.fileName = nameOf(next);
    yield next;
    archive.readEntry();
  }
}

/** General purpose bit 11: the name is UTF-8 (APPNOTE.TXT 4.4.4). */
const UTF8 = 0x800;

/** Its name; some programs write it as UTF-8 and don't say so, where the format means an alphabet of 1981. */
function nameOf({ fileName, fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const told = (generalPurposeBitFlag & UTF8) !== 0 || extraFields.some(({ id }) => id === UNICODE_PATH);
  if (told || isAscii(fileNameRaw) || !isUtf8(fileNameRaw)) return fileName;
  return fileNameRaw.toString('utf8').replaceAll('\\', '/');
}

/** Info-ZIP's extra field for names in Unicode. */
const UNICODE_PATH = 0x7075;

/** The bytes of one entry, unpacked. Throws `zip_broken`, also where it is longer than it was said to be. */
export async function* streamOf(archive: ZipFile, entry: Entry, name: string): AsyncIterable<Uint8Array> {
  let stream: Readable | undefined;
  try {
    stream = await new Promise<Readable>((resolve, reject) => {
      archive.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw error instanceof BackendError ? error : broken(name, error);
  } finally {
    stream?.destroy();
  }
}

function broken(name: string, error: unknown): BackendError {
  const why = error instanceof Error ? error.message : '';
  const leads = /^(?:invalid relative path|absolute path): (.*)$/s.exec(why);
  if (leads)
    return new BackendError(
      'zip_unsafe',
      `"${name}" has a file whose name leads out of it: "${(leads[1] ?? '').slice(0, 100)}".`,
      'It may be made to do harm. Unpack it with care, and import what was in it.',
      error,
      { name },
    );
  return new BackendError(
    'zip_broken',
    `"${name}" is damaged, or was cut: it can't be unpacked.`,
    'Get the file again.',
    error,
    { name },
  );
}
