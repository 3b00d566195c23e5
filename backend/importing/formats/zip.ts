import { extname } from 'node:path';
import type { Entry as ZipEntry, ZipFile } from 'yauzl';
import { BackendError } from '../../errors.ts';
import { budgetOf } from '../budget.ts';
import { type ImportFile, packedFile } from '../file.ts';
import type { ContainerFormat, Entry } from '../format.ts';
import type { ImportOptions } from '../options.ts';
import { passedOver } from '../passedOver.ts';
import { notReadable } from '../source.ts';
import { openZip, streamOf, zipEntries } from '../zip.ts';

const MOST_ENTRIES = 500_000;
/** With folders and hidden files. */
const MOST_SEEN = 2 * MOST_ENTRIES;
/** That a list of many is read takes seconds: whoever watches hears of it. */
const SAID_EACH = 10_000;

/** An archive of files that can be imported; nothing is written to the disk. */
export const zip: ContainerFormat = {
  id: 'zip',
  name: 'ZIP',
  endings: { '.zip': 'ZIP' },
  binary: true,
  takes: [],
  absence: 'open',
  sniff: ({ start }) =>
    start.toString('latin1', 0, 4) === 'PK\x03\x04' || isEmpty(start) ? { kind: 'bytes' } : null,
  entries: (file, options, known) => filesIn(file, options, known),
};

const isEmpty = (start: Buffer) => start.toString('latin1', 0, 4) === 'PK\x05\x06';

async function* filesIn(
  file: ImportFile,
  options: ImportOptions,
  known: ReadonlySet<string>,
): AsyncIterable<Entry> {
  const { name } = file;
  const archive = await openZip(file);
  try {
    const all = await entriesOf(archive, name, options);
    const other = otherPackage(file, all);
    if (other !== null) throw notReadable(name, other);
    const budget = file.budget ?? budgetOf(name, file.bytes.size ?? 0);
    budget.claim(all.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0));
    const readable = (entry: ZipEntry) => known.has(extname(entry.fileName).toLowerCase());
    const files = all.filter(readable).sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
    const others = all.filter((entry) => !readable(entry)).map(({ fileName }) => fileName);
    if (files.length === 0) throw nothingIn(name, others);
    for (const [i, entry] of files.entries()) {
      options.onBytes?.(i, files.length);
      yield {
        kind: 'file',
        name: entry.fileName,
        alone: files.length === 1,
        open: () => packedFile(entry.fileName, { bytes: bytesOf(archive, entry, name), budget }, options),
      };
    }
    if (others.length > 0) yield passedOver(name, others.sort());
  } finally {
    archive.close();
  }
}

/** Files of office programs that are archives, too: what is packed beside their text is no document. */
function otherPackage({ start }: ImportFile, all: readonly ZipEntry[]): string | null {
  const has = (beginning: string) => all.some(({ fileName }) => fileName.startsWith(beginning));
  if (has('ppt/') && has('[Content_Types].xml')) return 'a presentation';
  const said = /^mimetypeapplication\/vnd\.oasis\.opendocument\.(\w+)/.exec(
    start.toString('latin1', 30, 130),
  )?.[1];
  if (said !== undefined) return said.startsWith('presentation') ? 'a presentation' : 'an OpenDocument file';
  return has('Index/') && all.some(({ fileName }) => fileName.endsWith('.iwa')) ? 'an iWork document' : null;
}

/** All files that are no folders and nobody's hidden ones. */
async function entriesOf(archive: ZipFile, name: string, options: ImportOptions): Promise<ZipEntry[]> {
  const all: ZipEntry[] = [];
  let seen = 0;
  for await (const entry of zipEntries(archive, name)) {
    if (++seen % SAID_EACH === 0) options.onBytes?.(0, archive.entryCount);
    if (seen > MOST_SEEN) throw tooMany(name);
    const parts = entry.fileName.split('/');
    if (entry.fileName.endsWith('/') || parts.some((part) => part.startsWith('.') || part === '__MACOSX'))
      continue;
    if (entry.isEncrypted()) throw encrypted(name);
    all.push(entry);
    if (all.length > MOST_ENTRIES) throw tooMany(name);
  }
  return all;
}

const bytesOf = (archive: ZipFile, entry: ZipEntry, name: string) => ({
  path: null,
  size: entry.uncompressedSize,
  stream: () => streamOf(archive, entry, name),
});

const encrypted = (name: string) =>
  new BackendError(
    'file_encrypted',
    `"${name}" is encrypted.`,
    'Unpack it with its password, and import what was in it.',
    undefined,
    { name },
  );

const tooMany = (name: string) =>
  new BackendError('too_many_files', `"${name}" has more than ${MOST_ENTRIES} files.`, 'Divide it.');

const nothingIn = (name: string, others: readonly string[]) =>
  new BackendError(
    'archive_empty',
    others.length === 0
      ? `"${name}" is an archive without files.`
      : `"${name}" has no file that can be read: ${others.slice(0, 3).join(', ')}${others.length > 3 ? ' …' : ''}.`,
    'Put files with documents into it.',
    undefined,
    { name },
  );
