import { type Card, type CardLabel, isSuggested } from './decisions.ts';

/** How many cards are kept ready behind the open one. */
export const AHEAD = 5;
/** The most ids that a request for more can leave out. */
const MOST_LEFT_OUT = 100;

/**
 * The open card, then those the person saw and left (`held`), then the queue as it is chosen now: each document once,
 * none that was just dealt with. Cards that nobody saw yet make room for better ones.
 */
export function withMore(
  queue: readonly Card[],
  more: readonly Card[],
  { dealtWith, held }: { dealtWith: ReadonlySet<number>; held: ReadonlySet<number> },
): Card[] {
  const newest = new Map(more.map((card) => [card.id, card]));
  const kept = queue
    .filter(({ id }, i) => i === 0 || held.has(id))
    // Those that were left are shown anew when they come again.
    .map((card, i) => (i === 0 ? card : withSuggestions(card, newest.get(card.id) ?? card)));
  const here = new Set([...kept.map(({ id }) => id), ...dealtWith]);
  const fresh = more.filter(({ id }) => !here.has(id) && here.add(id));
  return [...kept, ...fresh];
}

/** A card put before all others, in place of an older copy of it. */
export const withFirst = (queue: readonly Card[], card: Card): Card[] => [
  card,
  ...queue.filter(({ id }) => id !== card.id),
];

/** The card with what the model thinks now; what the person decided and wrote stays. */
export function withSuggestions(card: Card, fresh: Card): Card {
  const now = new Map(fresh.labels.map((label) => [label.labelId, label]));
  return {
    ...card,
    labels: card.labels.map((label) => {
      const { probability, threshold, ownAnswer, passage } = now.get(label.labelId) ?? label;
      return { ...label, probability, threshold, ownAnswer, passage };
    }),
  };
}

/** Not scored, below its threshold, or suggested. */
const markOf = (label: CardLabel): 'none' | 'below' | 'suggested' =>
  label.probability === null ? 'none' : isSuggested(label) ? 'suggested' : 'below';

/**
 * The open card with what the model thinks now: first suggestions come in, and bars follow, but no mark turns round under
 * the eyes of who reads it and is about to accept it. The next card has what was learnt.
 *
 * A label that is decided keeps what was suggested before it: its own answer is no suggestion, least of all when it is
 * taken back.
 */
export function withSteadyMarks(card: Card, fresh: Card): Card {
  const shown = new Map(card.labels.map((label) => [label.labelId, label]));
  const follows = (next: CardLabel) => {
    const own = shown.get(next.labelId);
    if (!own) return false;
    if (own.value !== 'undecided') return own.probability === null || own.ownAnswer;
    // Asked for before the answer was taken back.
    if (next.value !== 'undecided') return false;
    return own.probability === null || markOf(own) === markOf(next);
  };
  return withSuggestions(card, { ...fresh, labels: fresh.labels.filter(follows) });
}

/** Ids that a request for what comes next must leave out, the newest where there are too many. */
export const leftOut = (open: Card | undefined, dealtWith: ReadonlySet<number>): number[] =>
  [...new Set([...dealtWith, ...(open ? [open.id] : [])])].slice(-MOST_LEFT_OUT);
