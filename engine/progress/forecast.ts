import type { LearningCurve } from './learningCurve.ts';

/** What more documents are expected to bring. */
export interface Forecast {
  /** More documents than are decided now. */
  readonly more: number;
  /** Of macro F1, as a difference; the range is meant to hold what comes four times in five. */
  readonly gain: number;
  readonly low: number;
  readonly high: number;
}

/** Exponents of the inverse power law that are tried. */
const EXPONENTS = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5];
/**
 * What decisions bring elsewhere: macro F1 per e-fold of documents, and how far projects differ in it. These and `WIDTH`
 * were chosen on five sets (bench/learn/standing.ts); docs/learning.md has how often ranges hold on eight others.
 */
const USUAL = { slope: 0.025, deviation: 0.02 };
/** How far the law is off beside what chance does, per e-fold. */
const MISFIT = 0.02;
/** Deviations that hold four cases of five, as of a normal distribution. */
const WIDTH = 1.28;
/** With fewer documents ranges are wide and hold too seldom (docs/learning.md). */
const LEAST_DOCUMENTS = 40;
const LEAST_SIZES = 3;

/**
 * What `more` documents would bring, chosen as those so far. Macro F1 after n documents is taken for a − b · n^−c, the
 * inverse power law (Figueroa, Zeng-Treitler, Kandula and Ngo 2012, "Predicting sample size required for classification
 * performance"), fitted by least squares to the learning curve and to each of its resamples, b never below 0. Few points of
 * few documents say little of a slope: what the law says is weighed against what decisions bring elsewhere, each by its
 * precision (the mean of two normal distributions, Gelman et al. 2013, section 2.5). The range adds what chance does to
 * one set of documents: how much doubling them changes from resample to resample.
 *
 * null, not known yet: fewer than 40 documents, or half of the labels can't be judged. labels: of the project.
 */
export function forecastGain(
  curve: LearningCurve | null,
  { more, labels }: { readonly more: number; readonly labels: number },
): Forecast | null {
  if (curve === null || curve.documents < LEAST_DOCUMENTS || curve.sizes.length < LEAST_SIZES) return null;
  if (2 * curve.judgedLabels < labels) return null;
  const { sizes, documents, resampled } = curve;
  const gains = resampled.map((macroF1) => gainByPowerLaw(sizes, macroF1, { from: documents, more }));
  const doubled = resampled.map((macroF1) => macroF1.at(-1)! - macroF1.at(-3)!);
  const steps = Math.log((documents + more) / documents);
  const usual = { mean: USUAL.slope * steps, variance: (USUAL.deviation * steps) ** 2 };
  const own = { mean: meanOf(gains), variance: varianceOf(gains) + (MISFIT * steps) ** 2 };
  const trust = usual.variance / (usual.variance + own.variance);
  const gain = usual.mean + trust * (own.mean - usual.mean);
  const width = WIDTH * Math.sqrt(trust * own.variance + varianceOf(doubled));
  // There is no more than all.
  const most = 1 - curve.macroF1.at(-1)!;
  return {
    more,
    gain: Math.min(gain, most),
    low: Math.min(gain, most) - width,
    high: Math.min(gain + width, most),
  };
}

/** What the law that is nearest to some points says of more documents; never below 0. */
export function gainByPowerLaw(
  sizes: readonly number[],
  macroF1: ArrayLike<number>,
  { from, more }: { readonly from: number; readonly more: number },
): number {
  const y = sizes.map((_, i) => macroF1[i]!);
  let best = { error: Number.POSITIVE_INFINITY, gain: 0 };
  for (const exponent of EXPONENTS) {
    const x = sizes.map((size) => -(size ** -exponent));
    const b = Math.max(0, slopeOf(x, y));
    const [mx, my] = [meanOf(x), meanOf(y)];
    const error = x.reduce((sum, xi, i) => sum + (y[i]! - my - b * (xi - mx)) ** 2, 0);
    const gain = b * (from ** -exponent - (from + more) ** -exponent);
    if (error < best.error) best = { error, gain };
  }
  return best.gain;
}

/** Of the least squares line. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [meanOf(x), meanOf(y)];
  let [product, square] = [0, 0];
  for (const [i, xi] of x.entries()) {
    product += (xi - mx) * (y[i]! - my);
    square += (xi - mx) ** 2;
  }
  return square === 0 ? 0 : product / square;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
}
