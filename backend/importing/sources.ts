import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { SourceFile } from '../../contract/index.ts';
import { ownerTag } from '../../process/ownerTag.ts';
import { BackendError } from '../errors.ts';
import { describeWriting, writeAll } from '../files/atomic.ts';
import { safeFileName } from '../files/names.ts';
import { createTokens } from '../machine/tokens.ts';
import { requireFile } from './source.ts';

/** Files to import, known to the page by tokens: chosen in the host's dialog, or handed over in pieces. */
export interface Sources {
  /** Files and folders as they are. */
  choose(paths: readonly string[]): Promise<SourceFile[]>;
  begin(file: { name: string; bytes: number }): Promise<SourceFile>;
  /** Bytes in order; returns how many have come. Throws `upload_out_of_order` or `upload_too_long`. */
  append(piece: { token: string; offset: number; chunk: Blob }): Promise<number>;
  /**
   * Throws `token_unknown`, or `upload_incomplete` for one that has not come whole.
   */
  files(tokens: readonly string[]): string[];
  /** Forgets them; what was handed over is deleted. */
  discard(tokens: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

interface Source {
  readonly path: string;
  /** Absent: a file of the person's own, which is never changed. */
  readonly upload?: { readonly bytes: number; received: number; last: Promise<unknown> };
}

const MOST_FILES = 1000;

/** What is handed over goes to a folder of its own within `parent`; what killed processes left there is deleted. */
export async function createSources(parent: string): Promise<Sources> {
  await removeOld(parent);
  const folder = join(parent, `${ownerTag()}-${randomBytes(12).toString('hex')}`);
  const tokens = createTokens<Source>('file');

  const known = async (path: string): Promise<SourceFile> => {
    const bytes = await sizeOf(path);
    return { token: tokens.give({ path }), name: basename(path), bytes };
  };
  return {
    async choose(paths) {
      const files = paths;
      if (files.length > MOST_FILES) {
        throw new BackendError(
          'too_many_files',
          `These are ${files.length} files; at most ${MOST_FILES} can be imported together.`,
          'Import them in parts, or put them into one CSV or JSONL file.',
        );
      }
      return Promise.all(files.map(known));
    },
    async begin({ name, bytes }) {
      const path = join(folder, randomBytes(12).toString('hex'), fileName(name));
      await writing(path, async () => {
        await mkdir(dirname(path), { recursive: true });
        await requireRoom(dirname(path), name, bytes);
        await (await open(path, 'wx', 0o600)).close();
      });
      const upload = { bytes, received: 0, last: Promise.resolve() };
      return { token: tokens.give({ path, upload }), name, bytes };
    },
    append({ token, offset, chunk }) {
      const { path, upload } = tokens.take(token);
      if (!upload) throw outOfOrder(basename(path));
      // Pieces that are sent at once are written one after the other.
      const turn = upload.last.catch(() => undefined).then(() => write(path, upload, { offset, chunk }));
      upload.last = turn;
      return turn;
    },
    files(given) {
      const sources = given.map((token) => tokens.take(token));
      for (const source of sources) requireWhole(source);
      return sources.map(({ path }) => path);
    },
    async discard(given) {
      for (const token of given) {
        const { path, upload } = tokens.take(token);
        if (upload) await removeFolder(dirname(path));
        tokens.drop(token);
      }
      return given.length;
    },
    close: () => removeFolder(folder),
  };
}

/** Throws `disk_full` for a file that can't come whole. */
async function requireRoom(folder: string, name: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes <= free) return;
  await removeFolder(folder);
  throw new BackendError(
    'disk_full',
    `"${safeFileName(basename(name))}" has ${inWords(bytes)}, and the disk has room for ${inWords(free)}.`,
    'Free some space, or import a smaller file.',
  );
}

const inWords = (bytes: number): string =>
  bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

const DAY = 24 * 3_600_000;

async function removeOld(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const info = await stat(join(parent, name)).catch(() => null);
    if (info && Date.now() - info.mtimeMs > DAY) await removeFolder(join(parent, name));
  }
}

const removeFolder = (path: string) => rm(path, { recursive: true, force: true }).catch(() => undefined);

async function write(
  path: string,
  upload: NonNullable<Source['upload']>,
  { offset, chunk }: { offset: number; chunk: Blob },
): Promise<number> {
  const name = basename(path);
  if (offset !== upload.received) throw outOfOrder(name);
  if (offset + chunk.size > upload.bytes) {
    throw new BackendError(
      'upload_too_long',
      `"${name}" has more bytes than it was said to have.`,
      'Choose it again.',
      undefined,
      { name },
    );
  }
  const bytes = new Uint8Array(await chunk.arrayBuffer());
  await writing(path, async () => {
    const file = await open(path, 'r+');
    try {
      await writeAll(file, bytes, offset);
      // A disk without room may say so only now.
      await file.sync();
    } finally {
      await file.close();
    }
  });
  upload.received += bytes.length;
  return upload.received;
}

function requireWhole({ path, upload }: Source): void {
  if (!upload || upload.received === upload.bytes) return;
  throw new BackendError(
    'upload_incomplete',
    `Of "${basename(path)}" only ${upload.received} of ${upload.bytes} bytes have come.`,
    'Choose the file again.',
    undefined,
    { name: basename(path) },
  );
}

/** Bytes of a file, or of all files in a folder. */
async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return (await requireFile(path)).size;
  let sum = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return sum;
}

/** Messages name the file, so it keeps its name as far as that is a safe one. */
const fileName = (name: string): string => {
  const extension = extname(name)
    .replace(/[^\w.]/g, '')
    .slice(0, 12);
  return `${safeFileName(name.slice(0, name.length - extname(name).length))}${extension}`;
};

const writing = <T>(path: string, work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw describeWriting(error, path);
  });

const outOfOrder = (name: string) =>
  new BackendError(
    'upload_out_of_order',
    `"${name}" did not come in order.`,
    'Choose the file again.',
    undefined,
    { name },
  );
