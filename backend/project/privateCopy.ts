import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ownerTag } from '../../process/ownerTag.ts';
import { BackendError } from '../errors.ts';
import { isOpenHere } from './openHere.ts';

const TRIES = 5;

/**
 * Calls `work` with a copy of a project and its log in a folder that only this user can read, and removes it. Another
 * process may have the project open: reading takes no lock away from others, and a copy during which something was
 * written is made again.
 *
 * Throws `project_open_already` for one that this process has open, whose locks reading would drop; `project_busy` for
 * one that is written without end; what copying throws.
 */
export function withPrivateCopy<T>(path: string, work: (copy: string) => T): T {
  if (isOpenHere(path)) {
    throw new BackendError(
      'project_open_already',
      `"${basename(path)}" is open.`,
      'Close it first.',
      undefined,
      { name: basename(path) },
    );
  }
  try {
    return copied(path, tmpdir(), work);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
    // The folder for temporary files may be small: then beside the project, where there must be room to work.
    return copied(path, dirname(path), work);
  }
}

/**
 * A copy of a project and its log that lasts until it is removed, under the project's name. Throws `disk_full` where the
 * folder for temporary files has no room for it, and as `withPrivateCopy`.
 */
export function lastingCopy(path: string): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), `entail-check-${ownerTag()}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const copy = join(folder, basename(path));
  try {
    copyWhole(path, copy);
  } catch (error) {
    remove();
    if (!(error instanceof NoRoom)) throw error;
    throw new BackendError(
      'disk_full',
      `"${basename(path)}" can only be read, and there is no room for a copy to read from.`,
      'Free some space and try again.',
      error,
      { name: basename(path) },
    );
  }
  return { path: copy, remove };
}

class NoRoom extends Error {}

function copied<T>(path: string, parent: string, work: (copy: string) => T): T {
  const folder = mkdtempSync(join(parent, `entail-check-${ownerTag()}-`));
  try {
    const copy = join(folder, 'copy.entail');
    copyWhole(path, copy);
    return work(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyWhole(path: string, copy: string): void {
  for (let i = 0; i < TRIES; i++) {
    const before = state(path);
    for (const ending of ['', '-wal', '-journal']) {
      rmSync(copy + ending, { force: true });
      if (existsSync(path + ending)) copyOne(path + ending, copy + ending);
    }
    if (state(path) === before) return;
  }
  throw new BackendError(
    'project_busy',
    `"${basename(path)}" is being written all the time by another program.`,
    'Try again in a moment.',
    undefined,
    { name: basename(path) },
  );
}

function copyOne(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    chmodSync(to, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new NoRoom('no room for a copy', { cause: error });
    // Gone meanwhile: the state differs, and it is copied again.
    if (code !== 'ENOENT') throw error;
  }
}

const state = (path: string): string =>
  ['', '-wal', '-journal']
    .map((ending) => statSync(path + ending, { throwIfNoEntry: false, bigint: true }))
    .map((info) => (info ? `${info.ino} ${info.size} ${info.mtimeNs}` : 'none'))
    .join();
