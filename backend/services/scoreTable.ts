import type { Project } from '../project/file.ts';
import { thresholdsOf } from './choosing.ts';

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

/** How many documents have a suggestion for some label. */
export function countSuggested(project: Project): number {
  const { columns: stored } = project.stores.suggestions;
  const ids = project.stores.labels.all().map(({ id }) => id);
  // A project that has just been opened need not wait until all of them are in memory.
  if (!stored.complete) {
    const count =
      'SELECT count(DISTINCT document_id) FROM suggestions WHERE label_id IN (SELECT value FROM json_each(?))';
    return project.db.prepare(count).pluck().get(JSON.stringify(ids)) as number;
  }
  const columns = stored.all();
  const live = ids.flatMap((id) => columns.get(id) ?? []);
  const [first, ...others] = live.sort((a, b) => b.length - a.length);
  if (!first) return 0;
  let count = 0;
  for (let id = 0; id < first.length; id++) {
    if (first[id]! >= 0 || others.some((column) => column[id]! >= 0)) count += 1;
  }
  return count;
}
