import type { Run } from '../../../contract/index.ts';
import { f } from '../texts/index.ts';

export interface Compared {
  /** null: the average of all labels. */
  readonly name: string | null;
  /** F1 in the first and in the second run; null: the run did not measure that label. */
  readonly f1: readonly [number | null, number | null];
  /** Their 95 % intervals; null: none is kept. */
  readonly ranges: readonly [Range | null, Range | null];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Labels of two runs side by side, in the order of the first, then what only the second has; the average at last. */
export function compared(first: Run, second: Run): Compared[] {
  const a = new Map(first.metrics?.labels.map(byName));
  const b = new Map(second.metrics?.labels.map(byName));
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const row = (name: string): Compared => {
    const both = [a.get(name), b.get(name)] as const;
    return {
      name,
      f1: [f1Of(both[0]), f1Of(both[1])],
      ranges: [both[0]?.intervals?.f1 ?? null, both[1]?.intervals?.f1 ?? null],
    };
  };
  const average: Compared = {
    name: null,
    f1: [macroF1(first), macroF1(second)],
    ranges: [first.metrics?.macro.intervals?.f1 ?? null, second.metrics?.macro.intervals?.f1 ?? null],
  };
  return [...names.map(row), average];
}

type LabelFigures = NonNullable<Run['metrics']>['labels'][number];

const byName = (label: LabelFigures) => [label.name, label] as const;

const f1Of = (label: LabelFigures | undefined): number | null => (label?.judged ? label.f1 : null);

/** null: the run has no label that can be judged. */
export const macroF1 = ({ metrics }: Run): number | null =>
  metrics && metrics.labelsLeftOut < metrics.labels.length ? metrics.macro.f1 : null;

/** "+3.1" points, "−0.4", or an empty text where it can't be told. */
export function difference([a, b]: Compared['f1']): string {
  if (a === null || b === null) return '';
  const points = Math.round((b - a) * 1000) / 10;
  return f().points(points);
}
