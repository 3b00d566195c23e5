import type Database from 'better-sqlite3';

const MAX_CHARACTERS = 200;
const MAX_WORDS = 20;

/**
 * What a person typed as a query of the full-text index: every word must occur, the last one may be unfinished.
 * FTS5 takes a language, so each word is quoted. null: nothing to search for.
 */
export function searchQuery(typed: string): string | null {
  const words = typed
    .slice(0, MAX_CHARACTERS)
    .replaceAll('\0', '')
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, MAX_WORDS);
  if (words.length === 0) return null;
  return `${words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ')}*`;
}

/** Ids of matching documents in project order. */
export function searchDocuments(db: Database.Database, typed: string, limit: number): number[] {
  const query = searchQuery(typed);
  if (query === null) return [];
  return db
    .prepare('SELECT rowid FROM documents_text WHERE documents_text MATCH ? ORDER BY rowid LIMIT ?')
    .pluck()
    .all(query, limit) as number[];
}
