import type { Project } from '../project/file.ts';
import { thresholdsOf } from './choosing.ts';

/** Suggestions of all documents in memory, for sorting and choosing. */
export interface ScoreTable {
  /** Label id → from which probability on it is suggested. */
  readonly thresholds: ReadonlyMap<number, number>;
  /** The highest probability of a document, or that of one label; -1 without a suggestion. */
  highest(id: number, labelId?: number): number;
  /** How near the most doubtful label is to its threshold: 1 on it, 0 far away; -1 without a suggestion. */
  uncertainty(id: number): number;
}

const kept = new WeakMap<Project, { key: string; columns: Map<number, Float32Array> }>();

/** Read once, and again after suggestions changed. */
export function scoreTable(project: Project): ScoreTable {
  const labels = project.stores.labels.all();
  const tuned = thresholdsOf(project);
  const thresholds = new Map(labels.map(({ id }, i) => [id, tuned[i]!]));
  const columns = columnsOf(project);
  const live = labels.flatMap(({ id }) => {
    const column = columns.get(id);
    return column ? [{ column, threshold: thresholds.get(id)! }] : [];
  });
  const at = (column: Float32Array | undefined, id: number) => {
    const value = column?.[id];
    return value === undefined || Number.isNaN(value) ? -1 : value;
  };
  return {
    thresholds,
    highest: (id, labelId) =>
      labelId === undefined
        ? live.reduce((best, { column }) => Math.max(best, at(column, id)), -1)
        : at(columns.get(labelId), id),
    uncertainty: (id) =>
      live.reduce((best, { column, threshold }) => {
        const value = at(column, id);
        return value < 0 ? best : Math.max(best, 1 - Math.abs(value - threshold));
      }, -1),
  };
}

/** Label id → probabilities by document id; NaN where there is none. */
function columnsOf(project: Project): Map<number, Float32Array> {
  const { db, stores } = project;
  const key = String(db.prepare('SELECT total_changes()').pluck().get());
  const known = kept.get(project);
  if (known?.key === key) return known.columns;
  const size = (db.prepare('SELECT coalesce(max(id), 0) FROM documents').pluck().get() as number) + 1;
  const columns = new Map<number, Float32Array>();
  for (const { documentId, labelId, probability } of stores.suggestions.all()) {
    let column = columns.get(labelId);
    if (!column) {
      column = new Float32Array(size).fill(Number.NaN);
      columns.set(labelId, column);
    }
    column[documentId] = probability;
  }
  kept.set(project, { key, columns });
  return columns;
}
