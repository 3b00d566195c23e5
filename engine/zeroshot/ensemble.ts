import { logistic } from '../nli/probability.ts';

/**
 * Probabilities per label from those of its sentences: the mean.
 *
 * probabilities: [hypotheses]; labelOf: [hypotheses], the label of each → [labels]. A label without a sentence is 0.
 */
export function meanPerLabel(
  probabilities: ArrayLike<number>,
  labelOf: readonly number[],
  labels: number,
): Float32Array {
  const sums = new Float64Array(labels);
  const counts = new Float64Array(labels);
  labelOf.forEach((label, i) => {
    sums[label]! += probabilities[i]!;
    counts[label]! += 1;
  });
  return Float32Array.from(sums, (sum, label) => (counts[label]! > 0 ? sum / counts[label]! : 0));
}

/** The sentences of all labels in one list, and the label of each. hypotheses: [labels][sentences]. */
export function flattenHypotheses(hypotheses: readonly (readonly string[])[]): {
  sentences: string[];
  labelOf: number[];
} {
  return {
    sentences: hypotheses.flat(),
    labelOf: hypotheses.flatMap((own, label) => own.map(() => label)),
  };
}

/**
 * Log-odds of a label from those of its sentences: those of the mean of their probabilities.
 *
 * odds: [sentences], at least one → log-odds; the mean is taken of p and of 1 − p, so that nothing is lost where all
 * sentences are near certain. NaN without a sentence.
 */
export function labelOdds(odds: ArrayLike<number>): number {
  if (odds.length === 1) return odds[0]!;
  let yes = 0;
  let no = 0;
  for (let i = 0; i < odds.length; i++) {
    yes += logistic(odds[i]!);
    no += logistic(-odds[i]!);
  }
  return Math.log(yes) - Math.log(no);
}
