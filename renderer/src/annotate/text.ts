import { t } from '../texts/index.ts';

/** Characters per block: a block that is out of sight costs nothing, so blocks are small beside a window. */
const BLOCK = 2000;
/** A line break near the end of a block is taken for its end. */
const LOOK_BACK = 600;

/** A part of a text that is laid out on its own. */
export interface Block {
  readonly start: number;
  readonly text: string;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A word, and how much it speaks for (positive, at most 1) or against a label. */
export interface Word extends Range {
  readonly weight: number;
}

/** How one stretch of text is shown. `weight`: how much it speaks for (positive) or against a label; null: unknown. */
export interface Piece {
  readonly start: number;
  readonly text: string;
  readonly passage: boolean;
  readonly weight: number | null;
}

/**
 * A text in blocks of at most 2,000 characters, cut at line breaks, else at spaces, else anywhere but inside a character
 * of two units. The line break at a cut goes: a block is a line of its own. Cutting only a window of the text keeps the
 * cost in proportion to what is shown.
 */
export function blocksOf(text: string, from = 0, to = text.length): Block[] {
  const blocks: Block[] = [];
  let start = from;
  while (start < to) {
    const end = blockEnd(text, start);
    const broken = text[end] === '\n';
    blocks.push({ start, text: text.slice(start, end) });
    start = broken ? end + 1 : end;
  }
  return blocks;
}

function blockEnd(text: string, start: number): number {
  const most = start + BLOCK;
  if (most >= text.length) return text.length;
  // Looking back in the whole text would cost its length for every block.
  const window = text.slice(start, most + 1);
  const line = window.lastIndexOf('\n');
  if (line > 0) return start + line;
  const space = window.lastIndexOf(' ');
  if (space > BLOCK - LOOK_BACK) return start + space + 1;
  const unit = text.charCodeAt(most);
  const low = unit >= 0xdc00 && unit <= 0xdfff;
  return low ? most - 1 : most;
}

/** A block in pieces of one look each: inside or outside the passage, and by the weight of its words. */
export function piecesOf(block: Block, passage: Range | null, words: readonly Word[] = []): Piece[] {
  const end = block.start + block.text.length;
  const inside = words.filter((word) => word.end > block.start && word.start < end);
  const cuts = new Set([block.start, end]);
  for (const { start, end: to } of passage ? [passage, ...inside] : inside) {
    if (start > block.start && start < end) cuts.add(start);
    if (to > block.start && to < end) cuts.add(to);
  }
  const at = [...cuts].sort((a, b) => a - b);
  return at.slice(0, -1).map((start, i) => ({
    start,
    text: block.text.slice(start - block.start, at[i + 1]! - block.start),
    passage: passage !== null && start >= passage.start && start < passage.end,
    weight: inside.find((word) => start >= word.start && start < word.end)?.weight ?? null,
  }));
}

const NAMED = 5;
/** Of the strongest word: less is noise. */
const NAMEABLE = 0.2;

/** Before and after a word, as tokenizers leave it there. */
const PUNCTUATION = /^[\p{P}\s]+|[\p{P}\s]+$/gu;

/** The words that speak for and against a label as a sentence, for who can't see shades. Empty: nothing is known. */
export function namedWords(text: string, words: readonly Word[]): string {
  const strongest = (sign: 1 | -1) => {
    const found = words
      .filter(({ weight }) => sign * weight >= NAMEABLE)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .map(({ start, end }) => text.slice(start, end).replace(PUNCTUATION, ''))
      .filter((word) => word !== '');
    return [...new Set(found)].slice(0, NAMED).join(', ');
  };
  const [inFavour, against] = [strongest(1), strongest(-1)];
  return [inFavour && t().annotate.wordsFor(inFavour), against && t().annotate.wordsAgainst(against)]
    .filter(Boolean)
    .join(' ');
}
