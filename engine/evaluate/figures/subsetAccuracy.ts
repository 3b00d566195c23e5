import type { DecidedDocument, Figure } from './figure.ts';
import { shareOfDocuments } from './intervals.ts';

const allRight = ({ counts: { falsePositives, falseNegatives } }: DecidedDocument) =>
  falsePositives + falseNegatives === 0 ? 1 : 0;

/** scikit-learn's `accuracy_score` of tables: documents all of whose labels are right. */
export const subsetAccuracy: Figure = {
  name: 'subsetAccuracy',
  sentence: 'all labels of a document right',
  unit: 'share',
  of: allRight,
  interval: (documents, sample) => shareOfDocuments(documents.map(allRight), sample),
};
