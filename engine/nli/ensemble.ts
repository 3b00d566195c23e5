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
