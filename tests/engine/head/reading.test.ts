import { expect, test } from 'vitest';
import { taughtProbabilities } from '../../../engine/head/reading.ts';

const heads = (weight: number) => ({
  space: { mean: new Float32Array(3) },
  labels: [
    { suggested: 1, entailed: 0, constant: 0, ofEmbedded: 0, embedding: new Float32Array(3).fill(weight) },
  ],
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

test('heads that say nothing of embeddings give a probability per label, whatever a text is embedded as', () => {
  const label = { suggested: 1, entailed: 0, constant: 0, ofEmbedded: 0, embedding: null };
  // As an exported folder keeps them: without the mean of what they do not read.
  const silent = { space: { mean: new Float32Array(0) }, labels: [label, label] };
  const text = { ...reading(4), probabilities: Float32Array.of(0.25, 0.75), odds: Float32Array.of(-1, 1) };
  const found = taughtProbabilities(silent, text);
  expect(found).toHaveLength(2);
  expect(found[0]).toBeCloseTo(0.25);
  expect(found[1]).toBeCloseTo(0.75);
  expect(taughtProbabilities(silent, { ...text, embedding: null })).toEqual(found);
});
