import { expect, test } from 'vitest';
import { taughtProbabilities } from '../../../engine/head/reading.ts';

const heads = (weight: number) => ({
  space: { mean: new Float32Array(3) },
  labels: [{ suggested: 1, entailed: 0, constant: 0, embedding: new Float32Array(3).fill(weight) }],
});
const reading = (dimensions: number) => ({
  probabilities: Float32Array.of(0.5),
  odds: Float32Array.of(0),
  embedding: new Float32Array(dimensions).fill(1),
});

test('an embedding of another size than decisions were learnt with is refused, where it counts', () => {
  expect(taughtProbabilities(heads(1), reading(3))[0]).toBeCloseTo(1 / (1 + Math.exp(-3)));
  for (const dimensions of [2, 4]) {
    expect(() => taughtProbabilities(heads(1), reading(dimensions))).toThrow(
      expect.objectContaining({ code: 'embedding_differs' }),
    );
  }
  expect(taughtProbabilities(heads(0), reading(4))[0]).toBeCloseTo(0.5);
});
