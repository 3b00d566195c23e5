import type { Run } from '../../../contract/index.ts';
import { f } from '../texts/index.ts';

export interface Compared {
  /** null: the average of all labels. */
  readonly name: string | null;
  /** F1 in the first and in the second run; null: the run did not measure that label. */
  readonly f1: readonly [number | null, number | null];
}

/** Labels of two runs side by side, in the order of the first, then what only the second has; the average at last. */
export function compared(first: Run, second: Run): Compared[] {
  const a = new Map(first.metrics?.labels.map(f1Of));
  const b = new Map(second.metrics?.labels.map(f1Of));
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const row = (name: string): Compared => ({ name, f1: [a.get(name) ?? null, b.get(name) ?? null] });
  return [...names.map(row), { name: null, f1: [macroF1(first), macroF1(second)] }];
}

const f1Of = ({ name, f1, judged }: NonNullable<Run['metrics']>['labels'][number]) =>
  [name, judged ? f1 : null] as const;

/** null: the run has no label that can be judged. */
export const macroF1 = ({ metrics }: Run): number | null =>
  metrics && metrics.labelsLeftOut < metrics.labels.length ? metrics.macro.f1 : null;

/** "+3.1" points, "−0.4", or an empty text where it can't be told. */
export function difference([a, b]: Compared['f1']): string {
  if (a === null || b === null) return '';
  const points = Math.round((b - a) * 1000) / 10;
  return f().points(points);
}
