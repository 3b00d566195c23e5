import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BackendError } from '../errors.ts';

/** The part of the file system that atomic writing needs; tests give one whose n-th call fails. */
export interface AtomicFs {
  open(path: string, flags: string): Promise<Pick<FileHandle, 'write' | 'sync' | 'close'>>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

const SYSTEM: AtomicFs = { open, rename, rm };

/**
 * Writes a file whole or not at all: a temporary file in the same folder, synced, renamed over the target, the folder
 * synced. On any error the temporary file is removed and the old file stays.
 *
 * Throws `target_exists` unless `overwrite`, `target_unusable` for a folder or a link, or a sentence for a full or
 * read-only disk. A failed sync is not tried again: after it the data may be gone (Rebello et al. 2020).
 */
export async function writeAtomically(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  { overwrite, fs = SYSTEM }: { overwrite: boolean; fs?: AtomicFs },
): Promise<void> {
  await requireTarget(path, overwrite);
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 100)}.${randomBytes(4).toString('hex')}.partial`,
  );
  try {
    const file = await fs.open(temporary, 'wx');
    try {
      for await (const chunk of chunks) await writeAll(file, chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw describeWriting(error, path);
  }
  await syncFolder(dirname(path), fs);
}

async function requireTarget(path: string, overwrite: boolean): Promise<void> {
  const name = basename(path);
  const info = await lstat(path).catch(() => null);
  if (info === null) return;
  if (info.isDirectory()) throw unusable(name, 'a folder');
  if (info.isSymbolicLink()) throw unusable(name, 'a link to another place');
  if (!info.isFile()) throw unusable(name, 'not a regular file');
  if (!overwrite) {
    throw new BackendError(
      'target_exists',
      `"${name}" exists already.`,
      'Choose another name, or say --overwrite.',
    );
  }
}

const unusable = (name: string, what: string) =>
  new BackendError('target_unusable', `"${name}" is ${what}.`, 'Choose another name.');

/** A write may take fewer bytes than it was given, so the rest is written until there is none. */
async function writeAll(file: Pick<FileHandle, 'write'>, chunk: string | Uint8Array): Promise<void> {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/** Makes the rename durable; Windows has no such thing and refuses to open a folder. */
async function syncFolder(dir: string, fs: AtomicFs): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await fs.open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const REASONS: ReadonlyMap<string, [string, string]> = new Map([
  ['ENOSPC', ['the disk is full', 'Free some space and try again.']],
  ['EDQUOT', ['your quota is used up', 'Free some space and try again.']],
  ['EFBIG', ['it would be too large', 'Choose another disk.']],
  ['EACCES', ['permission denied', 'Choose a folder that you may write to.']],
  ['EPERM', ['permission denied', 'Choose a folder that you may write to.']],
  ['EROFS', ['the disk is read-only', 'Choose another place.']],
  ['ENOENT', ['its folder does not exist', 'Make the folder first.']],
  ['ENOTDIR', ['its folder is a file', 'Choose another place.']],
  ['EIO', ['the disk failed', 'Choose another disk.']],
  ['ENAMETOOLONG', ['its name is too long', 'Choose a shorter name.']],
]);

/** An error of the file system as a sentence; anything else as it is. */
export function describeWriting(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const known = code === undefined ? undefined : REASONS.get(code);
  if (!known || error instanceof BackendError) return error;
  const [why, hint] = known;
  return new BackendError('not_written', `"${basename(path)}" can't be written: ${why}.`, hint, error);
}
