import jStat from 'jstat';
import type { Interval } from './bootstrap.ts';
import { type Counts, scoresOf } from './counts.ts';

/** Jeffreys' prior: half a case of each kind. */
const PRIOR = 0.5;
const CONFIDENCE = 0.95;

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** 95 % credible intervals of a label's figures on new documents. */
export interface LabelRanges {
  readonly precision: Range;
  readonly recall: Range;
  readonly f1: Range;
}

/** Intervals of a label's figures; each holds its estimate. */
export interface LabelIntervals {
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
}

/**
 * 95 % credible intervals of precision, recall and F1 of new documents, from the cases counted on these (Goutte and
 * Gaussier 2005, equations 4 to 11, with λ = 1/2): precision ~ Beta(tp + λ, fp + λ), recall ~ Beta(tp + λ, fn + λ), and
 * F1 = 2b / (1 + b) with b ~ Beta(tp + λ, fp + fn + 2λ). Unlike resampling, they stay wide where cases are few: two yeses,
 * both found, do not show that all will be.
 */
export function labelIntervals(counts: Counts): LabelIntervals {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = counts;
  const { precision, recall, f1 } = scoresOf(counts);
  return {
    precision: around(precision, (p) => jStat.beta.inv(p, tp + PRIOR, fp + PRIOR)),
    recall: around(recall, (p) => jStat.beta.inv(p, tp + PRIOR, fn + PRIOR)),
    f1: around(f1, (p) => f1Quantile(counts, p)),
  };
}

const f1Quantile = ({ truePositives: tp, falsePositives: fp, falseNegatives: fn }: Counts, p: number) => {
  const b = jStat.beta.inv(p, tp + PRIOR, fp + fn + 2 * PRIOR);
  return (2 * b) / (1 + b);
};

function around(estimate: number, quantile: (p: number) => number): Interval {
  const tail = (1 - CONFIDENCE) / 2;
  return {
    estimate,
    low: Math.min(estimate, quantile(tail)),
    high: Math.max(estimate, quantile(1 - tail)),
  };
}
