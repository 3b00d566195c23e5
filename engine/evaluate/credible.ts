import jStat from 'jstat';
import type { Random } from '../random.ts';
import type { Interval } from './bootstrap.ts';
import { type Counts, scoresOf } from './counts.ts';

/** Jeffreys' prior: half a case of each kind. */
const PRIOR = 0.5;
const CONFIDENCE = 0.95;
/** Of the macro average. */
const DRAWS = 2000;
/** Quantiles that a label's F1 is drawn from. */
const STRATA = 256;

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

/**
 * 95 % interval of the mean of these labels' F1: a draw takes one F1 of each label's distribution. Labels count as
 * independent. Undefined without a label.
 */
export function macroF1Interval(
  labels: readonly Counts[],
  random: Pick<Random, 'integer'>,
): Interval | undefined {
  if (labels.length === 0) return undefined;
  const tables = labels.map((counts) =>
    Float64Array.from({ length: STRATA }, (_, i) => f1Quantile(counts, (i + 0.5) / STRATA)),
  );
  const draws = Float64Array.from(
    { length: DRAWS },
    () => tables.reduce((sum, table) => sum + table[random.integer(STRATA)]!, 0) / labels.length,
  ).sort();
  const estimate = labels.reduce((sum, counts) => sum + scoresOf(counts).f1, 0) / labels.length;
  return around(estimate, (p) => draws[Math.round(p * (DRAWS - 1))]!);
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
