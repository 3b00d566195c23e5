import { expect, test } from 'vitest';
import { evidenceOf, fuse, labelPriors } from '../../../engine/zeroshot/fusion.ts';
import { cosines, labelVector, wordingsOf } from '../../../engine/zeroshot/labelVector.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';

const readings = (entailment: number[], cosine: number[]) => ({
  odds: Float32Array.from(entailment, (p) => Math.log(p) - Math.log1p(-p)),
  cosine: Float32Array.from(cosine),
});

test('the formula, computed by hand for two labels after eight documents', () => {
  const sample = Array.from({ length: 8 }, () => readings([0.5, 0.5], [0.4, 0.2]));
  const priors = labelPriors(sample, 2);
  const [evidence] = evidenceOf(FUSION_WEIGHTS, priors, readings([0.5, 0.5], [0.4, 0.4]));
  // Half the weight on what was seen: usual cosines 0.35 and 0.25, usual log-odds -1.
  const level = Math.log((Math.exp(1) + Math.exp(3)) / 2);
  expect(evidence!.odds).toBeCloseTo(0, 5);
  expect(evidence!.centred).toBeCloseTo(1, 5);
  expect(evidence!.competition).toBeCloseTo(1 - level, 4);
  const [probability] = fuse(FUSION_WEIGHTS, priors, readings([0.5, 0.5], [0.4, 0.4]));
  expect(probability).toBeCloseTo(1 / (1 + Math.exp(-(-0.5 + 0.25 + 1 - level))), 4);
});

test('a label that is like every document wins only where it is more like it than usual', () => {
  const priors = labelPriors(
    Array.from({ length: 100 }, () => readings([0.3, 0.3], [0.6, 0.1])),
    2,
  );
  const [first, second] = fuse(FUSION_WEIGHTS, priors, readings([0.3, 0.3], [0.6, 0.3]));
  expect(second).toBeGreaterThan(first!);
});

test('without documents, with one label, and at the ends of float32 every probability is sane', () => {
  const none = labelPriors([], 3);
  for (const entailment of [0, 1e-30, 0.5, 1]) {
    for (const cosine of [-1, 0, 1]) {
      const row = fuse(FUSION_WEIGHTS, none, readings([entailment, 0.5, 0.5], [cosine, 0, 1]));
      for (const p of row) expect(p >= 0 && p <= 1).toBe(true);
    }
  }
  const sole = labelPriors([readings([0.2], [0.3])], 1);
  const at = (entailment: number, cosine: number) =>
    fuse(FUSION_WEIGHTS, sole, readings([entailment], [cosine]))[0]!;
  expect(evidenceOf(FUSION_WEIGHTS, sole, readings([0.9], [0.9]))[0]!.competition).toBe(0);
  expect(at(0.95, 0.1)).toBeGreaterThan(0.5);
  expect(at(0.05, 0.1)).toBeLessThan(0.5);
});

test('more entailment and more likeness never lower a label', () => {
  const priors = labelPriors([readings([0.2, 0.4], [0.1, 0.2])], 2);
  const at = (p: number, c: number) => fuse(FUSION_WEIGHTS, priors, readings([p, 0.3], [c, 0.2]))[0]!;
  for (let i = 1; i < 10; i++) {
    expect(at(i / 10, 0.2)).toBeGreaterThan(at((i - 1) / 10, 0.2));
    expect(at(0.4, i / 10)).toBeGreaterThan(at(0.4, (i - 1) / 10));
  }
});

test('a label is the mean of its kinds of wording, however many sentences it has', () => {
  const label = {
    name: 'price',
    description: ' ',
    hypotheses: ['It is about price.', 'The price is named.'],
  };
  expect(wordingsOf(label)).toEqual([['price'], label.hypotheses]);
  const vector = labelVector([[Float32Array.of(1, 0)], [Float32Array.of(0, 1), Float32Array.of(0, 1)]]);
  expect([...vector]).toEqual([0.5, 0.5]);
  expect([...cosines(Float32Array.of(0, 1), [vector])]).toEqual([0.5]);
});
