import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isAbandoned } from '../../process/ownerTag.ts';
import { systemWords } from '../../process/systemWords.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';

export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** The part of the file system that atomic writing needs; tests give one whose n-th call fails. */
export interface AtomicFs {
  open(path: string, flags: string, mode?: number): Promise<Pick<FileHandle, 'write' | 'sync' | 'close'>>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export interface AtomicOptions {
  /** Replace a file that exists. */
  readonly overwrite: boolean;
  readonly fs?: AtomicFs;
  /** How long a rename is tried again while another program holds the file, in ms; a minute on Windows, else 0. */
  readonly patience?: number;
}

const SYSTEM: AtomicFs = { open, rename, rm };
const PATIENCE = process.platform === 'win32' ? 60_000 : 0;
/** Bytes (about) that are collected before they are written. */
const BATCH = 256 * 1024;

/**
 * Writes a file whole or not at all: a temporary file in the same folder, synced, renamed over the target, the folder
 * synced. On any error the temporary file is removed and the old file stays. A replaced file keeps its permissions.
 *
 * Throws `target_exists` unless `overwrite`; `target_unusable` for a folder, a link, a project, a write-protected file;
 * `not_written` in a sentence for a missing folder or a full, read-only or failing disk; `not_confirmed` if the folder
 * can't be synced after all is in place. A failed sync is not tried again: after it the data may be gone
 * (Rebello et al. 2020, "Can Applications Recover from fsync Failures?").
 */
export const writeAtomically = (path: string, chunks: Chunks, options: AtomicOptions): Promise<void> =>
  writeTogether([{ path, chunks }], options);

/** `writeAtomically` for files that belong together: all are complete on disk before the first gets its name. */
export async function writeTogether(
  files: readonly { readonly path: string; readonly chunks: Chunks }[],
  { overwrite, fs = SYSTEM, patience = PATIENCE }: AtomicOptions,
): Promise<void> {
  const modes: (number | undefined)[] = [];
  for (const { path } of files) modes.push(await requireTarget(path, overwrite));
  const staged: { path: string; temporary: string }[] = [];
  const placed: string[] = [];
  try {
    for (const [i, { path, chunks }] of files.entries()) {
      staged.push({ path, temporary: await stage(path, chunks, { mode: modes[i], fs }) });
    }
    for (const { path, temporary } of staged) {
      // Writing took its time: something may have come there.
      await requireTarget(path, overwrite);
      await describing(path, renamePatiently(temporary, path, { fs, patience }));
      placed.push(path);
    }
  } catch (error) {
    const left = staged.slice(placed.length).map(({ temporary }) => temporary);
    for (const path of overwrite ? left : [...left, ...placed]) await removeQuietly(path, fs);
    throw error;
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    await syncFolder(folder, basename(files[0]!.path), fs);
  }
}

/** The permissions of the file that will be replaced; undefined where there is none. Throws what writing there would. */
export async function requireTarget(path: string, overwrite: boolean): Promise<number | undefined> {
  const name = basename(path);
  if (path.endsWith('/')) throw unusable(name, 'a folder');
  const info = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw describeWriting(error, path);
  });
  if (info === null) return undefined;
  if (info.isDirectory()) throw unusable(name, 'a folder');
  if (info.isSymbolicLink()) throw unusable(name, 'a link to another place');
  if (!info.isFile()) throw unusable(name, 'not a regular file');
  // By its name alone: who opens and closes a database that is open here takes its locks away.
  if (extname(name).toLowerCase() === '.entail') throw unusable(name, 'a project, which is never replaced');
  if (!overwrite) {
    throw new BackendError(
      'target_exists',
      `"${name}" exists already.`,
      { code: 'another_name' },
      undefined,
      { name },
    );
  }
  // Renaming needs no right to the file itself, so its protection must be asked for.
  if ((info.mode & 0o200) === 0) throw unusable(name, 'write-protected');
  return info.mode & 0o777;
}

/** That nothing can be written in the place of what is there. */
export const unusable = (name: string, what: string) =>
  new BackendError('target_unusable', `"${name}" is ${what}.`, 'Choose another name.', undefined, { name });

/** A complete, synced temporary file beside the target. */
async function stage(
  path: string,
  chunks: Chunks,
  { mode, fs }: { mode: number | undefined; fs: AtomicFs },
): Promise<string> {
  const temporary = temporaryBeside(path);
  const file = await describing(path, fs.open(temporary, 'wx', mode));
  try {
    for await (const bytes of batched(chunks)) await describing(path, writeAll(file, bytes));
    await describing(path, file.sync());
    await describing(path, file.close());
  } catch (error) {
    // Closing twice does no harm; what went wrong first is what counts.
    await file.close().catch(() => undefined);
    await removeQuietly(temporary, fs);
    throw error;
  }
  return temporary;
}

/** Small chunks in one write. */
async function* batched(chunks: Chunks): AsyncIterable<Uint8Array> {
  let text = '';
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') {
      text += chunk;
      if (text.length < BATCH) continue;
      yield Buffer.from(text);
      text = '';
    } else {
      if (text !== '') yield Buffer.from(text);
      text = '';
      yield chunk;
    }
  }
  if (text !== '') yield Buffer.from(text);
}

/** A write may take fewer bytes than it was given, so the rest is written until there is none. `position` in bytes. */
export async function writeAll(
  file: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
  position: number | null = null,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

const BUSY = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** On Windows a rename fails while a virus scanner looks at the file: it is tried again with growing pauses. */
async function renamePatiently(
  from: string,
  to: string,
  { fs, patience }: { fs: AtomicFs; patience: number },
): Promise<void> {
  for (let waited = 0, pause = 10; ; waited += pause, pause = Math.min(2 * pause, 2000)) {
    try {
      await fs.rename(from, to);
      return;
    } catch (error) {
      if (!BUSY.has(codeOf(error) ?? '') || waited >= patience) throw error;
      await setTimeout(pause);
    }
  }
}

/** What says that a folder can't be opened or synced here, though files can. */
const NO_FOLDER_SYNC = new Set(['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** Makes the renames durable; Windows has no such thing and refuses to open a folder. */
async function syncFolder(path: string, name: string, fs: AtomicFs): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const folder = await fs.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (NO_FOLDER_SYNC.has(codeOf(error) ?? '')) return;
    throw new BackendError(
      'not_confirmed',
      `"${name}" is written, but the disk did not confirm it.`,
      'Check the disk, and write it again.',
      error,
      { name },
    );
  }
}

/** A temporary file of ours, with what SQLite may leave beside it; a model's folder being written; a private copy. */
const LEFTOVER = /^\.entail-(?:([0-9a-f]{8}-\d+)-)?[0-9a-f]{16}\.partial(?:-wal|-journal)?$/;
const LEFT_FOLDER = /(?:\.partial-([0-9a-f]{8}-\d+)-[0-9a-f]{8}|^entail-check-([0-9a-f]{8}-\d+)-\w{6})$/;
const HOUR = 3_600_000;

/**
 * Removes temporary files and folders of ours that a killed process left in a folder: those whose process is gone, and
 * of names that tell no process those of more than an hour ago. Never fails.
 */
export async function removeLeftovers(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder === '' ? '.' : folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const file = LEFTOVER.exec(name);
    const tag =
      file?.[1] ??
      LEFT_FOLDER.exec(name)
        ?.slice(1)
        .find((part) => part !== undefined);
    if (file === null && tag === undefined) continue;
    const info = await lstat(path).catch(() => null);
    if (info === null || info.isFile() !== (file !== null)) continue;
    const left = tag === undefined ? now - info.mtimeMs > HOUR : isAbandoned(tag);
    if (left) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

const removeQuietly = (path: string, fs: AtomicFs): Promise<void> =>
  fs.rm(path, { force: true }).catch(() => undefined);

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** The promise, with errors of the file system as sentences about the file. */
const describing = <T>(path: string, promise: Promise<T>): Promise<T> =>
  promise.catch((error: unknown) => {
    throw describeWriting(error, path);
  });

/** What to do; and why, where a file that is written means something else by the code than others. */
const REASONS: ReadonlyMap<string, readonly [hint: string, why?: string]> = new Map([
  ['ENOSPC', ['Free some space and try again.']],
  ['EDQUOT', ['Free some space and try again.']],
  ['EFBIG', ['Raise the limit on the size of files ("ulimit -f"), or choose another disk.']],
  ['EACCES', ['Choose a folder that you may write to.']],
  ['EPERM', ['Choose a folder that you may write to.']],
  ['EBUSY', ['Close it there and try again.']],
  ['EROFS', ['Choose another place.']],
  ['ENOENT', ['Make the folder first.', 'its folder does not exist']],
  ['EEXIST', ['Choose another place.', 'its folder is a file']],
  ['ENOTDIR', ['Choose another place.']],
  ['ELOOP', ['Choose another place.', 'its folder is a link that leads to itself']],
  ['EISDIR', ['Choose another name.']],
  ['EIO', ['Choose another disk.']],
  ['ENAMETOOLONG', ['Choose a shorter name.']],
]);

/** An error of the file system as a sentence; anything else as it is. */
export function describeWriting(error: unknown, path: string): unknown {
  const code = codeOf(error);
  const known = REASONS.get(code ?? '');
  if (!known || error instanceof BackendError) return error;
  const [hint, why = systemWords(code)] = known;
  return new BackendError('not_written', `"${basename(path)}" can't be written: ${why}.`, hint, error, {
    name: basename(path),
  });
}
