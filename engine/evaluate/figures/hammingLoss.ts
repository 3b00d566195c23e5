import type { Counts } from '../counts.ts';
import type { Figure } from './figure.ts';
import { shareOfDecisions } from './intervals.ts';

const cells = ({ truePositives, falsePositives, falseNegatives, trueNegatives }: Counts) =>
  truePositives + falsePositives + falseNegatives + trueNegatives;

const wrong = ({ falsePositives, falseNegatives }: Counts) => falsePositives + falseNegatives;

/** scikit-learn's `hamming_loss`: decisions that are wrong, each counting alike. */
export const hammingLoss: Figure = {
  name: 'hammingLoss',
  sentence: 'single decisions wrong',
  unit: 'share',
  of: ({ counts }) => wrong(counts) / cells(counts),
  weight: ({ counts }) => cells(counts),
  interval: (documents, sample) =>
    shareOfDecisions(
      documents.map(({ counts }) => ({ right: wrong(counts), wrong: cells(counts) - wrong(counts) })),
      sample,
    ),
};
