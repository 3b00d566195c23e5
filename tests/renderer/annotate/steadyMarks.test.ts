import { expect, it } from 'vitest';
import type { Card, CardLabel } from '../../../renderer/src/annotate/decisions.ts';
import { withMore, withSteadyMarks } from '../../../renderer/src/annotate/queue.ts';
import { annotationCard, cardLabel as label } from '../../support/annotationCard.ts';

const card = (...labels: CardLabel[]): Card => annotationCard(1, labels);
const seen = ({ labels }: Card) => labels.map(({ probability }) => probability);

it('a mark of the open document does not turn round; bars follow, and first suggestions come in', () => {
  const open = card(label(1, 0.9), label(2, 0.1), label(3, 0.8), label(4, null), label(5, 0.9, 'no'));
  const fresh = card(label(1, 0.2), label(2, 0.7), label(3, 0.6), label(4, 0.9), label(5, 0.2));
  expect(seen(withSteadyMarks(open, fresh))).toEqual([0.9, 0.1, 0.6, 0.9, 0.2]);
  expect(seen(withSteadyMarks(open, card(label(1, null))))).toEqual([0.9, 0.1, 0.8, null, 0.9]);
});

it('a document that was left has what is known now when it comes again', () => {
  const [first, left] = [card(label(1, 0.9)), { ...card(label(1, 0.9)), id: 2 }];
  const more = [{ ...card(label(1, 0.2)), id: 2 }];
  const queue = withMore([first, left], more, { dealtWith: new Set(), held: new Set([2]) });
  expect(queue.map(seen)).toEqual([[0.9], [0.2]]);
});
