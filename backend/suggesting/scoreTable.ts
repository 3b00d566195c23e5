import type { Project } from '../project/file.ts';
import { suggestionsOf } from './reader.ts';
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
  const suggestions = suggestionsOf(project);
  const tuned = thresholdsOf(project);
  const thresholds = new Map(suggestions.labelIds.map((id, i) => [id, tuned[i]!]));
  return {
    thresholds,
    probability: (id, labelId) => suggestions.probability(id, labelId),
    highest(id, labelId) {
      // NaN compares as false.
      if (labelId !== undefined) {
        const own = suggestions.probability(id, labelId);
        return own >= 0 ? own : -1;
      }
      let best = -1;
      for (const label of suggestions.labelIds) {
        const own = suggestions.probability(id, label);
        if (own > best) best = own;
      }
      return best;
    },
    uncertainty(id) {
      let best = -1;
      for (const [label, threshold] of thresholds) {
        const doubt = 1 - Math.abs(suggestions.probability(id, label) - threshold);
        if (doubt > best) best = doubt;
      }
      return best;
    },
  };
}
