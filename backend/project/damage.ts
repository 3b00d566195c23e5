import Database from 'better-sqlite3';

/** Rows with values that no Entail writes: opening puts them aside, "entail check" lists them. */
const WRONG_VALUES =
  /^(CHECK constraint failed in|NULL value in|TEXT value in|NUMERIC value in|non-.* value in)/;

/** Whether a line of SQLite's own check tells of a file that is broken, and not just of strange values. */
export const isDamage = (line: string): boolean => line !== 'ok' && !WRONG_VALUES.test(line);

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
export function quickCheck(db: Database.Database): string[] {
  const tables = (db.pragma('main.table_list') as { name: string; type: string }[]).filter(
    ({ type }) => type === 'table' || type === 'shadow',
  );
  return tables.flatMap(({ name }) => pragmaLines(db, `quick_check("${name.replaceAll('"', '""')}")`));
}

export function pragmaLines(db: Database.Database, pragma: string): string[] {
  return (db.pragma(pragma) as Record<string, string>[]).flatMap((row) => Object.values(row));
}
