import type { Card } from './decisions.ts';
import { withSuggestions } from './queue.ts';

/** Nobody reads and answers faster (the simplest reactions take 250 ms). */
const SEEING_MS = 400;

/** Suggestions that came a moment ago under the person's hand: a key that is pressed meanwhile is not about them. */
export interface Unseen {
  /** The open card is about to get other suggestions than those it has now. */
  renew(card: Card): void;
  /** The card with the suggestions that the person can have seen. */
  asSeen(card: Card): Card;
}

export function createUnseen(now: () => number = () => performance.now()): Unseen {
  let before: { readonly card: Card; readonly until: number } | null = null;
  const current = (id: number) =>
    before !== null && before.card.id === id && now() < before.until ? before : null;
  return {
    renew(card) {
      before = { card: current(card.id)?.card ?? card, until: now() + SEEING_MS };
    },
    asSeen(card) {
      const seen = current(card.id);
      return seen ? withSuggestions(card, seen.card) : card;
    },
  };
}
