import Database from 'better-sqlite3';
import { isDamage } from '../damage.ts';
import { isIndexDamage, isIndexLine } from './searchIndex.ts';

/** What is wrong with a copy of a project that nobody else has open; null: nothing. It is read from end to end. */
export function damageIn(path: string): string | null {
  const copy = new Database(path);
  try {
    copy.pragma('locking_mode = exclusive');
    const found = quickCheck(copy);
    copy.prepare('SELECT count(*) FROM revisions').get();
    return found.find(isDamage) ?? null;
  } catch (error) {
    // Where a page of the schema itself is broken, SQLite can't even begin.
    if (error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      return error.message;
    throw error;
  } finally {
    copy.close();
  }
}

/**
 * Every table that has rows of its own. The check of a whole file also has the full-text index count all its words
 * again, which takes four fifths of the time and can be made anew from the texts (docs/decisions/007-opening.md).
 */
export function quickCheck(db: Database.Database, check = 'quick_check'): string[] {
  // Not by `PRAGMA table_list`, which opens virtual tables: what they are like is in the file.
  const own = db
    .prepare<unknown[], string>(
      `SELECT name FROM main.sqlite_schema
       WHERE type = 'table' AND typeof(name) = 'text' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'`,
    )
    .pluck()
    .all();
  return ['sqlite_schema', ...own].flatMap((name) =>
    pragmaLines(db, `${check}("${name.replaceAll('"', '""')}")`),
  );
}

/**
 * SQLite's check of a whole file whose schema is ours: what is wrong with it, and whether its index for searching is
 * whole, which can be made anew.
 */
export function wholeCheck(
  db: Database.Database,
  most: number,
): { readonly found: readonly string[]; readonly indexWhole: boolean } {
  try {
    const lines = pragmaLines(db, `integrity_check(${most})`);
    const found = lines.filter((line) => !isIndexLine(line));
    return { found, indexWhole: found.length === lines.length };
  } catch (error) {
    if (!isIndexDamage(error)) throw error;
    return { found: quickCheck(db), indexWhole: false };
  }
}

/** As `quickCheck`, and whether each index fits its table: before a file is written that was only looked at quickly. */
export const checkWithIndexes = (db: Database.Database): string[] => quickCheck(db, 'integrity_check');

/** As `quickCheck`, of a file whose tables nobody knows: where one can't be looked at, nothing is said of it. */
export function damageOfTables(db: Database.Database): string[] {
  try {
    return quickCheck(db);
  } catch (error) {
    if (error instanceof Database.SqliteError && !/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(error.code))
      return [];
    throw error;
  }
}

function pragmaLines(db: Database.Database, pragma: string): string[] {
  return (db.pragma(pragma) as Record<string, string>[]).flatMap((row) => Object.values(row));
}
