import type { Counts } from '../counts.ts';
import type { Figure } from './figure.ts';

const cells = ({ truePositives, falsePositives, falseNegatives, trueNegatives }: Counts) =>
  truePositives + falsePositives + falseNegatives + trueNegatives;

/** scikit-learn's `hamming_loss`: decisions that are wrong, each counting alike. */
export const hammingLoss: Figure = {
  name: 'hammingLoss',
  sentence: 'single decisions wrong',
  unit: 'share',
  of: ({ counts }) => (counts.falsePositives + counts.falseNegatives) / cells(counts),
  weight: ({ counts }) => cells(counts),
};
