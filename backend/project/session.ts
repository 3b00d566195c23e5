import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { LengthKeeper } from './answeredLength.ts';
import { describeFailure } from './failures.ts';
import { identityAt } from './openHere.ts';
import { sessionStatements } from './store/session.ts';

/** Above this the log is folded into the file after a commit. */
const LOG_BYTES = 8 * 1024 * 1024;
/** https://www.sqlite.org/fileformat2.html#walformat */
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
/** The log is folded when nothing was written for so long, and after so long in any case. */
const IDLE_MS = 2000;
const LONGEST_MS = 20_000;

/** Writes to an open project: every commit is durable when `write` returns. */
export interface WriteSession {
  /**
   * Runs `work` in one transaction. Throws a sentence when the disk is full or fails; nothing of `work` is then kept.
   */
  write<T>(work: () => T): T;
  /** Folds the log into the file, so that the file alone is the project. */
  fold(): void;
  /** Rows that were changed since it was opened, without those of the session's own row. */
  changes(): number;
  /** Ends the folding by time. */
  stop(): void;
}

/**
 * Each log begins with a transaction of the session's row alone, and ends with one before it is folded; each gives the
 * row a new epoch and says the one before. So a log is known as one of this state of the file (`header.ts`), and a file
 * says whether it has a log. That is why SQLite's own checkpoints are off. See docs/decisions/014-log-epoch.md.
 *
 * `guard` is asked before each write and fold; it throws when the file is not where it was. `logLeft`: there is a log
 * already, which is folded at once. `length` is told how much of the log was answered.
 */
export function createWriteSession(
  db: Database.Database,
  path: string,
  { guard, logLeft, length }: { guard: () => void; logLeft: boolean; length: LengthKeeper },
): WriteSession {
  const row = sessionStatements(db);
  const frameBytes = FRAME_HEADER + row.pageSize;
  const log = `${path}-wal`;
  let own = 0;
  let marked = logLeft;
  let logIdentity: string | undefined;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;

  const setEpoch = (logSince: string): string => {
    const next = newEpoch();
    row.setEpoch(next, logSince);
    own += 1;
    return next;
  };
  const fold = () => {
    clearTimeout(timer);
    timer = undefined;
    if (marked) setEpoch('');
    try {
      row.checkpoint();
    } finally {
      // A log that could not be emptied after all was folded begins anew, with the next write.
      marked = row.frames() > 0;
    }
  };
  /** What was answered is in the log in any case: that it can't be folded now is no reason to fail. */
  const tryToFold = () => {
    try {
      guard();
      fold();
    } catch {
      since = performance.now();
      schedule();
    }
  };
  const schedule = () => {
    clearTimeout(timer);
    const left = since + LONGEST_MS - performance.now();
    timer = setTimeout(
      () => {
        if (db.open && !db.inTransaction) tryToFold();
      },
      Math.max(0, Math.min(IDLE_MS, left)),
    );
    timer.unref();
  };
  const beginLog = () => {
    if (marked) return;
    const now = new Date().toISOString();
    const before = row.epoch();
    const base = setEpoch(now);
    marked = true;
    since = performance.now();
    schedule();
    // So that the file itself says that there is a log.
    let folded = true;
    try {
      row.checkpoint();
    } catch {
      // The log has it.
      folded = false;
    }
    const first = setEpoch(now);
    length.begin(folded ? { base, first } : { base: before, first: base });
    logIdentity = identityAt(log);
  };
  const afterCommit = () => {
    length.note(LOG_HEADER + row.frames() * frameBytes);
    // Removed by someone, or another in its place: nobody would find it, so the file has to have it.
    const lost = identityAt(log) !== logIdentity;
    if (lost || performance.now() - since > LONGEST_MS || logBytes(log) > LOG_BYTES) {
      tryToFold();
      return;
    }
    schedule();
  };
  if (logLeft) tryToFold();
  return {
    write(work) {
      if (db.inTransaction) return db.transaction(work).immediate();
      try {
        guard();
        beginLog();
        const result = db.transaction(work).immediate();
        afterCommit();
        return result;
      } catch (error) {
        throw describeFailure(error, path);
      }
    },
    fold,
    changes: () => row.changes() - own,
    stop: () => clearTimeout(timer),
  };
}

export const newEpoch = (): string => randomBytes(16).toString('hex');

/** `stat` is harmless to SQLite's locks; opening the file would not be. */
const logBytes = (log: string): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0;
