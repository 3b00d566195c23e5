import { averagePrecision } from '../../evaluate/ranking.ts';
import { OUTSIDE_LABELS, OUTSIDE_TEXTS } from './examples.ts';

/** How well a model answers for labels that no project taught it. */
export interface OutsideAbility {
  /** Mean over the labels of their average precision, 0 to 1. */
  readonly meanAveragePrecision: number;
  /** That were counted. */
  readonly labels: number;
  readonly texts: number;
}

/** Log-odds of entailment, [texts][sentences]. */
type Score = (
  texts: readonly string[],
  sentences: readonly string[],
) => Promise<readonly ArrayLike<number>[]>;

/** What a model answers for the built-in texts and labels: [texts][labels]. */
export const readOutside = (score: Score): Promise<readonly ArrayLike<number>[]> =>
  score(
    OUTSIDE_TEXTS.map(({ text }) => text),
    Object.values(OUTSIDE_LABELS),
  );

/**
 * How good these answers are. Labels that the project has too, whose names are given, are left out: what a training
 * teaches there is no loss or gain elsewhere.
 */
export function outsideAbility(
  answers: readonly ArrayLike<number>[],
  ownLabels: readonly string[],
): OutsideAbility {
  const own = new Set(ownLabels.map(folded));
  const precisions = Object.keys(OUTSIDE_LABELS).flatMap((name, column) =>
    own.has(folded(name))
      ? []
      : [
          averagePrecision(
            OUTSIDE_TEXTS.map(({ labels }, i) => ({
              gold: labels.some((one) => one === name),
              score: answers[i]?.[column] ?? Number.NaN,
            })),
          ),
        ],
  );
  return {
    meanAveragePrecision: precisions.reduce((sum, one) => sum + one, 0) / Math.max(1, precisions.length),
    labels: precisions.length,
    texts: OUTSIDE_TEXTS.length,
  };
}

/** "A refund", "refunds" and "the refund" are "refund". */
const folded = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^(an?|the)\s+/, '')
    .replace(/s$/, '');
