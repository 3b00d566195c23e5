import { invariant } from '../errors.ts';

/** One decided cell of a label: what is true and what the model said. */
export interface Ranked {
  readonly gold: boolean;
  readonly score: number;
}

/** What is predicted when the threshold is `score`. */
export interface Cut {
  readonly score: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** Cuts of a label as columns, one per distinct score, the highest first. */
export interface Cuts {
  readonly scores: Float64Array;
  readonly truePositives: Uint32Array;
  readonly falsePositives: Uint32Array;
}

/**
 * Average precision Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds, equal scores taken together, as scikit-learn's
 * `average_precision_score`; 0 without a positive.
 */
export function averagePrecision(cells: readonly Ranked[]): number {
  return averagePrecisionOf(cutsOfCells(cells));
}

/** The same of cuts. */
export function averagePrecisionOf({ truePositives, falsePositives }: Cuts): number {
  const positives = truePositives.at(-1) ?? 0;
  if (positives === 0) return 0;
  let sum = 0;
  let previous = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const right = truePositives[k]!;
    sum += ((right - previous) / positives) * (right / (right + falsePositives[k]!));
    previous = right;
  }
  return sum;
}

/** One cut per distinct score, the highest first. */
export function cuts(cells: readonly Ranked[]): Cut[] {
  const { scores, truePositives, falsePositives } = cutsOfCells(cells);
  return Array.from(scores, (score, k) => ({
    score,
    truePositives: truePositives[k]!,
    falsePositives: falsePositives[k]!,
  }));
}

const cutsOfCells = (cells: readonly Ranked[]): Cuts => {
  const scoresOf = (kind: boolean) =>
    Float64Array.from(cells.filter(({ gold }) => gold === kind).map(({ score }) => score));
  return cutsOf(scoresOf(true), scoresOf(false));
};

/** From the scores of positives and of negatives, which it sorts in place. */
export function cutsOf(positives: Float64Array, negatives: Float64Array): Cuts {
  positives.sort();
  negatives.sort();
  // Not-a-number is sorted last.
  invariant(![positives.at(-1), negatives.at(-1)].some(Number.isNaN), 'scores are numbers');
  const most = positives.length + negatives.length;
  const scores = new Float64Array(most);
  const truePositives = new Uint32Array(most);
  const falsePositives = new Uint32Array(most);
  let count = 0;
  let [p, n] = [positives.length - 1, negatives.length - 1];
  while (p >= 0 || n >= 0) {
    const score = Math.max(positives[p] ?? -Infinity, negatives[n] ?? -Infinity);
    while (p >= 0 && positives[p] === score) p -= 1;
    while (n >= 0 && negatives[n] === score) n -= 1;
    scores[count] = score;
    truePositives[count] = positives.length - 1 - p;
    falsePositives[count] = negatives.length - 1 - n;
    count += 1;
  }
  return {
    scores: scores.subarray(0, count),
    truePositives: truePositives.subarray(0, count),
    falsePositives: falsePositives.subarray(0, count),
  };
}

/** Which cut has this score, which must be one of theirs. */
export function cutAt({ scores }: Cuts, score: number): number {
  let [low, high] = [0, scores.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle]! > score) low = middle + 1;
    else high = middle;
  }
  return low;
}
