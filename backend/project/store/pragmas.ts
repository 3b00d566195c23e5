import type Database from 'better-sqlite3';
import { BackendError } from '../../errors.ts';

/** Before anything is read: nothing in the file may run code or be trusted, and no second process may hold it. */
const FIRST = {
  locking_mode: 'exclusive',
  trusted_schema: 0,
  cell_size_check: 1,
  mmap_size: 0,
  foreign_keys: 1,
} as const;

/** For writing: a commit is on the disk when it returns. Checkpoints are ours (see `backend/project/session.ts`). */
const WRITING = {
  journal_mode: 'wal',
  synchronous: 2,
  wal_autocheckpoint: 0,
  ...(process.platform === 'darwin' ? { fullfsync: 1 } : {}),
} as const;

/** Settings of a connection, each read back; throws `setting_refused` when one did not take. */
export function harden(db: Database.Database): void {
  apply(db, FIRST);
}

export function prepareForWriting(db: Database.Database): void {
  apply(db, WRITING);
}

function apply(db: Database.Database, settings: Readonly<Record<string, string | number>>): void {
  for (const [name, wanted] of Object.entries(settings)) {
    db.pragma(`${name} = ${wanted}`);
    // A build without memory mapping gives no row.
    const value = db.pragma(name, { simple: true }) ?? wanted;
    if (value !== wanted) {
      throw new BackendError(
        'setting_refused',
        `SQLite did not take the setting ${name} = ${wanted}; it is ${String(value)}.`,
        'The project may lie on a file system that cannot be written safely: copy it to a local disk.',
      );
    }
  }
}
