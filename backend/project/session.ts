import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { describeFailure } from './failures.ts';

/** Above this the log is folded into the file after a commit. */
const LOG_BYTES = 8 * 1024 * 1024;

/** Writes to an open project: every commit is durable when `write` returns. */
export interface WriteSession {
  /**
   * Runs `work` in one transaction. Throws a sentence when the disk is full or fails; nothing of `work` is then kept.
   */
  write<T>(work: () => T): T;
  /** Folds the log into the file, so that the file alone is the project. */
  fold(): void;
}

/**
 * The first commit to an empty log changes the page that carries the project's mark, and nothing before it: so a log
 * can be recognised as this project's (see `header.ts`). That is why SQLite's own checkpoints are off.
 */
export function createWriteSession(db: Database.Database, path: string): WriteSession {
  const mark = db.prepare('UPDATE session SET writes = (writes & 1125899906842623) + 1 WHERE id = 1');
  let marked = false;
  const markLog = () => {
    if (marked) return;
    mark.run();
    marked = true;
  };
  const read = db.prepare('SELECT writes FROM session WHERE id = 1');
  const fold = () => {
    // Before anything was read the log is not open, and SQLite would say that it is locked.
    read.get();
    db.pragma('wal_checkpoint(TRUNCATE)');
    marked = false;
  };
  return {
    write(work) {
      try {
        if (!db.inTransaction) markLog();
        const result = db.transaction(work).immediate();
        if (logBytes(path) > LOG_BYTES) fold();
        return result;
      } catch (error) {
        throw describeFailure(error, path);
      }
    },
    fold,
  };
}

/** `stat` is harmless to SQLite's locks; opening the file would not be. */
const logBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
