import jStat from 'jstat';
import type { Interval } from './bootstrap.ts';
import { CHOSEN_SD, logOdds, shareOf } from './chosen.ts';
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

/** With those that averages have not. */
export interface OwnRanges extends LabelRanges {
  readonly averagePrecision: Range;
  readonly kappa: Range;
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
 *
 * chosen: the documents are no random sample, so that other ones may differ by what choosing does to an average, too; a
 * single label may differ by more.
 */
export function labelIntervals(counts: Counts, { chosen }: { readonly chosen: boolean }): LabelIntervals {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = counts;
  const { precision, recall, f1 } = scoresOf(counts);
  return {
    precision: around(precision, (p) => jStat.beta.inv(p, tp + PRIOR, fp + PRIOR), chosen),
    recall: around(recall, (p) => jStat.beta.inv(p, tp + PRIOR, fn + PRIOR), chosen),
    f1: around(f1, (p) => f1Quantile(counts, p), chosen),
  };
}

/**
 * The same of average precision, the mean precision at a label's yeses: as many cases as there are yeses (Boyd, Eng and Page
 * 2013 on its binomial interval).
 */
export const averagePrecisionRange = (
  { support, averagePrecision: value }: { readonly support: number; readonly averagePrecision: number },
  { chosen }: { readonly chosen: boolean },
): Interval =>
  around(value, (p) => jStat.beta.inv(p, support * value + PRIOR, support * (1 - value) + PRIOR), chosen);

const f1Quantile = ({ truePositives: tp, falsePositives: fp, falseNegatives: fn }: Counts, p: number) => {
  const b = jStat.beta.inv(p, tp + PRIOR, fp + fn + 2 * PRIOR);
  return (2 * b) / (1 + b);
};

/** Standard deviations from the middle of a normal distribution to the ends of its 95 %. */
export const ENDS = 1.96;

function around(estimate: number, quantile: (p: number) => number, chosen: boolean): Interval {
  const tail = (1 - CONFIDENCE) / 2;
  const [low, high] = [quantile(tail), quantile(1 - tail)];
  const end = chosen ? farther(quantile(0.5)) : (own: number) => own;
  return { estimate, low: Math.min(estimate, end(low)), high: Math.max(estimate, end(high)) };
}

/** An end of an interval with what choosing does: the two are independent, so that their variances add up. */
function farther(middle: number): (end: number) => number {
  const from = logOdds(middle);
  return (end) => {
    const distance = logOdds(end) - from;
    return shareOf(from + Math.sign(distance) * Math.hypot(distance, ENDS * CHOSEN_SD));
  };
}
