import type { Card } from '../../../contract/index.ts';

export type { Card };
export type CardLabel = Card['labels'][number];
export type Value = CardLabel['value'];
export interface Decision {
  readonly labelId: number;
  readonly value: Value;
}

export const isSuggested = ({ probability, threshold }: CardLabel): boolean =>
  probability !== null && probability >= threshold;

/** What pressing yes or no makes of a value: the same again takes it back. */
export const toggled = (value: Value, wanted: 'yes' | 'no'): Value =>
  value === wanted ? 'undecided' : wanted;

/** The card with some values changed. */
export function withValues(card: Card, decisions: readonly Decision[]): Card {
  const values = new Map(decisions.map(({ labelId, value }) => [labelId, value]));
  return {
    ...card,
    labels: card.labels.map((label) => ({ ...label, value: values.get(label.labelId) ?? label.value })),
  };
}

/**
 * What accepting decides: what was decided stays; of the rest, what is suggested is a yes and what is scored below its
 * threshold is a no. A label that the model has not scored yet is a no only where it has scored none and the person
 * decided something. null: there is nothing to accept, neither a suggestion nor a decision.
 */
export function accepted({ labels }: Pick<Card, 'labels'>): Decision[] | null {
  const scored = labels.some(({ probability }) => probability !== null);
  const decided = labels.some(({ value }) => value !== 'undecided');
  if (!scored && !decided) return null;
  return labels.flatMap((label) => {
    if (label.value !== 'undecided') return [{ labelId: label.labelId, value: label.value }];
    if (label.probability === null && scored) return [];
    return [{ labelId: label.labelId, value: isSuggested(label) ? ('yes' as const) : ('no' as const) }];
  });
}

export const noneApply = ({ labels }: Pick<Card, 'labels'>): Decision[] =>
  labels.map(({ labelId }) => ({ labelId, value: 'no' as const }));

/** Label ids in the order they are shown: chosen, suggested (likeliest first), the rest as the project has them. */
export function shownOrder({ labels }: Pick<Card, 'labels'>): number[] {
  const rank = (label: CardLabel) => (label.value === 'yes' ? 0 : isSuggested(label) ? 1 : 2);
  return labels
    .map((label, at) => ({ label, at, rank: rank(label) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        (a.rank === 1 ? (b.label.probability ?? 0) - (a.label.probability ?? 0) : 0) ||
        a.at - b.at,
    )
    .map(({ label }) => label.labelId);
}
