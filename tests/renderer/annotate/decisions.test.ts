import { describe, expect, it } from 'vitest';
import {
  accepted,
  type Card,
  closed,
  isDecidedOtherwise,
  leftUndecided,
  noneApply,
  shownOrder,
  toAccept,
  toggled,
  withValues,
} from '../../../renderer/src/annotate/decisions.ts';
import {
  AHEAD,
  leftOut,
  withFirst,
  withMore,
  withSuggestions,
} from '../../../renderer/src/annotate/queue.ts';
import { annotationCard as card, cardLabel as label } from '../../support/annotationCard.ts';

describe('accepting', () => {
  it('keeps decisions, makes suggestions a yes and what is below the threshold a no', () => {
    const labels = [label(1, 0.9, 'no'), label(2, 0.5), label(3, 0.49), label(4, 0.1, 'yes')];
    expect(accepted({ labels })).toEqual({
      values: [
        { labelId: 1, value: 'no' },
        { labelId: 2, value: 'yes' },
        { labelId: 3, value: 'no' },
        { labelId: 4, value: 'yes' },
      ],
      open: [],
      scored: true,
    });
  });

  it('leaves a label open that the model has not scored, also where it has scored none', () => {
    expect(accepted({ labels: [label(1, 0.9), label(2, null)] })).toEqual({
      values: [{ labelId: 1, value: 'yes' }],
      open: [2],
      scored: true,
    });
    expect(accepted({ labels: [label(1, null, 'yes'), label(2, null)] })).toEqual({
      values: [{ labelId: 1, value: 'yes' }],
      open: [2],
      scored: false,
    });
  });

  it('closes the open labels when none of them apply', () => {
    expect(closed(accepted({ labels: [label(1, 0.9), label(2, null)] })!)).toEqual([
      { labelId: 1, value: 'yes' },
      { labelId: 2, value: 'no' },
    ]);
  });

  it('refuses where there is neither a suggestion nor a decision', () => {
    expect(accepted({ labels: [label(1, null), label(2, null)] })).toBeNull();
  });
});

describe('a card', () => {
  it('is toggled: the same again takes it back, the other replaces it', () => {
    expect([
      toggled('undecided', 'yes'),
      toggled('yes', 'yes'),
      toggled('yes', 'no'),
      toggled('no', 'no'),
    ]).toEqual(['yes', 'undecided', 'no', 'undecided']);
    const changed = withValues(card(1, [label(1, null), label(2, null, 'no')]), [
      { labelId: 1, value: 'yes' },
    ]);
    expect(changed.labels.map(({ value }) => value)).toEqual(['yes', 'no']);
  });

  it('says which suggestions accepting says yes to: those that are not decided, and none of a disputed document', () => {
    const labels = [label(1, 0.9, 'no'), label(2, 0.8), label(3, 0.1), label(4, null), label(5, 0.7, 'yes')];
    const open = card(1, labels);
    expect(toAccept(open)).toEqual([2]);
    const yes = accepted(open)?.values.filter(({ value }) => value === 'yes') ?? [];
    expect(yes.map(({ labelId }) => labelId)).toEqual([2, 5]);
    expect(toAccept({ ...open, reason: 'disputed' })).toEqual([]);
  });

  it('says no to everything when none apply', () => {
    const open = card(1, [label(1, 0.9, 'yes'), label(2, null)]);
    expect(noneApply(open)).toEqual([
      { labelId: 1, value: 'no' },
      { labelId: 2, value: 'no' },
    ]);
  });

  it('that was done before a label existed is undecided for it, and “none apply” is about that label', () => {
    const done: Card = { ...card(1, [label(1, 0.9, 'yes'), label(2, 0.7)]), status: 'done' };
    expect(leftUndecided(done)).toEqual([2]);
    expect(leftUndecided({ ...done, status: 'draft' })).toEqual([]);
    expect(noneApply(done)).toEqual([{ labelId: 2, value: 'no' }]);
    const whole: Card = { ...card(1, [label(1, 0.9, 'yes'), label(2, 0.7, 'no')]), status: 'done' };
    expect(noneApply(whole).map(({ labelId }) => labelId)).toEqual([1, 2]);
  });

  it('shows chosen labels, then suggested ones by probability, then the rest in their order', () => {
    const labels = [label(1, 0.2), label(2, 0.6), label(3, 0.9), label(4, 0.1, 'yes'), label(5, 0.4)];
    expect(shownOrder({ labels })).toEqual([4, 3, 2, 1, 5]);
  });

  it('takes new suggestions and keeps decisions', () => {
    const fresh = { ...card(1, [label(1, 0.8), label(2, 0.7)]), note: 'theirs' };
    const merged = withSuggestions(card(1, [label(1, 0.1, 'no'), label(3, null)]), fresh);
    expect(merged.labels).toEqual([label(1, 0.8, 'no'), label(3, null)]);
    expect(merged.note).toBe('');
  });
});

it('a card is decided otherwise by another answer, state, note or flag, not by what the model thinks', () => {
  const shown = card(1, [label(1, 0.9), label(2, 0.1, 'no')]);
  expect(isDecidedOtherwise(shown, card(1, [label(1, 0.2), label(2, null, 'no')]))).toBe(false);
  expect(isDecidedOtherwise(shown, card(1, [label(1, 0.9, 'yes'), label(2, 0.1, 'no')]))).toBe(true);
  expect(isDecidedOtherwise(shown, card(1, [label(1, 0.9), label(2, 0.1)]))).toBe(true);
  for (const other of [{ status: 'done' as const }, { note: 'Ask.' }, { flagged: true }])
    expect(isDecidedOtherwise(shown, { ...shown, ...other })).toBe(true);
});

describe('the queue', () => {
  it('takes each document once, and none that was just dealt with', () => {
    const more = [card(1), card(3), card(3), card(4)];
    const known = { dealtWith: new Set([4]), held: new Set([2]) };
    expect(withMore([card(1), card(2)], more, known).map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('follows what is known now: cards that nobody saw make room, those that were left stay', () => {
    const known = { dealtWith: new Set<number>(), held: new Set([3]) };
    const queue = [card(1), card(2), card(3), card(4)];
    expect(withMore(queue, [card(5), card(4)], known).map(({ id }) => id)).toEqual([1, 3, 5, 4]);
  });

  it('puts a card that comes back before the others', () => {
    expect(withFirst([card(1), card(2)], card(2)).map(({ id }) => id)).toEqual([2, 1]);
  });

  it('asks for more without what it has, at most as many as the backend takes', () => {
    const dealtWith = new Set(Array.from({ length: 200 }, (_, i) => i + 100));
    const out = leftOut(card(1), dealtWith);
    expect(out.length).toBe(100);
    expect(out.slice(-2)).toEqual([299, 1]);
    expect(AHEAD).toBeGreaterThan(1);
  });
});
