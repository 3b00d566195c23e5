import Database from 'better-sqlite3';

/** What is wrong with a copy of a project that nobody else has open; null: nothing. It is read from end to end. */
export function damageIn(path: string): string | null {
  const copy = new Database(path);
  try {
    copy.pragma('locking_mode = exclusive');
    const found = String(copy.pragma('quick_check(1)', { simple: true }));
    copy.prepare('SELECT count(*) FROM revisions').get();
    return found === 'ok' ? null : found;
  } finally {
    copy.close();
  }
}
