import type { Card, CardLabel } from '../../renderer/src/annotate/decisions.ts';

/** A label of a card with a threshold of a half; null: it has no suggestion. */
export const cardLabel = (
  labelId: number,
  probability: number | null,
  value: CardLabel['value'] = 'undecided',
  ownAnswer = false,
): CardLabel => ({ labelId, value, probability, threshold: 0.5, ownAnswer, passage: null });

/** The card of a document that nobody has decided on. */
export const annotationCard = (id: number, labels: readonly CardLabel[] = []): Card => ({
  id,
  externalId: null,
  text: 'text',
  length: 4,
  status: 'new',
  flagged: false,
  fields: [],
  note: '',
  notes: [],
  opinions: [],
  labels: [...labels],
});
