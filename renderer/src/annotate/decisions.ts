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

/** Something is said of the document, and it is not done. */
export const isBegun = ({ status, labels, note, flagged }: Card): boolean =>
  status !== 'done' && (flagged || note !== '' || labels.some(({ value }) => value !== 'undecided'));

/** Whether something else is decided or written of the document than the other copy of it says. */
export const isDecidedOtherwise = (one: Card, other: Card): boolean =>
  one.status !== other.status ||
  one.flagged !== other.flagged ||
  one.note !== other.note ||
  other.labels.some(
    ({ labelId, value }) =>
      value !== (one.labels.find((own) => own.labelId === labelId)?.value ?? 'undecided'),
  );

/** What pressing yes or no makes of a value: the same again takes it back. */
export const toggled = (value: Value, wanted: 'yes' | 'no'): Value =>
  value === wanted ? 'undecided' : wanted;

/**
 * The card with some values changed. Where an answer is taken back, what the model learnt from it is taken back, too: a
 * suggestion that nobody's answer is in comes in a moment.
 */
export function withValues(card: Card, decisions: readonly Decision[]): Card {
  const values = new Map(decisions.map(({ labelId, value }) => [labelId, value]));
  return {
    ...card,
    labels: card.labels.map((label) => {
      const value = values.get(label.labelId) ?? label.value;
      const isTakenBack = value === 'undecided' && label.ownAnswer;
      return { ...label, value, ...(isTakenBack && NO_SUGGESTION) };
    }),
  };
}

const NO_SUGGESTION = { probability: null, ownAnswer: false, passage: null } as const;

/** What accepting comes to. */
export interface Acceptance {
  readonly values: Decision[];
  /** Labels without a suggestion and without a decision: nobody could see what accepting would say of them. */
  readonly open: readonly number[];
  /** Whether the model has scored any label of the document. */
  readonly scored: boolean;
}

/**
 * What accepting decides: what was decided stays; of the rest, what is suggested is a yes and what is scored below its
 * threshold is a no. A label that has no suggestion stays open. null: there is nothing to accept, neither a suggestion
 * nor a decision.
 */
export function accepted({ labels }: Pick<Card, 'labels'>): Acceptance | null {
  const scored = labels.some(({ probability }) => probability !== null);
  const decided = labels.some(({ value }) => value !== 'undecided');
  if (!scored && !decided) return null;
  const values: Decision[] = [];
  const open: number[] = [];
  for (const label of labels) {
    const { labelId, value, probability } = label;
    if (value !== 'undecided') values.push({ labelId, value });
    else if (probability === null) open.push(labelId);
    else values.push({ labelId, value: isSuggested(label) ? 'yes' : 'no' });
  }
  return { values, open, scored };
}

/** Labels to which accepting says yes though the person has not. Answers in dispute are given label by label. */
export const toAccept = ({ reason, labels }: Pick<Card, 'reason' | 'labels'>): number[] =>
  reason === 'disputed'
    ? []
    : labels
        .filter((label) => label.value === 'undecided' && isSuggested(label))
        .map(({ labelId }) => labelId);

/** The same where none of the open labels apply. */
export const closed = ({ values, open }: Acceptance): Decision[] => [
  ...values,
  ...open.map((labelId) => ({ labelId, value: 'no' as const })),
];

/** Labels that are undecided on a document that is done: it was finished before they existed, for example. */
export const leftUndecided = ({ status, labels }: Pick<Card, 'status' | 'labels'>): number[] =>
  status === 'done' ? labels.filter(({ value }) => value === 'undecided').map(({ labelId }) => labelId) : [];

/** None apply: of a finished document this is said of what was left undecided, and takes no answer back. */
export function noneApply(card: Pick<Card, 'status' | 'labels'>): Decision[] {
  const left = leftUndecided(card);
  const about = left.length > 0 ? left : card.labels.map(({ labelId }) => labelId);
  return about.map((labelId) => ({ labelId, value: 'no' as const }));
}

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
