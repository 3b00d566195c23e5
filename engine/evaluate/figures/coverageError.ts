import type { DecidedDocument, Figure } from './figure.ts';
import { meanCount } from './intervals.ts';

/**
 * scikit-learn's `coverage_error`: how far down the suggestions, the likeliest first, one has to read until all labels
 * that apply were seen; equal scores count together, and a document without a label counts 0.
 */
export const coverageError: Figure = {
  name: 'coverageError',
  sentence: 'labels to read, the likeliest first, until all right ones are seen',
  unit: 'count',
  of: read,
  *interval(documents, sample) {
    const values: number[] = [];
    for (const document of documents) {
      values.push(read(document));
      yield;
    }
    const labels = documents[0]?.scores.length ?? 0;
    return meanCount(values, labels, sample);
  },
};

function read({ gold, decided, scores }: DecidedDocument): number {
  let least = Infinity;
  for (const [label, score] of scores.entries())
    if (decided?.[label] !== 0 && gold[label] === 1) least = Math.min(least, score);
  let count = 0;
  for (const [label, score] of scores.entries()) if (decided?.[label] !== 0 && score >= least) count += 1;
  return count;
}
