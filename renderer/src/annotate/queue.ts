import type { Card } from './decisions.ts';

/** How many cards are kept ready behind the open one. */
export const AHEAD = 5;
/** The most ids that a request for more can leave out. */
const MOST_LEFT_OUT = 100;

/** Cards that came are put at the end, each document once, none that was just dealt with. */
export function withMore(
  queue: readonly Card[],
  more: readonly Card[],
  dealtWith: ReadonlySet<number>,
): Card[] {
  const here = new Set([...queue.map(({ id }) => id), ...dealtWith]);
  const fresh = more.filter(({ id }) => !here.has(id) && here.add(id));
  return [...queue, ...fresh];
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
      const { probability, threshold, passage } = now.get(label.labelId) ?? label;
      return { ...label, probability, threshold, passage };
    }),
  };
}

/** Ids that a request for more must leave out, the newest where there are too many. */
export const leftOut = (queue: readonly Card[], dealtWith: ReadonlySet<number>): number[] =>
  [...new Set([...dealtWith, ...queue.map(({ id }) => id)])].slice(-MOST_LEFT_OUT);
