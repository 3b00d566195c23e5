import type { Entry } from 'yauzl';
import { BackendError } from '../errors.ts';
import type { ImportFile } from './file.ts';
import { openZip, streamOf, zipEntries } from './zip.ts';

/** What lies in a ZIP file by name; of one that is cut, what its beginning shows. Looked at once. */
export function zipNames(file: ImportFile): Promise<ReadonlySet<string>> {
  const known = names.get(file) ?? read(file);
  names.set(file, known);
  return known;
}

const names = new WeakMap<ImportFile, Promise<ReadonlySet<string>>>();
const MOST = 10_000;

export const isZip = ({ start }: ImportFile): boolean => start.toString('latin1', 0, 4) === 'PK\x03\x04';

async function read(file: ImportFile): Promise<ReadonlySet<string>> {
  if (!isZip(file)) return new Set();
  try {
    return new Set((await entriesOf(file)).map(({ fileName }) => fileName));
  } catch {
    // The header of an entry has its name at byte 30, in so many bytes as byte 26 says (APPNOTE.TXT 4.3.7).
    const found = new Set<string>();
    for (let at = 0; at >= 0; at = file.start.indexOf('PK\x03\x04', at + 4, 'latin1')) {
      if (at + 30 > file.start.length) break;
      found.add(file.start.toString('utf8', at + 30, at + 30 + file.start.readUInt16LE(at + 26)));
    }
    return found;
  }
}

async function entriesOf(file: ImportFile): Promise<Entry[]> {
  const archive = await openZip(file);
  try {
    const all: Entry[] = [];
    for await (const entry of zipEntries(archive, file.name)) {
      all.push(entry);
      if (all.length === MOST) break;
    }
    return all;
  } finally {
    archive.close();
  }
}

/** Bytes that all entries unpack to, as the file says. */
export async function unpackedSize(file: ImportFile): Promise<number> {
  return (await entriesOf(file)).reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
}

/** Bytes of one entry as text. */
const LONGEST_TEXT = 100 * 1024 * 1024;

/** An entry as text; empty without such an entry. Throws `document_too_long`. */
export async function entryText(file: ImportFile, name: string): Promise<string> {
  const archive = await openZip(file);
  try {
    for await (const entry of zipEntries(archive, file.name)) {
      if (entry.fileName !== name) continue;
      const chunks: Uint8Array[] = [];
      let count = 0;
      for await (const chunk of streamOf(archive, entry, file.name)) {
        chunks.push(chunk);
        count += chunk.length;
        if (count > LONGEST_TEXT) throw tooLong(file.name);
      }
      return Buffer.concat(chunks).toString('utf8');
    }
    return '';
  } finally {
    archive.close();
  }
}

const tooLong = (name: string) =>
  new BackendError(
    'document_too_long',
    `"${name}" holds a part of more than ${LONGEST_TEXT / 1024 / 1024} MB of text.`,
    'Divide it.',
    undefined,
    { name },
  );
