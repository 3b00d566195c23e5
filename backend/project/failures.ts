import { accessSync, constants } from 'node:fs';
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import { BackendError } from '../errors.ts';
import { isAtFileLimit } from './fileLimit.ts';

export const openElsewhere = (name: string): BackendError =>
  new BackendError(
    'project_open_elsewhere',
    `"${name}" is open in another Entail.`,
    'Close it there first.',
    undefined,
    { name },
  );

const SENTENCES: readonly [RegExp, (name: string) => BackendError][] = [
  [/^SQLITE_(BUSY|LOCKED)/, (name) => openElsewhere(name)],
  [
    /^SQLITE_FULL/,
    (name) =>
      new BackendError(
        'disk_full',
        `The disk is full: the last change to "${name}" was not saved.`,
        'Free some space and try again.',
        undefined,
        { name },
      ),
  ],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    (name) =>
      new BackendError('project_damaged', `"${name}" is damaged.`, { code: 'open_backup' }, undefined, {
        name,
      }),
  ],
  [
    /^SQLITE_(READONLY|PERM|AUTH|CANTOPEN)/,
    (name) =>
      new BackendError(
        'project_read_only',
        `"${name}" cannot be written.`,
        'Check the permissions of the file and its folder, or copy it to another place.',
        undefined,
        { name },
      ),
  ],
  [
    /^SQLITE_IOERR/,
    (name) =>
      new BackendError(
        'disk_failed',
        `The disk failed while "${name}" was used.`,
        'Copy the project to another disk.',
        undefined,
        { name },
      ),
  ],
];

type OfFile = readonly [code: string, why: string, hint: string];

const FILE_TOO_LARGE: OfFile = [
  'file_too_large',
  'can’t be saved: the system allows this program no file of that size',
  'Raise the limit on the size of files ("ulimit -f"), or use a disk that holds larger ones.',
];

/** What the file system says of a project's path, and what can be done. */
const OF_FILES: ReadonlyMap<string, OfFile> = new Map([
  ['ENAMETOOLONG', ['project_missing', 'can’t be there: its name is too long', 'Choose a shorter name.']],
  ['ELOOP', ['project_missing', 'is a link that leads to itself', 'Choose another file.']],
  ['ENOTDIR', ['project_missing', 'is not there: its folder is a file', 'Check the name.']],
  [
    'EACCES',
    ['project_unreadable', 'can’t be used: permission denied', 'Check its permissions and its folder’s.'],
  ],
  [
    'EPERM',
    ['project_unreadable', 'can’t be used: permission denied', 'Check its permissions and its folder’s.'],
  ],
  ['EROFS', ['project_read_only', 'cannot be written', 'The disk is read-only: copy it to another place.']],
  ['ENOSPC', ['disk_full', 'can’t be opened or saved: the disk is full', 'Free some space and try again.']],
  [
    'EDQUOT',
    ['disk_full', 'can’t be opened or saved: your quota is used up', 'Free some space and try again.'],
  ],
  ['EFBIG', FILE_TOO_LARGE],
  ['EIO', ['disk_failed', 'can’t be read: the disk failed', 'Copy what can be read to another disk.']],
  [
    'EMFILE',
    [
      'too_many_open_files',
      'can’t be opened: too many files are open',
      'Close other programs and try again.',
    ],
  ],
]);

/** An error of SQLite or of the file system as a sentence; anything else as it is. */
export function describeFailure(error: unknown, path: string): unknown {
  if (error instanceof BackendError || !(error instanceof Error)) return error;
  const name = basename(path);
  if (!(error instanceof Database.SqliteError)) {
    const known = OF_FILES.get((error as NodeJS.ErrnoException).code ?? '');
    return known === undefined ? error : ofFile(known, name, error);
  }
  // On some disks a file that may not be written fails like a broken one.
  const code =
    /^SQLITE_(IOERR|CANTOPEN)/.test(error.code) && isProtected(path) ? 'SQLITE_READONLY' : error.code;
  if (/^SQLITE_IOERR/.test(code) && isAtFileLimit(path)) return ofFile(FILE_TOO_LARGE, name, error);
  const known = SENTENCES.find(([pattern]) => pattern.test(code));
  const described = known?.[1](name);
  return described
    ? new BackendError(described.code, described.message, described.hint, error, described.params)
    : error;
}

const ofFile = ([code, why, hint]: OfFile, name: string, cause: unknown): BackendError =>
  new BackendError(code, `"${shortened(name)}" ${why}.`, hint, cause, { name: shortened(name) });

const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name);

/** The file or its folder may not be written by this user. Asking is harmless to SQLite's locks. */
function isProtected(path: string): boolean {
  return [path, dirname(path)].some((place) => {
    try {
      accessSync(place, constants.W_OK);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  });
}
