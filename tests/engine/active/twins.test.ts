import { expect, test } from 'vitest';
import { withoutTwins } from '../../../engine/active/twins.ts';

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const pick = (index: number, reason = 'margin') => ({ index, score: 0, reason });

test('a document that says the same as a labelled one or an earlier pick comes last', () => {
  // 10 degrees apart the cosine is 0.985, 20 degrees apart 0.940.
  const candidates = [at(10), at(40), at(60), at(50)];
  const picks = withoutTwins([pick(0), pick(1), pick(3), pick(2)], { candidates, labelled: [at(0)] });
  expect(picks.map(({ index }) => index)).toEqual([1, 2, 0, 3]);
});

test('how long vectors are does not matter', () => {
  const candidates = [at(5).map((x) => 9 * x), at(90)];
  const picks = withoutTwins([pick(0), pick(1)], { candidates, labelled: [at(0).map((x) => x / 7)] });
  expect(picks.map(({ index }) => index)).toEqual([1, 0]);
});

test('what was drawn at random stays in its place, and others do not repeat it', () => {
  const candidates = [at(1), at(2), at(90)];
  const picks = withoutTwins([pick(0, 'random'), pick(1), pick(2)], { candidates, labelled: [at(0)] });
  expect(picks.map(({ index }) => index)).toEqual([0, 2, 1]);
});
