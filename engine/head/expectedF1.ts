/**
 * The threshold whose expected F1 over `probabilities` is highest, from calibrated probabilities alone, without an
 * answer: with p sorted from the top, the k-th p that maximises 2 Σ_{i ≤ k} pᵢ / (k + Σ p), which is the plug-in of the
 * optimal F1 set (Nan, Chai, Lee and Chieu 2012; Lipton, Elkan and Naryanaswamy 2014).
 *
 * probabilities: [documents]. The threshold lies halfway to the next lower probability, so that equal cases fall on one
 * side and small changes change nothing. 0.5 where there is no document or none has a probability.
 */
export function expectedF1Threshold(probabilities: ArrayLike<number>): number {
  const sorted = Float64Array.from(probabilities).sort().reverse();
  let total = 0;
  for (const p of sorted) total += p;
  if (!(total > 0)) return 0.5;
  let sum = 0;
  let best = -1;
  let threshold = 0.5;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k]!;
    // Equal probabilities are suggested together or not at all.
    if (sorted[k + 1] === sorted[k]) continue;
    const f1 = (2 * sum) / (k + 1 + total);
    if (f1 > best) {
      best = f1;
      threshold = (sorted[k]! + (sorted[k + 1] ?? 0)) / 2;
    }
  }
  return threshold;
}

/** Below it a suggestion is right less than one time in five. */
const LEAST_THRESHOLD = 0.2;

/**
 * From which probability on a label is worth suggesting: the threshold of the highest expected F1, but never below 0.2.
 * Where a label occurs hardly anywhere, expected F1 suggests it on documents that almost certainly lack it, and who accepts
 * suggestions with one key would say yes to them. What that costs: docs/decisions/017-learning-from-decisions.md.
 */
export const suggestionThreshold = (probabilities: ArrayLike<number>): number =>
  Math.max(LEAST_THRESHOLD, expectedF1Threshold(probabilities));
