import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NliClasses } from '../../../engine/nli/classes.ts';
import { labelProbabilities, logistic, logOdds } from '../../../engine/nli/probability.ts';

const three: NliClasses = { kind: 'three', contradiction: 0, neutral: 1, entailment: 2 };
const two: NliClasses = { kind: 'two', entailment: 0, contradiction: 1 };
const logit = fc.float({ min: -30, max: 30, noNaN: true });

test('the probability is the softmax over entailment and contradiction', () => {
  const log = Math.log;
  const logits = Float32Array.of(0, 9, 0, log(1), -9, log(3), log(4), 0, log(1));
  expect(Array.from(labelProbabilities(logits, three))).toEqual(
    [0.5, 0.75, 0.2].map((value) => expect.closeTo(value, 6)),
  );
  expect(Array.from(labelProbabilities(Float32Array.of(log(3), 0, 0, log(9)), two))).toEqual(
    [0.75, 0.1].map((value) => expect.closeTo(value, 6)),
  );
});

test('neutral, and what is added to all logits, do not matter; swapped classes give the rest to 1', () => {
  fc.assert(
    fc.property(logit, logit, logit, logit, (contradiction, neutral, entailment, added) => {
      const at = (...logits: number[]) => labelProbabilities(Float32Array.from(logits), three)[0] as number;
      const probability = at(contradiction, neutral, entailment);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(at(contradiction, added, entailment)).toBe(probability);
      expect(at(contradiction + added, neutral, entailment + added)).toBeCloseTo(probability, 4);
      expect(at(entailment, neutral, contradiction)).toBeCloseTo(1 - probability, 6);
    }),
    { seed: 1 },
  );
});

test('extreme logits do not overflow', () => {
  const logits = Float32Array.of(3e38, 0, -3e38, -3e38, 0, 3e38);
  expect(Array.from(labelProbabilities(logits, three))).toEqual([0, 1]);
});

test('a logit that is not a number gives no probability, and only in its pair', () => {
  const logits = Float32Array.of(Number.NaN, 0, 0, 0, 0, 0);
  expect(Array.from(labelProbabilities(logits, three))).toEqual([Number.NaN, 0.5]);
});

test('no pairs give no probabilities, and half a row is a broken invariant', () => {
  expect(labelProbabilities(new Float32Array(0), three)).toEqual(new Float32Array(0));
  expect(() => labelProbabilities(new Float32Array(4), three)).toThrow('4 logits are rows of 3');
});

test('log-odds undo the logistic function and are cut at 8', () => {
  expect(logOdds(logistic(2))).toBeCloseTo(2, 6);
  expect([logOdds(0), logOdds(1)]).toEqual([-8, 8]);
});
