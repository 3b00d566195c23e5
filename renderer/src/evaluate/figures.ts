import type { LabelEvaluation } from '../../../contract/index.ts';

export interface AtThreshold {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Documents that would be suggested, and how many of them rightly. */
  readonly suggested: number;
  readonly right: number;
}

type Measured = Pick<LabelEvaluation, 'curve' | 'support'>;

/**
 * What a label would score if it were suggested from `threshold` on. The curve has a point per score that occurs, the
 * highest first: what is suggested from a threshold on is what the least score above it suggests.
 */
export function atThreshold({ curve, support }: Measured, threshold: number): AtThreshold {
  const point = curve.findLast((one) => one.threshold >= threshold);
  if (!point) return { precision: 0, recall: 0, f1: 0, suggested: 0, right: 0 };
  const { precision, recall } = point;
  const right = Math.round(recall * support);
  const suggested = precision > 0 ? Math.round(right / precision) : 0;
  const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { precision, recall, f1, suggested, right };
}

/**
 * Whether the figures of a label, each document judged at the threshold that the others chose, are seen to be others than
 * those at today's threshold.
 */
export function differFromNow({
  figures,
  crossFitted,
  threshold,
  ...measured
}: Pick<LabelEvaluation, 'figures' | 'crossFitted' | 'threshold'> & Measured): boolean {
  if (!figures || !crossFitted) return false;
  const now = atThreshold(measured, threshold);
  // As many digits as both are shown with.
  return (['precision', 'recall', 'f1'] as const).some(
    (name) => Math.round(1000 * now[name]) !== Math.round(1000 * figures[name]),
  );
}

/** The threshold with the best F1 on what was measured; the higher of two alike. null: there is no curve. */
export function bestThreshold(label: Measured): number | null {
  let best: number | null = null;
  let most = -1;
  for (const { threshold } of label.curve) {
    const { f1 } = atThreshold(label, threshold);
    if (f1 > most) {
      most = f1;
      best = threshold;
    }
  }
  return best;
}

/** Figures beside those of the threshold. */
export const RANKED = ['averagePrecision', 'kappa'] as const;
export const COLUMNS = ['name', 'support', 'precision', 'recall', 'f1', ...RANKED] as const;
export type Column = (typeof COLUMNS)[number];

/** Labels by a column: names from a to z, figures from the lowest, which is where work helps most. */
export function sorted(labels: readonly LabelEvaluation[], column: Column): LabelEvaluation[] {
  const byName = (a: LabelEvaluation, b: LabelEvaluation) => a.name.localeCompare(b.name);
  if (column === 'name') return [...labels].sort(byName);
  // What can't be judged needs decisions first of all.
  const figure = (label: LabelEvaluation) =>
    column === 'support' ? label.support : (label.figures?.[column] ?? -1);
  return [...labels].sort((a, b) => figure(a) - figure(b) || byName(a, b));
}
