import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickDiverse } from '../../../engine/active/diversity.ts';

const point = (...coordinates: number[]) => Float32Array.from(coordinates);
const points = (minLength: number, maxLength: number) =>
  fc.array(
    fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })).map((pair) => point(...pair)),
    { minLength, maxLength },
  );
const distance = (one: Float32Array, other: Float32Array) =>
  Math.hypot(...Array.from(one, (value, dimension) => value - (other[dimension] as number)));
const toNearest = (from: Float32Array, centres: readonly Float32Array[]) =>
  Math.min(...centres.map((centre) => distance(from, centre)));
const radius = (candidates: readonly Float32Array[], centres: readonly Float32Array[]) =>
  Math.max(...candidates.map((candidate) => toNearest(candidate, centres)));

test('on a line: the farthest from what is labelled, then the middle of the largest gap', () => {
  const candidates = [1, 2, 5, 6, 10].map((place) => point(place));
  expect(pickDiverse({ candidates, labelled: [point(0)], limit: 3 })).toEqual([
    { index: 4, score: 10, reason: 'diversity' },
    { index: 2, score: 5, reason: 'diversity' },
    { index: 1, score: 2, reason: 'diversity' },
  ]);
});

test('with nothing labelled the most central comes first, with the distance it has to cover', () => {
  const candidates = [0, 4, 5, 6, 11].map((place) => point(place));
  expect(pickDiverse({ candidates, labelled: [], limit: 3 })).toEqual([
    { index: 2, score: 6, reason: 'diversity' },
    { index: 4, score: 6, reason: 'diversity' },
    { index: 0, score: 5, reason: 'diversity' },
  ]);
});

test('each pick is the farthest from what is labelled and picked before', () => {
  fc.assert(
    fc.property(points(1, 15), points(1, 4), fc.nat({ max: 20 }), (candidates, labelled, limit) => {
      const picks = pickDiverse({ candidates, labelled, limit });
      const centres: Float32Array[] = [...labelled];
      for (const { index, score } of picks) {
        expect(score).toBeCloseTo(radius(candidates, centres), 9);
        expect(score).toBeCloseTo(toNearest(candidates[index] as Float32Array, centres), 9);
        centres.push(candidates[index] as Float32Array);
      }
    }),
    { seed: 1 },
  );
});

test('as many as asked for and there are, each once, scores never rise', () => {
  fc.assert(
    fc.property(
      points(0, 15),
      points(0, 2),
      fc.integer({ min: -1, max: 20 }),
      (candidates, labelled, limit) => {
        const picks = pickDiverse({ candidates, labelled, limit });
        expect(picks).toHaveLength(Math.max(0, Math.min(limit, candidates.length)));
        expect(new Set(picks.map(({ index }) => index)).size).toBe(picks.length);
        const scores = picks.map(({ score }) => score);
        expect(scores).toEqual(scores.toSorted((one, other) => other - one));
      },
    ),
    { seed: 2 },
  );
});

test('three picks cover the candidates at most twice as far as the best three would', () => {
  fc.assert(
    fc.property(points(3, 8), (candidates) => {
      const chosen = pickDiverse({ candidates, labelled: [], limit: 3 });
      const greedy = radius(
        candidates,
        chosen.map(({ index }) => candidates[index] as Float32Array),
      );
      const best = Math.min(
        ...candidates.flatMap((one) =>
          candidates.flatMap((two) => candidates.map((three) => radius(candidates, [one, two, three]))),
        ),
      );
      expect(greedy).toBeLessThanOrEqual(2 * best + 1e-9);
    }),
    { seed: 3 },
  );
});

test('copies of a labelled document come last', () => {
  const candidates = [point(0, 0), point(3, 4), point(0, 0), point(1, 0)];
  const picks = pickDiverse({ candidates, labelled: [point(0, 0)], limit: 4 });
  expect(picks.map(({ index, score }) => [index, score])).toEqual([
    [1, 5],
    [3, 1],
    [0, 0],
    [2, 0],
  ]);
});

test('one candidate alone is picked', () => {
  expect(pickDiverse({ candidates: [point(2)], labelled: [], limit: 5 })).toEqual([
    { index: 0, score: 0, reason: 'diversity' },
  ]);
});

test('embeddings of different sizes are a broken invariant', () => {
  const mixed = { candidates: [point(1), point(1, 2)], limit: 2 };
  expect(() => pickDiverse({ ...mixed, labelled: [point(0)] })).toThrow('Broken invariant');
  expect(() => pickDiverse({ ...mixed, labelled: [] })).toThrow('Broken invariant');
});
