import { existsSync, lstatSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';
import { createLengthKeeper } from './answeredLength.ts';
import { damageInWords, isDamage } from './damage.ts';
import { DATABASE } from './database.ts';
import { describeFailure } from './failures.ts';
import { checkHeader, newer } from './header.ts';
import { logError, setLogAside } from './logAside.ts';
import { LOG_ENDINGS } from './logFile.ts';
import { newMark } from './mark.ts';
import { backUpBeforeMigrating } from './migrationBackup.ts';
import { closed, identityAt, isOpenHere, opened } from './openHere.ts';
import { withPrivateCopy } from './privateCopy.ts';
import { createGuard } from './rescue.ts';
import { createWriteSession, newEpoch, type WriteSession } from './session.ts';
import { requireSqlite, takeLock } from './store/connection.ts';
import { CURRENT_VERSION, expectedDigest, migrate, schemaDigest, versionOf } from './store/migrations.ts';
import { harden, prepareForWriting } from './store/pragmas.ts';
import { putAsideStrange } from './store/putAside.ts';
import { indexHasOurSettings, resetIndexSettings } from './store/searchIndex.ts';
import { addSession, touchSession } from './store/session.ts';
import { createStores, type Stores } from './store/stores.ts';
import { checkWithIndexes, damageOfTables, quickCheck, wholeCheck } from './store/wholeness.ts';
import { changedWords, sumAgain } from './store/wordSums.ts';

/** An open project. Everything that writes goes through `write`. */
export interface Project extends Omit<WriteSession, 'stop'> {
  readonly path: string;
  /** What the person should know of how it was opened, one sentence each. */
  readonly notices: readonly string[];
  /** That of them which says where a log was kept that did not fit. */
  readonly logKept: string | null;
  /** False once it is closed: background work looks before it reads on. */
  readonly open: boolean;
  /** Nobody can write its file: it is read from a copy, and `write` refuses. */
  readonly readOnly: boolean;
  /** As `write`, for what models computed and can compute again: in a project that is only read, kept while it is open. */
  derive<T>(work: () => T): T;
  /** Aborts when it is closed: what works beside it ends. */
  readonly closed: AbortSignal;
  readonly [DATABASE]: Database.Database;
  readonly stores: Stores;
  /** What was found in the file that no Entail writes, and put aside when it was opened: a sentence each. */
  readonly strange: readonly string[];
  /** Whose words, figures or thresholds something other than Entail changed: a sentence each. */
  readonly changed: readonly string[];
  close(): void;
}

/**
 * Makes a project file and opens it. The file gets its name when it is complete.
 *
 * Throws `project_exists`, `folder_missing`, or a sentence for a disk that is full or cannot be written.
 */
export function createProject(path: string): Project {
  const target = resolve(path);
  if (existsSync(target)) {
    throw new BackendError(
      'project_exists',
      `"${basename(target)}" exists already.`,
      'Choose another name.',
      undefined,
      { name: basename(target) },
    );
  }
  if (!existsSync(dirname(target))) {
    throw new BackendError('folder_missing', `There is no folder "${dirname(target)}".`, 'Make it first.');
  }
  const temporary = temporaryBeside(target);
  try {
    // A name that leaves no room for its log's would only fail when it has the file.
    for (const ending of LOG_ENDINGS) lstatSync(target + ending, { throwIfNoEntry: false });
    const db = new Database(temporary);
    try {
      migrate(db);
      addSession(db, newMark(), newEpoch());
    } finally {
      db.close();
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw describeFailure(error, target);
  }
  return openProject(target);
}

export interface OpenOptions {
  /**
   * When the log beside the file is not its own, damaged or missing: 'refuse' throws; 'continue' keeps such a log under
   * another name and goes on, which a person has to have agreed to; 'tell' goes on without a missing one, and with what
   * there is of one that was cut, as after copying an open file, and says so in `notices`.
   */
  readonly badLog?: 'refuse' | 'tell' | 'continue';
  /** A copy is made before the file is brought to a newer format; false: it is one. */
  readonly backUp?: boolean;
}

/**
 * Opens a project in the order that keeps a hostile or damaged file from doing harm: the header and the log are read
 * before SQLite sees the file, settings are read back, the content is checked, the schema must be exactly ours. With a
 * log all this is done with a copy first, since SQLite folds a log into its file even when it is only closed.
 *
 * Throws `project_missing`, `not_a_project`, `project_newer`, `foreign_log`, `log_damaged`, `log_cut`,
 * `log_missing`, `log_elsewhere`, `log_not_file`, `project_open_elsewhere`, `project_damaged`, `project_altered` or `project_read_only`; file and log
 * are then as they were.
 */
export function openProject(path: string, { badLog = 'tell', backUp = true }: OpenOptions = {}): Project {
  const given = resolve(path);
  const canonical = existsSync(given) ? realpathSync(given) : given;
  const notices: string[] = [];
  let kept: string | null = null;
  let db: Database.Database | undefined;
  try {
    if (isOpenHere(canonical)) {
      throw new BackendError(
        'project_open_already',
        `"${basename(canonical)}" is open already.`,
        undefined,
        undefined,
        { name: basename(canonical) },
      );
    }
    const { problem } = checkHeader(canonical);
    if (problem !== null) {
      const told = badLog === 'tell' && (problem.code === 'log_missing' || problem.code === 'log_cut');
      if (badLog !== 'continue' && !told) throw logError(problem, basename(canonical));
      notices.push(problem.message);
      kept = setLogAside(canonical, problem);
      if (kept !== null) notices.push(kept);
    }
    const logLeft = existsSync(`${canonical}-wal`);
    const indexWhole =
      !logLeft || withPrivateCopy(canonical, (copy) => examineCopy(copy, basename(canonical)));
    db = logLeft ? connect(canonical) : examine(canonical, basename(canonical));
    // With its log set aside the file is all there is, and is told so by being folded.
    const told = { notices, kept, indexWhole };
    return prepare(db, canonical, { logLeft: logLeft || kept !== null, backUp, ...told });
  } catch (error) {
    // Closing takes away what tells why.
    const described = describeFailure(error, canonical);
    db?.close();
    throw described;
  }
}

function connect(path: string): Database.Database {
  const db = new Database(path, { fileMustExist: true, timeout: 250 });
  try {
    harden(db);
    requireSqlite(db);
    takeLock(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection to a file that is whole and ours; the caller's to close. */
function examine(path: string, name: string): Database.Database {
  const db = connect(path);
  try {
    requireOurs(db, name);
    requireWhole(quickCheck(db), name);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Of a file that was not closed everything is looked at. Returns whether its index for searching is whole. */
function examineCopy(copy: string, name: string): boolean {
  const db = connect(copy);
  try {
    requireOurs(db, name);
    if (!indexHasOurSettings(db)) resetIndexSettings(db);
    const { found, indexWhole } = wholeCheck(db, 100);
    requireWhole(found, name);
    return indexWhole;
  } finally {
    db.close();
  }
}

interface Told {
  readonly notices: readonly string[];
  readonly kept: string | null;
  readonly indexWhole: boolean;
}

function prepare(
  db: Database.Database,
  path: string,
  { logLeft, backUp, ...told }: { logLeft: boolean; backUp: boolean } & Told,
): Project {
  const identity = identityAt(path);
  if (identity === undefined) {
    throw new BackendError('project_missing', `There is no project "${path}".`, undefined, undefined, {
      name: path,
    });
  }
  const older = versionOf(db) < CURRENT_VERSION;
  if (older && backUp) backUpBeforeMigrating(db, path);
  prepareForWriting(db);
  // With settings of something else the index might not even open for a migration.
  const resets = older && !indexHasOurSettings(db);
  if (older) {
    // The first page of a log has to be the session's, by which it is known as this project's.
    touchSession(db);
    if (resets) resetIndexSettings(db);
    migrate(db);
  }
  const indexWhole = told.indexWhole && !resets;
  const project = asProject(db, path, { identity, logLeft: logLeft || older, ...told, indexWhole });
  opened(identity);
  return project;
}

/** The schema is looked at before anything else: to open a virtual table is to run what the file says of it. */
function requireOurs(db: Database.Database, name: string): void {
  const version = versionOf(db);
  if (version > CURRENT_VERSION) throw newer(name, version);
  if (schemaDigest(db) === expectedDigest(version)) return;
  // A bit that flipped in the schema is damage, for which there may be a backup.
  requireWhole(damageOfTables(db), name);
  throw new BackendError(
    'project_altered',
    `"${name}" has tables, triggers or views that Entail did not make.`,
    'It was not opened. Ask whoever sent it for a copy saved by Entail.',
    undefined,
    { name },
  );
}

function requireWhole(found: readonly string[], name: string): void {
  const damage = found.find(isDamage);
  if (damage === undefined) return;
  throw new BackendError(
    'project_damaged',
    `"${name}" is damaged: ${damageInWords(damage)}.`,
    { code: 'open_backup' },
    undefined,
    { name },
  );
}

function asProject(
  db: Database.Database,
  path: string,
  { identity, logLeft, notices, kept, indexWhole }: { identity: string; logLeft: boolean } & Told,
): Project {
  const guard = createGuard(db, path, identity);
  const length = createLengthKeeper(db, path, identity);
  const closing = new AbortController();
  const { write, fold, changes, stop } = createWriteSession(db, path, { guard, logLeft, length });
  const end = () => {
    stop();
    db.close();
    length.close();
  };
  const { strange, changed, stores } = orEnd(end, () => {
    const changed = changedWords(db);
    const strange = putAsideStrange(db, write, {
      indexWhole,
      // What is refused is not changed by a byte.
      before: () => requireWhole(checkWithIndexes(db), basename(path)),
    });
    if (strange.length > 0) write(() => sumAgain(db));
    return { strange, changed, stores: createStores(db, write) };
  });
  const writing = <T>(work: () => T): T => {
    // A transaction within another ends with that.
    const ends = !db.inTransaction;
    try {
      return write(() => {
        const result = work();
        if (ends) stores.searchIndex.settle();
        return result;
      });
    } catch (error) {
      stores.evidence.columns.forget();
      throw error;
    }
  };
  return {
    path,
    readOnly: false,
    derive: writing,
    strange,
    changed,
    notices,
    logKept: kept,
    get open() {
      return db.open;
    },
    closed: closing.signal,
    [DATABASE]: db,
    stores,
    fold,
    changes,
    write: writing,
    close() {
      if (!db.open) return;
      closing.abort();
      stop();
      try {
        foldAtTheEnd({ guard, fold });
      } finally {
        end();
        closed(identity);
      }
    },
  };
}

function orEnd<T>(end: () => void, work: () => T): T {
  try {
    return work();
  } catch (error) {
    end();
    throw error;
  }
}

/** A log that can't be folded now, on a full disk, stays and is folded at the next opening. */
function foldAtTheEnd({ guard, fold }: { guard: () => void; fold: () => void }): void {
  let moved: unknown;
  try {
    guard();
  } catch (error) {
    moved = error;
  }
  try {
    fold();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
  if (moved !== undefined) throw moved;
}
