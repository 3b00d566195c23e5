import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ownerTag } from '../../process/ownerTag.ts';
import { BackendError } from '../errors.ts';
import { LOG_ENDINGS } from './logFile.ts';
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
    if (!(error instanceof NoPlace)) throw error;
  }
  // The folder for temporary files may be small or missing: then beside the project, where there must be room to work.
  try {
    return copied(path, dirname(path), work);
  } catch (error) {
    throw error instanceof NoPlace
      ? noCopy(path, error, `"${basename(path)}" is looked at in a copy, which can’t be made`)
      : error;
  }
}

/**
 * A copy of a project and its log that lasts until it is removed, under the project's name. Throws `disk_full` where the
 * folder for temporary files has no room for it, `file_too_large`, `no_temporary_folder`, and as `withPrivateCopy`.
 */
export function lastingCopy(path: string): { readonly path: string; remove(): void } {
  let folder: string | undefined;
  const remove = () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    folder = folderIn(tmpdir());
    const copy = join(folder, basename(path));
    copyWhole(path, copy);
    return { path: copy, remove };
  } catch (error) {
    remove();
    if (!(error instanceof NoPlace)) throw error;
    throw noCopy(path, error, `"${basename(path)}" can only be read, and no copy to read from can be made`);
  }
}

/** A copy can't be made in a place. */
class NoPlace extends Error {
  readonly why: keyof typeof WHY;

  constructor(why: keyof typeof WHY, cause: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

/** Why, and what to do. */
const WHY = {
  disk_full: ['there is no room for it', 'Free some space and try again.'],
  file_too_large: [
    'the system allows this program no file of its size',
    'Raise the limit on the size of files ("ulimit -f") and try again.',
  ],
  no_temporary_folder: [
    'the folder for temporary files can’t be written',
    'Name one that you may write to in TMPDIR (on Windows: TEMP), and try again.',
  ],
} as const;

function noCopy(path: string, { why, cause }: NoPlace, what: string): BackendError {
  const [reason, hint] = WHY[why];
  return new BackendError(why, `${what}: ${reason}.`, hint, cause, { name: basename(path) });
}

function folderIn(parent: string): string {
  try {
    return mkdtempSync(join(parent, `entail-check-${ownerTag()}-`));
  } catch (error) {
    throw noPlace(error) ?? new NoPlace('no_temporary_folder', error);
  }
}

function noPlace(error: unknown): NoPlace | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new NoPlace('disk_full', error);
  return code === 'EFBIG' ? new NoPlace('file_too_large', error) : undefined;
}

function copied<T>(path: string, parent: string, work: (copy: string) => T): T {
  const folder = folderIn(parent);
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
    for (const ending of FILES) {
      rmSync(copy + ending, { force: true });
      if (isCopied(path, ending)) copyOne(path + ending, copy + ending);
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

const FILES = ['', ...LOG_ENDINGS] as const;

/** What lies beside it and is no file (a link, a folder) is told by `checkHeader`, and not followed. */
const isCopied = (path: string, ending: (typeof FILES)[number]): boolean =>
  (ending === '' ? existsSync(path) : lstatSync(path + ending, { throwIfNoEntry: false })?.isFile()) ?? false;

function copyOne(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    chmodSync(to, 0o600);
  } catch (error) {
    const full = noPlace(error);
    if (full !== undefined) throw full;
    // Gone meanwhile: the state differs, and it is copied again.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const state = (path: string): string =>
  FILES.map((ending) => statSync(path + ending, { throwIfNoEntry: false, bigint: true }))
    .map((info) => (info ? `${info.ino} ${info.size} ${info.mtimeNs}` : 'none'))
    .join();
