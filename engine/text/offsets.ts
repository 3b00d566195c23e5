/** Where tokens stand in a text: UTF-16 positions, `start[i]` to `end[i]` (exclusive) for token i. */
export interface TokenOffsets {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** How many words are tried together before their tokens are called inseparable. */
const MAX_JOINED = 4;

/**
 * The places of `ids` in `text`, as exact as words: tokens of one word all carry the word's place.
 *
 * Found by tokenising word by word and comparing; null where the words' ids are not the text's (a tokenizer that
 * reads across white space). `encode` must be the function that made `ids` from `text`.
 */
export function tokenOffsets(
  text: string,
  ids: readonly number[],
  encode: (text: string) => readonly number[],
): TokenOffsets | null {
  const start = new Int32Array(ids.length);
  const end = new Int32Array(ids.length);
  const words = [...text.matchAll(/\s*\S+|\s+$/gu)];
  let token = 0;
  for (let index = 0; index < words.length; ) {
    const found = matchWords(index);
    if (found === null) return null;
    start.fill(found.start, token, token + found.tokens);
    end.fill(found.end, token, token + found.tokens);
    token += found.tokens;
    index += found.words;
  }
  return token === ids.length ? { start, end } : null;

  function matchWords(index: number): { start: number; end: number; tokens: number; words: number } | null {
    const from = words[index]?.index ?? 0;
    for (let count = 1; count <= MAX_JOINED && index + count <= words.length; count++) {
      const last = words[index + count - 1];
      const to = (last?.index ?? 0) + (last?.[0].length ?? 0);
      const piece = text.slice(from, to);
      const pieceIds = encode(piece);
      if (!pieceIds.every((id, offset) => ids[token + offset] === id)) continue;
      const indent = piece.length - piece.trimStart().length;
      return {
        start: from + (indent === piece.length ? 0 : indent),
        end: to,
        tokens: pieceIds.length,
        words: count,
      };
    }
    return null;
  }
}
