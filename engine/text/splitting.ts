import { EngineError } from '../errors.ts';
import type { Step } from './tokenizerLimits.ts';

/** A part of a text, and whether the pattern matched it. */
export interface Piece {
  readonly text: string;
  readonly matched: boolean;
}

/** Matches, and what is between them, in order. */
export function piecesBy(text: string, pattern: RegExp): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > end) pieces.push({ text: text.slice(end, index), matched: false });
    pieces.push({ text: found, matched: true });
    end = index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), matched: false });
  return pieces;
}

/** What becomes of matches: see SplitDelimiterBehavior of Hugging Face's tokenizers. */
export function joined(pieces: readonly Piece[], { type, behavior = 'Isolated' }: Step): string[] {
  switch (behavior.toLowerCase()) {
    case 'isolated':
      return pieces.map(({ text }) => text);
    case 'removed':
      return pieces.filter(({ matched }) => !matched).map(({ text }) => text);
    case 'contiguous':
      return merged(pieces, (before, own) => before.matched === own.matched);
    case 'mergedwithprevious':
      return merged(pieces, (before, own) => own.matched && !before.matched);
    case 'mergedwithnext':
      return merged(pieces, (before, own) => before.matched && !own.matched);
    default:
      throw unknownBehavior({ type, behavior });
  }
}

/** Puts a piece to the one before it where `belongs` says so. */
function merged(pieces: readonly Piece[], belongs: (before: Piece, own: Piece) => boolean): string[] {
  const words: string[] = [];
  pieces.forEach((own, i) => {
    const before = pieces[i - 1];
    if (before && belongs(before, own)) words[words.length - 1] += own.text;
    else words.push(own.text);
  });
  return words;
}

export const unknownBehavior = ({ type, behavior }: Step): EngineError =>
  new EngineError(
    'tokenizer_unsupported',
    `tokenizer.json splits text in a way that Entail cannot follow (${type}, ${behavior}).`,
    'Choose another model.',
  );
