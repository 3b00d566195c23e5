import { expect, it } from 'vitest';
import { accepted, type Card } from '../../../renderer/src/annotate/decisions.ts';
import { createUnseen } from '../../../renderer/src/annotate/unseen.ts';
import { annotationCard, cardLabel } from '../../support/annotationCard.ts';

const card = (probability: number | null): Card =>
  annotationCard(1, [cardLabel(1, 0.9), cardLabel(2, probability)]);

it('a key that is pressed as a suggestion comes is not about it; a moment later it is', () => {
  let now = 1000;
  const unseen = createUnseen(
    () => now,
    (then) => then(),
  );
  unseen.renew(card(null));
  now += 300;
  expect(accepted(unseen.asSeen(card(0.8), now))).toEqual({
    values: [{ labelId: 1, value: 'yes' }],
    open: [2],
    scored: true,
  });
  now += 200;
  expect(accepted(unseen.asSeen(card(0.8), now))?.open).toEqual([]);
});

it('suggestions that come one after the other leave what was seen as it was', () => {
  let now = 1000;
  const unseen = createUnseen(
    () => now,
    (then) => then(),
  );
  unseen.renew(card(null));
  now += 300;
  unseen.renew(card(0.2));
  now += 300;
  expect(accepted(unseen.asSeen(card(0.8), now))?.open).toEqual([2]);
});

it('a key that was pressed before a change was on the screen is not about it, however late it is heard of', () => {
  let now = 1000;
  let painted = () => {};
  const unseen = createUnseen(
    () => now,
    (then) => {
      painted = then;
    },
  );
  const open = (pressedAt: number) => accepted(unseen.asSeen(card(0.8), pressedAt))?.open;
  unseen.renew(card(null));
  now += 3000;
  expect(open(now)).toEqual([2]);
  painted();
  now += 1000;
  expect(open(4200)).toEqual([2]);
  expect(open(now)).toEqual([]);
});
