const RIDGE = 1e-4;
const ROUNDS = 50;

export interface LogisticRow {
  /** The first is 1. */
  readonly x: readonly number[];
  /** 1 or 0. */
  readonly gold: number;
  readonly weight: number;
}

/**
 * Coefficients of a logistic regression, one per feature, by Newton's method, with a little ridge on all but the first.
 * rows: at least one, all with as many features.
 */
export function logisticRegression(rows: readonly LogisticRow[]): number[] {
  let weights = (rows[0]?.x ?? []).map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const step = newtonStep(rows, weights);
    weights = weights.map((w, i) => w - step[i]!);
    if (Math.hypot(...step) < 1e-9) break;
  }
  return weights;
}

function newtonStep(rows: readonly LogisticRow[], weights: readonly number[]): number[] {
  const size = weights.length;
  const gradient = weights.map((w, i) => (i === 0 ? 0 : 2 * RIDGE * w));
  const hessian = weights.map((_, i) => weights.map((_, j) => (i === j ? (i === 0 ? 1e-12 : 2 * RIDGE) : 0)));
  for (const { x, gold, weight } of rows) {
    const logit = x.reduce((sum, value, i) => sum + value * weights[i]!, 0);
    const p = 1 / (1 + Math.exp(-logit));
    for (let i = 0; i < size; i++) {
      gradient[i]! += weight * (p - gold) * x[i]!;
      for (let j = 0; j < size; j++) hessian[i]![j]! += weight * p * (1 - p) * x[i]! * x[j]!;
    }
  }
  return solve(hessian, gradient);
}

/** Gaussian elimination with pivoting; A is positive definite here. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const order = rows.slice(column).sort((a, b) => Math.abs(b[column]!) - Math.abs(a[column]!));
    rows.splice(column, order.length, ...order);
    const pivot = rows[column]!;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / pivot[column]!;
      for (let i = column; i <= size; i++) rows[row]![i]! -= factor * pivot[i]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
