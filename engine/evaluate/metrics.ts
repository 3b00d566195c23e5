import { invariant } from '../errors.ts';
import {
  addCell,
  type Counts,
  cohenKappa,
  eachDecided,
  type Judged,
  noCounts,
  predicted,
  ratio,
  type Scores,
  scoresOf,
  sumCounts,
} from './counts.ts';
import type { LabelRanges, Range } from './credible.ts';
import { averagePrecision, type Ranked } from './ranking.ts';

export interface LabelMetrics extends Scores {
  readonly name: string;
  /** Documents for which the label was accepted. */
  readonly support: number;
  /** Documents for which it was rejected. */
  readonly negatives: number;
  readonly threshold: number;
  readonly averagePrecision: number;
  /** Cohen's. */
  readonly kappa: number;
}

export interface Metrics {
  /** Over the labels that can be judged: with a document that has it and one that has not. */
  readonly macro: Scores;
  /** How many labels the macro averages leave out. */
  readonly labelsLeftOut: number;
  readonly micro: Scores;
  readonly weighted: Scores;
  readonly samples: Scores;
  readonly subsetAccuracy: number;
  readonly hammingLoss: number;
  readonly meanAveragePrecision: number;
  readonly labels: readonly LabelMetrics[];
}

/** Averages with their 95 % intervals, which are absent where no label can be judged and in runs of before version 0.2. */
export interface ScoresWithin extends Scores {
  readonly intervals?: LabelRanges | undefined;
}

/** As a finished run keeps them: before version 0.2 figures were at 0.5, there was no kappa, and nothing told which labels could be judged. */
export interface KeptMetrics extends Omit<Metrics, 'labelsLeftOut' | 'labels'> {
  readonly labelsLeftOut?: number | undefined;
  readonly macro: ScoresWithin;
  readonly micro: ScoresWithin;
  readonly meanAveragePrecisionInterval?: Range | undefined;
  readonly labels: readonly (Omit<LabelMetrics, 'negatives' | 'kappa'> & {
    readonly negatives?: number | undefined;
    readonly kappa?: number | undefined;
    readonly intervals?: LabelRanges | undefined;
  })[];
}

/**
 * Multi-label metrics with scikit-learn's definitions (`precision_recall_fscore_support` with `zero_division=0`,
 * `accuracy_score`, `hamming_loss`, `average_precision_score`).
 *
 * thresholds: one per label; a score at the threshold is a yes. documentThresholds, [documents][labels]: what decides
 * instead, where a document's thresholds were found without it.
 *
 * Undecided cells count nowhere: a document without a decided cell is in no document average; a document's subset is what
 * was decided. A label without both a yes and a no has no macro average to be in, which scikit-learn takes for 0 or 1. All
 * numbers are finite. Throws `scores_invalid` when the score of a decided cell is not a number.
 */
export function evaluate({
  labelNames,
  thresholds,
  documentThresholds,
  ...judged
}: Judged & {
  readonly labelNames: readonly string[];
  readonly thresholds: ArrayLike<number>;
  readonly documentThresholds?: readonly ArrayLike<number>[] | undefined;
}): Metrics {
  invariant(thresholds.length === labelNames.length, `${labelNames.length} labels have thresholds`);
  invariant(
    judged.gold.every(({ length }) => length === labelNames.length),
    `documents are judged on ${labelNames.length} labels`,
  );
  const byLabel = labelNames.map(noCounts);
  const byDocument = judged.gold.map(noCounts);
  const cells = labelNames.map((): Ranked[] => []);
  eachDecided(judged, ({ document, label, gold, score }) => {
    const own = documentThresholds?.[document] ?? thresholds;
    const positive = predicted(score, own[label] as number);
    addCell(byLabel[label] as Counts, gold, positive);
    addCell(byDocument[document] as Counts, gold, positive);
    cells[label]?.push({ gold, score });
  });

  const labels = labelNames.map((name, label): LabelMetrics => {
    const counts = byLabel[label] as Counts;
    return {
      name,
      support: counts.truePositives + counts.falseNegatives,
      negatives: counts.falsePositives + counts.trueNegatives,
      ...scoresOf(counts),
      threshold: thresholds[label] as number,
      averagePrecision: averagePrecision(cells[label] as Ranked[]),
      kappa: cohenKappa(counts),
    };
  });
  const judgedLabels = labels.filter(canBeJudged);
  const judgedDocuments = byDocument.filter((counts) => total(counts) > 0);
  const all = sumCounts(byLabel);
  return {
    macro: meanScores(judgedLabels),
    labelsLeftOut: labels.length - judgedLabels.length,
    micro: scoresOf(all),
    weighted: meanScores(
      labels,
      labels.map(({ support }) => support),
    ),
    samples: meanScores(judgedDocuments.map(scoresOf)),
    subsetAccuracy: mean(judgedDocuments.map((counts) => (errors(counts) === 0 ? 1 : 0))),
    hammingLoss: ratio(errors(all), total(all)),
    meanAveragePrecision: mean(judgedLabels.map((label) => label.averagePrecision)),
    labels,
  };
}

/** Whether precision, recall and F1 of a label say anything: it takes a yes and a no. */
export const canBeJudged = ({
  support,
  negatives = 1,
}: {
  readonly support: number;
  readonly negatives?: number | undefined;
}): boolean => support > 0 && negatives > 0;

const errors = ({ falsePositives, falseNegatives }: Counts) => falsePositives + falseNegatives;

const total = (counts: Counts) => errors(counts) + counts.truePositives + counts.trueNegatives;

const mean = (values: readonly number[], weights = values.map(() => 1)) =>
  ratio(
    values.reduce((sum, value, position) => sum + value * (weights[position] as number), 0),
    weights.reduce((sum, weight) => sum + weight, 0),
  );

const meanScores = (rows: readonly Scores[], weights?: number[]): Scores => ({
  precision: mean(
    rows.map(({ precision }) => precision),
    weights,
  ),
  recall: mean(
    rows.map(({ recall }) => recall),
    weights,
  ),
  f1: mean(
    rows.map(({ f1 }) => f1),
    weights,
  ),
});
