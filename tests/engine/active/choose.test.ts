import { expect, test } from 'vitest';
import { type ChoiceRequest, choose } from '../../../engine/active/choose.ts';
import { STRATEGIES } from '../../../engine/active/strategies.ts';
import { toEightBits } from '../../../engine/head/embeddings8.ts';

/** Four documents of two labels; the first two say the same. */
function request(strategy: string, limit: number): ChoiceRequest {
  const vectors = [
    [1, 0, 0],
    [1, 0, 0.01],
    [0, 1, 0],
    [0, 0, 1],
    [0, 0.9, 0.4],
  ].map((vector) => Float32Array.from(vector));
  const values = new Int8Array(3 * vectors.length);
  const scales = Float32Array.from(vectors, (vector, row) => toEightBits(vector, values, 3 * row));
  return {
    strategy,
    limit,
    seed: 1,
    labels: 2,
    scores: Float32Array.of(0.5, 0.1, 0.45, 0.1, 0.7, 0.1, 0.9, 0.1),
    untaught: Float32Array.of(0.5, 0.1, 0.5, 0.1, 0.5, 0.1, 0.5, 0.1),
    thresholds: Float64Array.of(0.5, 0.5),
    accepted: [1, 0],
    expectedCardinality: 1,
    embeddings: {
      dimensions: 3,
      values,
      scales,
      candidates: Int32Array.of(0, 1, 2, 3),
      labelled: Int32Array.of(4),
    },
  };
}
const indices = (picks: readonly { index: number }[]) => picks.map(({ index }) => index);

test('near-identical documents are not asked about one after the other, whatever the strategy', () => {
  expect(indices(choose(request('margin', 3)))).toEqual([0, 2, 3]);
  expect(indices(choose({ ...request('margin', 3), embeddings: null }))).toEqual([0, 1, 2]);
  for (const { name } of STRATEGIES.filter((strategy) => strategy.name !== 'random')) {
    const picks = choose(request(name, 3)).filter(({ reason }) => reason !== 'random');
    expect(indices(picks).filter((index) => index < 2).length, name).toBeLessThan(2);
  }
});

test('none is lost where all are alike, and a choice is the same every time', () => {
  for (const { name } of STRATEGIES) {
    expect(indices(choose(request(name, 9))).sort(), name).toEqual([0, 1, 2, 3]);
    expect(choose(request(name, 3)), name).toEqual(choose(request(name, 3)));
  }
});
