import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { BackendError } from '../errors.ts';
import { DATABASE } from './database.ts';
import { describeFailure } from './failures.ts';
import { checkHeader, newer } from './header.ts';
import { newMark } from './mark.ts';
import { CURRENT_VERSION, expectedDigest, migrate, schemaDigest, versionOf } from './migrations.ts';
import { harden, prepareForWriting } from './pragmas.ts';
import { putAsideStrange } from './putAside.ts';
import { createWriteSession, type WriteSession } from './session.ts';
import { createStores, type Stores } from './store/stores.ts';

/** An open project. Everything that writes goes through `write`. */
export interface Project extends WriteSession {
  readonly path: string;
  /** False once it is closed: background work looks before it reads on. */
  readonly open: boolean;
  readonly [DATABASE]: Database.Database;
  readonly stores: Stores;
  /** What was found in the file that no Entail writes, and put aside when it was opened: a sentence each. */
  readonly strange: readonly string[];
  close(): void;
}

/** Before 3.51.3 two connections could corrupt a file in WAL mode in a rare race. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** Rows with values that no Entail writes: reading leaves them out, "entail check" lists them. */
const WRONG_VALUES =
  /^(CHECK constraint failed in|NULL value in|TEXT value in|NUMERIC value in|non-.* value in)/;

const open = new Set<string>();

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
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.partial`);
  try {
    const db = new Database(temporary);
    try {
      migrate(db);
      db.prepare('INSERT INTO session (id, mark) VALUES (1, ?)').run(newMark());
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

/**
 * Opens a project in the order that keeps a hostile or damaged file from doing harm: the header is read before SQLite
 * sees the file, settings are read back, the content is checked, the schema must be exactly ours.
 *
 * Throws `project_missing`, `not_a_project`, `project_newer`, `foreign_log`, `project_open_elsewhere`,
 * `project_damaged`, `project_altered` or `project_read_only`; the file is then as it was.
 */
export function openProject(path: string): Project {
  const given = resolve(path);
  const exists = statSync(given, { throwIfNoEntry: false });
  const canonical = exists ? realpathSync(given) : given;
  const key = exists ? `${exists.dev}:${exists.ino}` : canonical;
  if (open.has(key)) {
    throw new BackendError(
      'project_open_already',
      `"${basename(canonical)}" is open already.`,
      undefined,
      undefined,
      { name: basename(canonical) },
    );
  }
  checkHeader(canonical);
  const crashed = existsSync(`${canonical}-wal`);
  let db: Database.Database | undefined;
  try {
    db = new Database(canonical, { fileMustExist: true, timeout: 250 });
    harden(db);
    requireSqlite(db);
    takeLock(db);
    requireWhole(db, canonical, crashed);
    migrate(db);
    prepareForWriting(db);
    const project = asProject(db, canonical, key);
    open.add(key);
    return project;
  } catch (error) {
    db?.close();
    throw describeFailure(error, canonical);
  }
}

/** In exclusive mode a write transaction takes the lock and keeps it, so a second process is told at once. */
function takeLock(db: Database.Database): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec('ROLLBACK');
}

function requireSqlite(db: Database.Database): void {
  const text = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const version = text.split('.').map(Number);
  const difference = OLDEST_SQLITE.map((wanted, i) => (version[i] ?? 0) - wanted).find((d) => d !== 0) ?? 0;
  if (difference < 0) throw new Error(`SQLite ${text} is older than ${OLDEST_SQLITE.join('.')}.`);
}

function requireWhole(db: Database.Database, path: string, crashed: boolean): void {
  const name = basename(path);
  const version = versionOf(db);
  if (version > CURRENT_VERSION) throw newer(name, version);
  const found = crashed ? pragmaLines(db, 'integrity_check(100)') : quickCheck(db);
  const damage = found.find((line) => line !== 'ok' && !WRONG_VALUES.test(line));
  if (damage !== undefined) {
    throw new BackendError(
      'project_damaged',
      `"${name}" is damaged: ${damage.split('\n')[0]}.`,
      { code: 'open_backup' },
      undefined,
      { name },
    );
  }
  if (schemaDigest(db) !== expectedDigest(version)) {
    throw new BackendError(
      'project_altered',
      `"${name}" has tables, triggers or views that Entail did not make.`,
      'It was not opened. Ask whoever sent it for a copy saved by Entail.',
      undefined,
      { name },
    );
  }
}

/**
 * Every table that has rows of its own. The check of a whole file also has the full-text index count all its words
 * again, which takes four fifths of the time and can be made anew from the texts (docs/decisions/007-opening.md).
 */
function quickCheck(db: Database.Database): string[] {
  const tables = (db.pragma('main.table_list') as { name: string; type: string }[]).filter(
    ({ type }) => type === 'table' || type === 'shadow',
  );
  return tables.flatMap(({ name }) => pragmaLines(db, `quick_check("${name.replaceAll('"', '""')}")`));
}

function pragmaLines(db: Database.Database, pragma: string): string[] {
  return (db.pragma(pragma) as Record<string, string>[]).flatMap((row) => Object.values(row));
}

function asProject(db: Database.Database, path: string, key: string): Project {
  const { write, fold } = createWriteSession(db, path);
  const strange = putAsideStrange(db, write);
  const stores = createStores(db);
  return {
    path,
    strange,
    get open() {
      return db.open;
    },
    [DATABASE]: db,
    stores,
    fold,
    write(work) {
      try {
        return write(work);
      } catch (error) {
        stores.evidence.columns.forget();
        throw error;
      }
    },
    close() {
      if (!db.open) return;
      try {
        fold();
      } finally {
        db.close();
        open.delete(key);
      }
    },
  };
}
