import { expect, it } from 'vitest';
import { accepted, type Card } from '../../../renderer/src/annotate/decisions.ts';
import { createUnseen } from '../../../renderer/src/annotate/unseen.ts';

const card = (probability: number | null): Card => ({
  id: 1,
  externalId: null,
  text: 'text',
  length: 4,
  status: 'new',
  flagged: false,
  note: '',
  notes: [],
  opinions: [],
  labels: [
    { labelId: 1, value: 'undecided', probability: 0.9, threshold: 0.5, passage: null },
    { labelId: 2, value: 'undecided', probability, threshold: 0.5, passage: null },
  ],
});

it('a key that is pressed as a suggestion comes is not about it; a moment later it is', () => {
  let now = 1000;
  const unseen = createUnseen(() => now);
  unseen.renew(card(null));
  now += 300;
  expect(accepted(unseen.asSeen(card(0.8)))).toEqual({
    values: [{ labelId: 1, value: 'yes' }],
    open: [2],
    scored: true,
  });
  now += 200;
  expect(accepted(unseen.asSeen(card(0.8)))?.open).toEqual([]);
});

it('suggestions that come one after the other leave what was seen as it was', () => {
  let now = 1000;
  const unseen = createUnseen(() => now);
  unseen.renew(card(null));
  now += 300;
  unseen.renew(card(0.2));
  now += 300;
  expect(accepted(unseen.asSeen(card(0.8)))?.open).toEqual([2]);
});
