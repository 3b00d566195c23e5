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
      ),
  ],
  [
    /^SQLITE_FULL/,
    (name) =>
      new BackendError(
        'disk_full',
        `The disk is full: the last change to "${name}" was not saved.`,
        'Free some space and try again.',
      ),
  ],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    (name) =>
      new BackendError(
        'project_damaged',
        `"${name}" is damaged.`,
        'It was not changed. Open a backup of it, or run "entail check" to see what can still be read.',
      ),
  ],
  [
    /^SQLITE_(READONLY|PERM|AUTH|CANTOPEN)/,
    (name) =>
      new BackendError(
        'project_read_only',
        `"${name}" cannot be written.`,
        'Check the permissions of the file and its folder, or copy it to another place.',
      ),
  ],
  [
    /^SQLITE_IOERR/,
    (name) =>
      new BackendError(
        'disk_failed',
        `The disk failed while "${name}" was used.`,
        'Copy the project to another disk.',
      ),
  ],
];

/** An error of SQLite as a sentence; anything else as it is. */
export function describeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const known = SENTENCES.find(([pattern]) => pattern.test(error.code));
  const described = known?.[1](basename(path));
  return described ? new BackendError(described.code, described.message, described.hint, error) : error;
}
