import { expect, test } from 'vitest';
import { labelPriors } from '../../../engine/zeroshot/fusion.ts';
import { areMany, likeliest, restOdds, unasked } from '../../../engine/zeroshot/shortlist.ts';

/** Likeness to 32 labels that falls from the first to the last, turned by so many places. */
const falling = (turn = 0) => Float32Array.from({ length: 32 }, (_, label) => 1 - ((label + turn) % 32) / 32);
const first = (count: number) => Array.from({ length: count }, (_, label) => label);
const none = Array.from({ length: 32 }, () => 0);

test('labels are many from 25 on', () => {
  expect([1, 24, 25, 100].map(areMany)).toEqual([false, false, true, true]);
});

test('the likeliest are the sixteen whose likeness exceeds what is usual by most, the first of equals first', () => {
  expect(likeliest(falling(), none)).toEqual(first(16));
  expect(likeliest(falling(5), none)).toEqual([27, 28, 29, 30, 31, ...first(11)]);
  expect(likeliest(new Float32Array(32), none)).toEqual(first(16));
  const usual = none.with(0, 0.9).with(31, -2);
  expect(likeliest(falling(), usual)).toEqual([31, ...first(16).slice(1)]);
  expect(likeliest(Float32Array.of(0.2, 0.4), [0, 0])).toEqual([1, 0]);
});

test('what is not asked is what texts like that have on the average, and the whole sample where there is none', () => {
  const odds = (value: number) => Float32Array.from(none, () => value);
  const rest = restOdds(
    [
      { odds: odds(-1), cosine: falling() },
      { odds: odds(-3), cosine: falling() },
      { odds: odds(-50), cosine: falling(16) },
    ],
    none,
  );
  // The first half of the labels is outside in the third text alone, whose log-odds are bounded; the others in the first two.
  expect(rest).toEqual([...Array(16).fill(-8), ...Array(16).fill(-2)]);
  const always = restOdds([{ odds: odds(-1), cosine: falling() }], none);
  expect(always).toEqual(none.map(() => -1));
  expect(restOdds([], [0, 0])).toEqual([0, 0]);
});

test('a sample tells it where labels are many', () => {
  const sample = [{ odds: Float32Array.from(none), cosine: falling() }];
  expect(labelPriors(sample, 32).rest).toHaveLength(32);
  const few = [{ odds: new Float32Array(24), cosine: new Float32Array(24) }];
  expect(labelPriors(few, 24)).not.toHaveProperty('rest');
  expect(labelPriors([], 32)).not.toHaveProperty('rest');
});

test('of each text the sentences of its likeliest labels are asked; the others have what labels usually have, and no passage', () => {
  const usual = { cosine: none, rest: none.map((_, label) => -label) };
  // Label 31 with two sentences, and label 0 with one.
  const found = unasked(usual, [falling(), falling(5)], [31, 31, 0])!;
  expect([...found.asked]).toEqual([0, 0, 1, 1, 1, 1]);
  const passages = [0, 1, 2].map((start) => ({ start, end: 9 }));
  const scores = { odds: Float32Array.of(4, 5, 6), passages };
  expect(found.fill(scores, 0)).toEqual({
    odds: Float32Array.of(-31, -31, 6),
    passages: [null, null, passages[2]],
  });
  expect(found.fill(scores, 1)).toEqual(scores);
});

test('all are asked where labels are few or texts are not embedded', () => {
  expect(unasked({ cosine: none }, [falling()], [0])).toBeNull();
  expect(unasked(undefined, [falling()], [0])).toBeNull();
  expect(unasked({ cosine: none, rest: none }, [falling(), null], [0])).toBeNull();
});
