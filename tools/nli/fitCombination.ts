import { evaluate } from '../../engine/evaluate/metrics.ts';
import { evidenceOf, type FusionWeights, fuse } from '../../engine/zeroshot/fusion.ts';
import type { SetReadings } from './readings.ts';
import { goldOf } from './zeroShotTable.ts';

/** What is chosen and not fitted: changing any by a factor of two changed little (docs/zero-shot-recipes.md). */
const CHOSEN = { sharpness: 20, prior: -2, priorDocuments: 8 };
const RIDGE = 1e-4;
const ROUNDS = 50;

interface Row {
  /** 1, o, o − ō, k. */
  readonly x: readonly [number, number, number, number];
  readonly gold: number;
  /** Every set counts the same. */
  readonly weight: number;
}

/**
 * Coefficients by logistic regression (Newton's method, a little ridge) over all text-label pairs, every set counting the
 * same; then the bias is moved so that 0.5 is the threshold of the best macro-F1, averaged over the sets.
 */
export function fitCombination(sets: readonly SetReadings[]): FusionWeights {
  const rows = sets.flatMap(rowsOf);
  let weights = [0, 0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const step = newtonStep(rows, weights);
    weights = weights.map((w, i) => w - step[i]!);
    if (Math.hypot(...step) < 1e-9) break;
  }
  const [bias, entailment, centred, competition] = weights as [number, number, number, number];
  const calibrated = { bias, entailment, centred, competition, ...CHOSEN };
  return { ...calibrated, bias: bias + bestShift(sets, calibrated) };
}

function rowsOf({ set, texts, priors }: SetReadings): Row[] {
  const weight = 1 / (texts.length * set.labels.length);
  return texts.flatMap((readings, text) =>
    evidenceOf(CHOSEN, priors, readings).map(({ odds, centred, competition }, label) => ({
      x: [1, odds, centred, competition] as const,
      gold: set.texts[text]!.labels.includes(label) ? 1 : 0,
      weight,
    })),
  );
}

function newtonStep(rows: readonly Row[], weights: readonly number[]): number[] {
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

const SHIFTS = Array.from({ length: 61 }, (_, i) => -0.5 + i * 0.05);
/** Neighbouring shifts averaged, so that no lucky one is taken. */
const SMOOTHED = 3;

function bestShift(sets: readonly SetReadings[], combination: FusionWeights): number {
  const f1 = SHIFTS.map((shift) => {
    const shifted = { ...combination, bias: combination.bias + shift };
    return sets.reduce((sum, set) => sum + macroF1(set, shifted), 0) / sets.length;
  });
  const smooth = f1.map((_, i) => {
    const near = f1.slice(Math.max(0, i - SMOOTHED), i + SMOOTHED + 1);
    return near.reduce((sum, x) => sum + x, 0) / near.length;
  });
  return SHIFTS[smooth.indexOf(Math.max(...smooth))]!;
}

function macroF1({ set, texts, priors }: SetReadings, combination: FusionWeights): number {
  const labelNames = set.labels.map(({ name }) => name);
  const scores = texts.map((readings) => fuse(combination, priors, readings));
  return evaluate({ gold: goldOf(set), scores, labelNames, thresholds: labelNames.map(() => 0.5) }).macro.f1;
}
