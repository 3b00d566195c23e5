import { expect, test } from 'vitest';
import { evaluate } from '../../../../engine/evaluate/metrics.ts';
import { decided, gold, labelNames, scores, table, thresholds } from '../judged.ts';

const coverage = (judged: Partial<Parameters<typeof evaluate>[0]>) =>
  evaluate({ gold, scores, labelNames, thresholds, ...judged }).figures.coverageError;

/* By the definition of sklearn.metrics.coverage_error: per document 2, 0, 3, 2, 3, 2, 3, 0. */
test('it is that of scikit-learn, equal scores taken together', () => {
  expect(coverage({})).toBeCloseTo(15 / 8, 12);
});

test('what is undecided is neither looked for nor read: 2, 0, 2, 2, 1, 2, 0', () => {
  expect(coverage({ decided })).toBeCloseTo(9 / 7, 12);
});

/* The example of scikit-learn's documentation: coverage_error(y_true, y_score) is 2.5. */
test('the documented example', () => {
  const documented = {
    gold: table([
      [1, 0, 0],
      [0, 0, 1],
    ]),
    scores: [Float32Array.of(0.75, 0.5, 1), Float32Array.of(1, 0.2, 0.1)],
  };
  expect(coverage({ ...documented, labelNames: ['a', 'b', 'c'], thresholds: [0.5, 0.5, 0.5] })).toBe(2.5);
});
