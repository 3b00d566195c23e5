import { highestFirst, type Pick } from './pick.ts';
import type { Strategy } from './strategy.ts';

export type UncertaintyMeasure = 'leastConfidence' | 'margin' | 'entropy';

export interface UncertaintyOptions {
  readonly measure: UncertaintyMeasure;
  /** Whether a document is as uncertain as its labels on average or as its most uncertain label. */
  readonly over: 'mean' | 'max';
  /** One per label, used by `margin`; 0.5 when absent. */
  readonly thresholds?: ArrayLike<number> | undefined;
}

/**
 * Candidates by how unsure the model is of them, the most uncertain first (Settles 2009, section 3.1, each label
 * taken as a binary question).
 *
 * scores: [candidates][labels], probabilities. Per label, all in [0, 1]: leastConfidence 2·min(p, 1 − p); margin
 * 1 − |p − t| / max(t, 1 − t), nearness to the label's threshold t; entropy in bits.
 */
export function pickUncertain(scores: readonly Float32Array[], options: UncertaintyOptions): Pick[] {
  return highestFirst(
    scores.map((row) => uncertainty(row, options)),
    'uncertainty',
  );
}

/** How unsure the model is of one document. scores: [labels] → [0, 1]; 0 without labels. */
export function uncertainty(scores: Float32Array, { measure, over, thresholds }: UncertaintyOptions): number {
  let sum = 0;
  let highest = 0;
  for (let label = 0; label < scores.length; label++) {
    const value = labelUncertainty(scores[label] as number, measure, thresholds?.[label] ?? 0.5);
    sum += value;
    highest = Math.max(highest, value);
  }
  if (scores.length === 0) return 0;
  return over === 'max' ? highest : sum / scores.length;
}

function labelUncertainty(probability: number, measure: UncertaintyMeasure, threshold: number): number {
  switch (measure) {
    case 'leastConfidence':
      return 2 * Math.min(probability, 1 - probability);
    case 'margin':
      return 1 - Math.abs(probability - threshold) / Math.max(threshold, 1 - threshold);
    case 'entropy':
      return -bits(probability) - bits(1 - probability);
    default:
      return measure satisfies never;
  }
}

/** p · log₂ p, 0 at 0. */
const bits = (probability: number) => (probability > 0 ? probability * Math.log2(probability) : 0);

export const mostUncertain: Strategy = {
  name: 'uncertainty',
  sentence: 'Most uncertain',
  pick: ({ scores }, { limit }) =>
    pickUncertain(scores, { measure: 'entropy', over: 'mean' }).slice(0, limit),
};

export const leastConfident: Strategy = {
  name: 'least-confidence',
  sentence: 'Least confident',
  pick: ({ scores }, { limit }) =>
    pickUncertain(scores, { measure: 'leastConfidence', over: 'max' }).slice(0, limit),
};
