import type Database from 'better-sqlite3';

/** Before 3.51.3 two connections could corrupt a file in WAL mode in a rare race. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** Throws where SQLite is older than what files are safe with. */
export function requireSqlite(db: Database.Database): void {
  const text = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const version = text.split('.').map(Number);
  const difference = OLDEST_SQLITE.map((wanted, i) => (version[i] ?? 0) - wanted).find((d) => d !== 0) ?? 0;
  if (difference < 0) throw new Error(`SQLite ${text} is older than ${OLDEST_SQLITE.join('.')}.`);
}

/** In exclusive mode a write transaction takes the lock and keeps it, so a second process is told at once. */
export function takeLock(db: Database.Database): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec('ROLLBACK');
}

/** Holds the lock against readers too, until the connection is closed. Throws where another process has it. */
export const lockOut = (db: Database.Database): void => void db.exec('BEGIN EXCLUSIVE');

/** Reads as who wants it alone, and nothing but the file's header. Throws where another process has the lock. */
export function readAlone(db: Database.Database): void {
  // Else SQLite would make a file beside it for who reads with it.
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('user_version');
}

/** Writes all that there is, log included, into an empty file of its own. */
export const copyInto = (db: Database.Database, path: string): void =>
  void db.prepare('VACUUM INTO ?').run(path);

/** The tables of rows that point to what is not there, one for each such row. */
export const pointingNowhere = (db: Database.Database): string[] =>
  (db.pragma('foreign_key_check') as { table: string }[]).map(({ table }) => table);
