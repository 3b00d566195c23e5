/** Why a document should be labelled next: the name of a strategy; or "random" and why, where a strategy can't choose. */
export type Reason = string;

/** Whether chance chose. */
export const isRandom = (reason: Reason): boolean => reason === 'random' || reason.startsWith('random, ');

/** A document chosen for labelling. */
export interface Pick {
  /** Into the candidates that were given. */
  readonly index: number;
  /** How much the strategy wants it; comparable only within one reason. */
  readonly score: number;
  readonly reason: Reason;
}

/** All candidates, the highest score first, equal ones in order. A score that is not a number is a 0 that comes last. */
export function highestFirst(scores: readonly number[], reason: Reason): Pick[] {
  const isNumber = ({ index }: Pick) => (Number.isNaN(scores[index]) ? 0 : 1);
  return scores
    .map((score, index): Pick => ({ index, score: Number.isNaN(score) ? 0 : score, reason }))
    .sort(
      (one, other) => isNumber(other) - isNumber(one) || other.score - one.score || one.index - other.index,
    );
}
