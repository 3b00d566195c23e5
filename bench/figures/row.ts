import type { Evaluation } from '../../contract/index.ts';
import { canBeJudged, type Metrics } from '../../engine/index.ts';
import type { CellsOfDocument } from './project.ts';

/** A line of the results: what Evaluate says, and what is true of the unseen documents at the same thresholds. */
export function rowOf<T extends object>({
  setting,
  evaluation,
  truth,
  cells,
}: {
  setting: T;
  evaluation: Evaluation | null;
  truth: Metrics;
  cells: readonly CellsOfDocument[];
}) {
  const judged = new Set(evaluation?.labels.filter(({ figures }) => figures).map(({ name }) => name));
  return {
    ...setting,
    on: evaluation?.on ?? null,
    atRandom: evaluation?.atRandom ?? null,
    documents: evaluation?.documents ?? 0,
    since: evaluation?.decidedSince ?? 0,
    macro: evaluation?.macro?.f1 ?? null,
    low: evaluation?.macro?.intervals.f1.low ?? null,
    high: evaluation?.macro?.intervals.f1.high ?? null,
    left: evaluation?.labelsLeftOut ?? 0,
    all: macroOf(truth),
    same: macroOf(truth, judged),
    labels: (evaluation?.labels ?? []).map(({ name, support, decided, figures }) => {
      const its = truth.labels.find((label) => label.name === name)!;
      return {
        name,
        support,
        decided,
        f1: figures?.f1 ?? null,
        low: figures?.intervals.f1.low ?? null,
        high: figures?.intervals.f1.high ?? null,
        true: canBeJudged(its) ? its.f1 : null,
        positives: its.support,
      };
    }),
    cells,
  };
}

/** Macro F1 of all labels that the unseen documents judge, or of some of them. */
function macroOf(truth: Metrics, only?: ReadonlySet<string>): number {
  const rows = truth.labels.filter((label) => canBeJudged(label) && (!only || only.has(label.name)));
  return rows.reduce((sum, { f1 }) => sum + f1, 0) / rows.length;
}

export type FiguresRow = ReturnType<typeof rowOf>;
