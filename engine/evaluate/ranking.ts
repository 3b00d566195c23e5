/** One decided cell of a label: what is true and what the model said. */
export interface Ranked {
  readonly gold: boolean;
  readonly score: number;
}

/**
 * Average precision Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds, equal scores taken together, as scikit-learn's
 * `average_precision_score`; 0 without a positive.
 */
export function averagePrecision(cells: readonly Ranked[]): number {
  const positives = cells.reduce((count, { gold }) => count + (gold ? 1 : 0), 0);
  if (positives === 0) return 0;
  let sum = 0;
  let previous = 0;
  for (const { truePositives, falsePositives } of cuts(cells)) {
    sum += ((truePositives - previous) / positives) * (truePositives / (truePositives + falsePositives));
    previous = truePositives;
  }
  return sum;
}

/** What is predicted when the threshold is `score`. */
export interface Cut {
  readonly score: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** One cut per distinct score, the highest first. */
export function cuts(cells: readonly Ranked[]): Cut[] {
  const ordered = [...cells].sort((one, other) => other.score - one.score);
  const found: Cut[] = [];
  let truePositives = 0;
  let falsePositives = 0;
  for (const [position, { gold, score }] of ordered.entries()) {
    if (gold) truePositives += 1;
    else falsePositives += 1;
    if (ordered[position + 1]?.score !== score) found.push({ score, truePositives, falsePositives });
  }
  return found;
}
