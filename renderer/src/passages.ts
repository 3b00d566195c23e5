import type { Card } from '../../contract/index.ts';

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** The text with the passages marked that decided its suggested labels; they may overlap. */
export function piecesOf({ text, labels }: Pick<Card, 'text' | 'labels'>): Piece[] {
  const passages = labels
    .flatMap(({ passage, probability, threshold }) =>
      passage && probability !== null && probability >= threshold ? [passage] : [],
    )
    .sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of passages) {
    const from = Math.max(at, start);
    const to = Math.min(end, text.length);
    if (to <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), marked: false });
    pieces.push({ text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
