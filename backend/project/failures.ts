import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { BackendError } from '../errors.ts';

const SENTENCES: readonly [RegExp, (name: string) => BackendError][] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    (name) =>
      new BackendError(
        'project_open_elsewhere',
        `"${name}" is open in another Entail.`,
        'Close it there first.',
        undefined,
        { name },
      ),
  ],
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

/** An error of SQLite as a sentence; anything else as it is. */
export function describeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const known = SENTENCES.find(([pattern]) => pattern.test(error.code));
  const described = known?.[1](basename(path));
  return described
    ? new BackendError(described.code, described.message, described.hint, error, described.params)
    : error;
}
