/** What a person asks of the suggestions of a label instead of the best F1, as a share between 0 and 1. */
export interface Target {
  /** Of what is suggested so much is right, or of what there is so much is suggested. */
  readonly of: 'precision' | 'recall';
  readonly least: number;
}

/** What suggestions of one label come to, as far as their probabilities tell. */
export interface Expected {
  /** Documents that the label is suggested for, and that have it. */
  readonly suggested: number;
  readonly positives: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
}

/** A share, and an interval that is meant to hold it 19 times in 20; see `WIDTH`. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The threshold that suggests as much as it can while a target is expected to be met, from calibrated probabilities alone,
 * without an answer. With p sorted from the top the expected precision of the first k is Σ_{i ≤ k} pᵢ / k, which falls with
 * k, and the expected recall Σ_{i ≤ k} pᵢ / Σ p, which rises (the plug-in rule of `expectedF1Threshold` for another measure:
 * Lewis 1995; Nan, Chai, Lee and Chieu 2012). For a precision it is the last k that meets it; for a recall the first,
 * for what is suggested beyond is less often right.
 *
 * probabilities: [documents]. Equal ones are suggested together or not at all. Where not even the first meets a precision
 * nothing is suggested: the threshold is 1 or, where one is certain, above what is there. 0.5 without documents.
 */
export function targetThreshold(probabilities: ArrayLike<number>, { of, least }: Target): number {
  const sorted = Float64Array.from(probabilities).sort().reverse();
  const total = sorted.reduce((sum, p) => sum + p, 0);
  if (!(total > 0)) return 0.5;
  const between = (k: number) => (sorted[k]! + (sorted[k + 1] ?? 0)) / 2;
  let threshold = 1;
  let sum = 0;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k]!;
    if (sorted[k + 1] === sorted[k]) continue;
    if (of === 'recall') {
      if (sum / total >= least - SLACK) return between(k);
    } else if (sum / (k + 1) >= least - SLACK) threshold = between(k);
    else break;
  }
  return threshold;
}

/** Rounding of sums must not decide. */
const SLACK = 1e-9;

/**
 * The expected precision and recall at a threshold, and how far chance may take them: with each document a yes by its
 * probability, independently, the number right among those suggested, R, and missed, M, are Poisson binomial, of variances
 * Σ p (1 − p) over them. The deviation of R / k is √var R / k, that of R / (R + M) by the delta method
 * √(M² var R + R² var M) / (R + M)². Intervals are `WIDTH` deviations within 0 and 1, for probabilities are wrong, too. Without a suggestion precision is 1, without a positive recall is.
 */
export function expectedAt(probabilities: ArrayLike<number>, threshold: number): Expected {
  let [suggested, right, missed, varianceRight, varianceMissed] = [0, 0, 0, 0, 0];
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (p >= threshold) {
      suggested += 1;
      right += p;
      varianceRight += p * (1 - p);
    } else {
      missed += p;
      varianceMissed += p * (1 - p);
    }
  }
  const positives = right + missed;
  const precision = suggested === 0 ? 1 : right / suggested;
  const recall = positives === 0 ? 1 : right / positives;
  const deviations = {
    precision: suggested === 0 ? 0 : Math.sqrt(varianceRight) / suggested,
    recall:
      positives === 0
        ? 0
        : Math.sqrt(missed ** 2 * varianceRight + right ** 2 * varianceMissed) / positives ** 2,
  };
  return {
    suggested,
    positives,
    precision: estimate(precision, deviations.precision),
    recall: estimate(recall, deviations.recall),
  };
}

/**
 * Of chance alone 1.96 deviations hold 95 %. On five sets, at targets of 80 and 90 % and 50 and 200 decided documents, they
 * held 66 to 87 %, and 3.2 held 95 %; on eight others these hold 86 to 95 % (docs/learning.md).
 */
const WIDTH = 3.2;

const estimate = (mean: number, deviation: number): Estimate => ({
  mean,
  low: Math.max(0, mean - WIDTH * deviation),
  high: Math.min(1, mean + WIDTH * deviation),
});
