import { expect, it } from 'vitest';
import {
  accepted,
  type Card,
  type CardLabel,
  toAccept,
  withValues,
} from '../../../renderer/src/annotate/decisions.ts';
import { withMore, withSteadyMarks } from '../../../renderer/src/annotate/queue.ts';
import { createUnseen } from '../../../renderer/src/annotate/unseen.ts';
import { annotationCard, cardLabel as label } from '../../support/annotationCard.ts';

const card = (...labels: CardLabel[]): Card => annotationCard(1, labels);
const seen = ({ labels }: Card) => labels.map(({ probability }) => probability);

it('a mark of the open document does not turn round; bars follow, and first suggestions come in', () => {
  const open = card(label(1, 0.9), label(2, 0.1), label(3, 0.8), label(4, null), label(5, 0.9, 'no'));
  const fresh = card(label(1, 0.2), label(2, 0.7), label(3, 0.6), label(4, 0.9), label(5, 0.2, 'no'));
  expect(seen(withSteadyMarks(open, fresh))).toEqual([0.9, 0.1, 0.6, 0.9, 0.9]);
  expect(seen(withSteadyMarks(open, card(label(1, null))))).toEqual([0.9, 0.1, 0.8, null, 0.9]);
});

it('what an answer taught of its own label is no suggestion when it is taken back', () => {
  const open = card(label(1, 0.1), label(2, 0.9));
  const slip = withValues(open, [{ labelId: 1, value: 'yes' }]);
  const taught = withSteadyMarks(slip, card(label(1, 0.8, 'yes', true), label(2, 0.8)));
  expect(seen(taught)).toEqual([0.1, 0.8]);
  const back = withValues(taught, [{ labelId: 1, value: 'undecided' }]);
  expect(toAccept(back)).toEqual([2]);
  // A reply that was asked for before it was taken back, and one that came after it was learnt.
  const late = withSteadyMarks(back, card(label(1, 0.8, 'yes', true), label(2, 0.8)));
  expect(seen(late)).toEqual([0.1, 0.8]);
  expect(seen(withSteadyMarks(late, card(label(1, 0.2), label(2, 0.7))))).toEqual([0.2, 0.7]);
});

it('an answer of another visit that is taken back leaves no suggestion until the next one comes', () => {
  const open = card(label(1, 0.8, 'yes', true), label(2, 0.1, 'no', true));
  const back = withValues(open, [{ labelId: 1, value: 'undecided' }]);
  expect(seen(back)).toEqual([null, 0.1]);
  expect(accepted(back)?.open).toEqual([1]);
  expect(seen(withSteadyMarks(back, card(label(1, 0.3), label(2, 0.2, 'no', true))))).toEqual([0.3, 0.2]);
});

it('a key that was pressed before new suggestions were seen is not about what an answer taught', () => {
  let now = 0;
  const unseen = createUnseen(
    () => now,
    (then) => then(),
  );
  const open = card(label(1, 0.8, 'yes', true), label(2, 0.9));
  unseen.renew(open);
  const back = withValues(open, [{ labelId: 1, value: 'undecided' }]);
  now = 100;
  expect(seen(unseen.asSeen(back, now))).toEqual([null, 0.9]);
});

it('a document that was left has what is known now when it comes again', () => {
  const [first, left] = [card(label(1, 0.9)), { ...card(label(1, 0.9)), id: 2 }];
  const more = [{ ...card(label(1, 0.2)), id: 2 }];
  const queue = withMore([first, left], more, { dealtWith: new Set(), held: new Set([2]) });
  expect(queue.map(seen)).toEqual([[0.9], [0.2]]);
});
