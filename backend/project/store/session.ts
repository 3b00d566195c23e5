import type Database from 'better-sqlite3';

/** The row of a project that says which log is its own (`backend/project/session.ts`): its mark and its epochs. */
export interface SessionStatements {
  /** Gives the row a new epoch, which says the one before, and since when there is a log; '': there is none. */
  setEpoch(next: string, logSince: string): void;
  epoch(): string;
  /** Frames of whole transactions in the log: those that were taken back leave frames in its file, but not here. */
  frames(): number;
  /** Folds the log into the file and empties it. */
  checkpoint(): void;
  /** Rows that this connection changed, those of the session included. */
  changes(): number;
  /** Bytes of a page of the file. */
  readonly pageSize: number;
}

/** The statements of an open project's session, each prepared once. */
export function sessionStatements(db: Database.Database): SessionStatements {
  const mark = db.prepare(
    'UPDATE session SET writes = (writes & 1125899906842623) + 1, base = epoch, epoch = ?, log_since = ? WHERE id = 1',
  );
  const read = db.prepare('SELECT writes FROM session WHERE id = 1');
  const epoch = db.prepare('SELECT epoch FROM session WHERE id = 1').pluck();
  // Does nothing but to count.
  const count = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const total = db.prepare('SELECT total_changes()').pluck();
  return {
    setEpoch: (next, logSince) => void mark.run(next, logSince),
    epoch: () => String(epoch.get()),
    frames: () => (count.get() as { log: number }).log,
    checkpoint() {
      // Before anything was read the log is not open, and SQLite would say that it is locked.
      read.get();
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    changes: () => Number(total.get()),
    pageSize: pageSizeOf(db),
  };
}

/** Bytes of a page of the file. */
export const pageSizeOf = (db: Database.Database): number => Number(db.pragma('page_size', { simple: true }));

/** The page on which the session's table begins. */
export const rootOfSession = (db: Database.Database): unknown =>
  db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'session'").pluck().get();

/** The project's mark, whatever a foreign file holds there. */
export const markIn = (db: Database.Database): unknown =>
  db.prepare('SELECT mark FROM session').pluck().get();

/** Gives a copy a mark of its own. */
export const setMark = (db: Database.Database, mark: string): void =>
  void db.prepare('UPDATE session SET mark = ?').run(mark);

/** The one row of a new project. */
export const addSession = (db: Database.Database, mark: string, epoch: string): void =>
  void db.prepare('INSERT INTO session (id, mark, epoch) VALUES (1, ?, ?)').run(mark, epoch);

/** Writes the session's row as it is, but counted: the first page of a log is then the session's. */
export const touchSession = (db: Database.Database): void =>
  void db.prepare('UPDATE session SET writes = (writes & 1125899906842623) + 1').run();

/** Says in a copy that stands alone that no log belongs to it. */
export const forgetLog = (db: Database.Database): void =>
  void db.prepare("UPDATE session SET log_since = ''").run();
