import type { Card } from './decisions.ts';
import { afterPaint } from './painted.ts';
import { withSuggestions } from './queue.ts';

/** Nobody reads and answers faster (the simplest reactions take 250 ms). */
const SEEING_MS = 400;

/** Suggestions that came a moment ago under the person's hand: a key that is pressed meanwhile is not about them. */
export interface Unseen {
  /** The open card is about to get other suggestions than those it has now. */
  renew(card: Card): void;
  /** The card with the suggestions that the person can have seen who pressed a key at `pressedAt`. */
  asSeen(card: Card, pressedAt: number): Card;
}

/**
 * `now`: milliseconds, as events have them. `painted` calls back when what changes now is on the screen: on a busy machine
 * that is later than it is known.
 */
export function createUnseen(
  now: () => number = () => performance.now(),
  painted: (then: () => void) => void = afterPaint,
): Unseen {
  let before: { readonly card: Card; until: number } | null = null;
  return {
    renew(card) {
      const unseenYet = before?.card.id === card.id && now() < before.until;
      const own = { card: unseenYet && before ? before.card : card, until: Number.POSITIVE_INFINITY };
      before = own;
      painted(() => {
        own.until = now() + SEEING_MS;
      });
    },
    asSeen(card, pressedAt) {
      if (before === null || before.card.id !== card.id || pressedAt >= before.until) return card;
      const labels = before.card.labels.filter(({ value }) => value === 'undecided');
      return withSuggestions(card, { ...before.card, labels });
    },
  };
}
