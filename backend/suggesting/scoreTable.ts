import type { Project } from '../project/file.ts';
import { thresholdsOf } from './thresholds.ts';

/** Suggestions of all documents, for sorting and comparing. */
export interface ScoreTable {
  /** Label id → from which probability on it is suggested. */
  readonly thresholds: ReadonlyMap<number, number>;
  /** The probability of a label; NaN without a suggestion. */
  probability(id: number, labelId: number): number;
  /** The highest probability of a document, or that of one label; -1 without a suggestion. */
  highest(id: number, labelId?: number): number;
  /** How near the most doubtful label is to its threshold: 1 on it, 0 far away; -1 without a suggestion. */
  uncertainty(id: number): number;
}

export function scoreTable(project: Project): ScoreTable {
  const labels = project.stores.labels.all();
  const tuned = thresholdsOf(project);
  const thresholds = new Map(labels.map(({ id }, i) => [id, tuned[i]!]));
  const columns = project.stores.suggestions.columns.all();
  const live = labels.flatMap(({ id }) => {
    const column = columns.get(id);
    return column ? [{ column, threshold: thresholds.get(id)! }] : [];
  });
  const probability = (id: number, labelId: number) => columns.get(labelId)?.[id] ?? Number.NaN;
  return {
    thresholds,
    probability,
    highest(id, labelId) {
      let best = -1;
      if (labelId !== undefined) {
        const own = probability(id, labelId);
        return own >= 0 ? own : -1;
      }
      // NaN compares as false.
      for (const { column } of live) if (column[id]! > best) best = column[id]!;
      return best;
    },
    uncertainty(id) {
      let best = -1;
      for (const { column, threshold } of live) {
        const doubt = 1 - Math.abs(column[id]! - threshold);
        if (doubt > best) best = doubt;
      }
      return best;
    },
  };
}
