import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { BackendError } from '../../errors.ts';
import { pointingNowhere } from './connection.ts';
import { teachSums } from './rowSum.ts';

/** "ENTA": tells the file apart from other SQLite databases. */
export const APPLICATION_ID = 0x454e5441;

export interface Migration {
  readonly version: number;
  readonly file: string;
  readonly sql: string;
}

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'migrations');

/** The steps from an empty database to the current format, in order, numbered without gaps. */
export const migrations: readonly Migration[] = readdirSync(FOLDER)
  .filter((file) => /^\d{3}-[a-z-]+\.sql$/.test(file))
  .sort()
  .map((file, i) => {
    const version = Number(file.slice(0, 3));
    if (version !== i + 1) throw new Error(`migrations/${file} should have the number ${i + 1}.`);
    return { version, file, sql: readFileSync(join(FOLDER, file), 'utf8') };
  });

/** The format that this program writes. */
export const CURRENT_VERSION = migrations.length;

/**
 * Brings a database to a format, in one transaction: it is of the old format or of the new one, whenever it is killed.
 * Foreign keys are off meanwhile, since a table that is rebuilt is dropped, which would empty those that point to it
 * (https://www.sqlite.org/lang_altertable.html#otheralter), and what points to nothing afterwards is counted.
 *
 * Rows with values that no Entail wrote come along, for whoever opens the project to put aside.
 *
 * `onStep` is called before each step and before the commit. Throws when more rows than before point to nothing;
 * `project_altered` when values stand in the way that no Entail wrote.
 */
export function migrate(
  db: Database.Database,
  {
    to = CURRENT_VERSION,
    steps = migrations,
    onStep = () => undefined,
    name = basename(db.name),
  }: MigrateOptions = {},
): void {
  const missing = steps.slice(versionOf(db), to);
  if (missing.length === 0) return;
  const keys = db.pragma('foreign_keys', { simple: true }) as number;
  db.pragma('foreign_keys = off');
  db.pragma('ignore_check_constraints = on');
  try {
    db.transaction(() => {
      teachSums(db);
      const before = pointingNowhere(db).length;
      for (const { version, sql } of missing) {
        onStep(version);
        db.exec(sql);
        db.pragma(`user_version = ${version}`);
      }
      db.pragma(`application_id = ${APPLICATION_ID}`);
      if (pointingNowhere(db).length > before)
        throw new Error('A migration left rows that point to nothing.');
      onStep('commit');
    }).immediate();
  } catch (error) {
    if (!(error instanceof Database.SqliteError && /^SQLITE_(CONSTRAINT|MISMATCH)/.test(error.code)))
      throw error;
    throw new BackendError(
      'project_altered',
      `"${name}" holds values that no Entail wrote, and can't be brought to the format of this Entail.`,
      'It was not opened. Ask whoever sent it for a copy saved by Entail.',
      error,
      { name },
    );
  } finally {
    db.pragma('ignore_check_constraints = off');
    db.pragma(`foreign_keys = ${keys}`);
  }
}

export interface MigrateOptions {
  readonly to?: number;
  readonly steps?: readonly Migration[];
  readonly onStep?: (step: number | 'commit') => void;
  /** Of the file, where it is a copy that is worked with. */
  readonly name?: string;
}

export const versionOf = (db: Database.Database): number =>
  db.pragma('user_version', { simple: true }) as number;

/** A digest of everything the schema says: a planted trigger, view or column changes it. */
export function schemaDigest(db: Database.Database): string {
  const rows = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

const expected = new Map<number, string>();

/** The digest of a project of this version as we make it. */
export function expectedDigest(version: number): string {
  const known = expected.get(version);
  if (known !== undefined) return known;
  const fresh = new Database(':memory:');
  try {
    migrate(fresh, { to: version });
    const digest = schemaDigest(fresh);
    expected.set(version, digest);
    return digest;
  } finally {
    fresh.close();
  }
}
