import type { Figure } from './figure.ts';

/**
 * scikit-learn's `coverage_error`: how far down the suggestions, the likeliest first, one has to read until all labels
 * that apply were seen; equal scores count together, and a document without a label counts 0.
 */
export const coverageError: Figure = {
  name: 'coverageError',
  sentence: 'labels to read, the likeliest first, until all right ones are seen',
  unit: 'count',
  of({ gold, decided, scores }) {
    const there = [...scores.keys()].filter((label) => decided?.[label] !== 0);
    const least = Math.min(...there.filter((label) => gold[label] === 1).map((label) => scores[label] ?? 0));
    return there.filter((label) => (scores[label] ?? 0) >= least).length;
  },
};
