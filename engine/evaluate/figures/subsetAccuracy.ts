import type { Figure } from './figure.ts';

/** scikit-learn's `accuracy_score` of tables: documents all of whose labels are right. */
export const subsetAccuracy: Figure = {
  name: 'subsetAccuracy',
  sentence: 'all labels of a document right',
  unit: 'share',
  of: ({ counts: { falsePositives, falseNegatives } }) => (falsePositives + falseNegatives === 0 ? 1 : 0),
};
