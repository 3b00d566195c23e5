import { expect, test } from 'vitest';
import { byGradients, pickByGradients } from '../../../engine/active/gradients.ts';
import { createRandom } from '../../../engine/random.ts';

const row = (...values: number[]) => Float32Array.from(values);

test('what the model is sure of has no gradient and comes last', () => {
  const scores = [row(1), row(0.4), row(0), row(0.4)];
  const embeddings = [row(1, 0), row(1, 0), row(0, 1), row(0, 1)];
  for (let seed = 1; seed <= 20; seed++) {
    const picks = pickByGradients(
      { scores, thresholds: [0.5], embeddings },
      { limit: 4, random: createRandom(seed) },
    );
    expect(picks.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3]);
    expect(new Set(picks.slice(0, 2).map(({ index }) => index))).toEqual(new Set([1, 3]));
  }
});

test('the first score is the squared gradient, the second the squared distance to the first', () => {
  const scores = [row(0.25), row(0.25)];
  const [first, second] = pickByGradients(
    { scores, thresholds: [0.5], embeddings: [row(1, 0), row(0, 1)] },
    { limit: 2, random: createRandom(1) },
  );
  // (0.25)² · (1 + 1) each, and 0.125 + 0.125 − 2 · 0.0625 · (1 + 0) between them.
  expect(first!.score).toBeCloseTo(0.125, 6);
  expect(second!.score).toBeCloseTo(0.125, 6);
});

test('a copy of a document that was drawn is not drawn while another is left', () => {
  const scores = [row(0.4), row(0.4), row(0.4)];
  const embeddings = [row(1, 0), row(1, 0), row(0, 1)];
  for (let seed = 1; seed <= 20; seed++) {
    const [one, other] = pickByGradients(
      { scores, thresholds: [0.5], embeddings },
      { limit: 2, random: createRandom(seed) },
    );
    expect([one!.index, other!.index]).toContain(2);
  }
});

test('without embeddings it is random and says so', () => {
  const picks = byGradients.pick(
    { scores: [row(0.5), row(0.5)], thresholds: [0.5] },
    { limit: 1, random: createRandom(1) },
  );
  expect(picks.map(({ reason }) => reason)).toEqual(['random, no embeddings yet']);
});
