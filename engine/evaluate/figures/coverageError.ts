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
    let least = Infinity;
    for (const [label, score] of scores.entries())
      if (decided?.[label] !== 0 && gold[label] === 1) least = Math.min(least, score);
    let read = 0;
    for (const [label, score] of scores.entries()) if (decided?.[label] !== 0 && score >= least) read += 1;
    return read;
  },
};
