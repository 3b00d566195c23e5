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
