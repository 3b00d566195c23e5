import { leadingSpace, trailingSpace } from './normalize.ts';
import type { AddedToken } from './tokenizerLimits.ts';

/** A piece of text between added tokens, or an added token itself. */
export type Section = { kind: 'text'; text: string; start: number } | { kind: 'token'; id: number };

export type Splitter = (text: string) => Section[];

/**
 * A function that cuts a text at added tokens, as Hugging Face's `AddedVocabulary` does: leftmost match first, the
 * longest at one place; `lstrip` and `rstrip` swallow the white space beside the token; `single_word` asks for a
 * word boundary on both sides. `normalize` is applied to the tokens' own text (for tokens with `normalized`).
 */
export function createSplitter(tokens: readonly AddedToken[], normalize: (text: string) => string): Splitter {
  const byText = new Map<string, AddedToken>();
  for (const token of tokens) {
    const text = normalize(token.content);
    if (text !== '') byText.set(text, token);
  }
  if (byText.size === 0) return (text) => (text === '' ? [] : [{ kind: 'text', text, start: 0 }]);

  const longestFirst = [...byText.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapePattern).join('|'), 'gu');
  return (text) => cut(text, pattern, byText);
}

function cut(text: string, pattern: RegExp, byText: ReadonlyMap<string, AddedToken>): Section[] {
  const sections: Section[] = [];
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const token = byText.get(match[0]);
    let start = match.index;
    let end = start + match[0].length;
    if (token === undefined || start < done) continue;
    if (token.single_word && !standsAlone(text, start, end)) continue;
    if (token.lstrip) start -= trailingSpace(text.slice(done, start));
    if (token.rstrip) end += leadingSpace(text.slice(end));
    if (start > done) sections.push({ kind: 'text', text: text.slice(done, start), start: done });
    sections.push({ kind: 'token', id: token.id });
    done = end;
  }
  if (done < text.length) sections.push({ kind: 'text', text: text.slice(done), start: done });
  return sections;
}

const ENDS_IN_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u;
const STARTS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return !ENDS_IN_WORD.test(before) && !STARTS_WITH_WORD.test(after);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
