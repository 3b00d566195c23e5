import type { Entry } from 'yauzl';
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

/** The start of an entry as text, at most so many bytes; empty without such an entry. */
export async function entryStart(file: ImportFile, name: string, most: number): Promise<string> {
  const archive = await openZip(file);
  try {
    for await (const entry of zipEntries(archive, file.name)) {
      if (entry.fileName !== name) continue;
      const chunks: Uint8Array[] = [];
      let count = 0;
      for await (const chunk of streamOf(archive, entry, file.name)) {
        chunks.push(chunk);
        count += chunk.length;
        if (count >= most) break;
      }
      return Buffer.concat(chunks).toString('utf8', 0, most);
    }
    return '';
  } finally {
    archive.close();
  }
}
