import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** "ENTA": tells the file apart from other SQLite databases. */
export const APPLICATION_ID = 0x454e5441;

export interface Migration {
  readonly version: number;
  readonly file: string;
  readonly sql: string;
}

const FOLDER = join(import.meta.dirname, '..', '..', 'migrations');

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

/** Brings a database to the current format, one transaction per step. */
export function migrate(db: Database.Database, to = CURRENT_VERSION): void {
  const from = versionOf(db);
  for (const { version, sql } of migrations.slice(from, to)) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
      db.pragma(`application_id = ${APPLICATION_ID}`);
    }).immediate();
  }
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
    migrate(fresh, version);
    const digest = schemaDigest(fresh);
    expected.set(version, digest);
    return digest;
  } finally {
    fresh.close();
  }
}
