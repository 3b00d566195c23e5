import { invariant } from '../errors.ts';
import {
  addCell,
  type Counts,
  eachDecided,
  type Judged,
  noCounts,
  predicted,
  ratio,
  type Scores,
  scoresOf,
  sumCounts,
} from './counts.ts';
import { averagePrecision, type Ranked } from './ranking.ts';

export interface LabelMetrics extends Scores {
  readonly name: string;
  /** Documents for which the label was accepted. */
  readonly support: number;
  readonly threshold: number;
  readonly averagePrecision: number;
}

export interface Metrics {
  readonly macro: Scores;
  readonly micro: Scores;
  readonly weighted: Scores;
  readonly samples: Scores;
  readonly subsetAccuracy: number;
  readonly hammingLoss: number;
  readonly meanAveragePrecision: number;
  readonly labels: readonly LabelMetrics[];
}

/**
 * Multi-label metrics with scikit-learn's definitions (`precision_recall_fscore_support` with `zero_division=0`,
 * `accuracy_score`, `hamming_loss`, `average_precision_score`).
 *
 * thresholds: one per label; a score at the threshold is a yes. Undecided cells count nowhere: a label without a
 * decided cell is in no average, a document without one in no document average; a document's subset is what was
 * decided. All numbers are finite. Throws `scores_invalid` when the score of a decided cell is not a number.
 */
export function evaluate({
  labelNames,
  thresholds,
  ...judged
}: Judged & { readonly labelNames: readonly string[]; readonly thresholds: ArrayLike<number> }): Metrics {
  invariant(thresholds.length === labelNames.length, `${labelNames.length} labels have thresholds`);
  invariant(
    judged.gold.every(({ length }) => length === labelNames.length),
    `documents are judged on ${labelNames.length} labels`,
  );
  const byLabel = labelNames.map(noCounts);
  const byDocument = judged.gold.map(noCounts);
  const cells = labelNames.map((): Ranked[] => []);
  eachDecided(judged, ({ document, label, gold, score }) => {
    const positive = predicted(score, thresholds[label] as number);
    addCell(byLabel[label] as Counts, gold, positive);
    addCell(byDocument[document] as Counts, gold, positive);
    cells[label]?.push({ gold, score });
  });

  const labels = labelNames.map((name, label): LabelMetrics => {
    const counts = byLabel[label] as Counts;
    return {
      name,
      support: counts.truePositives + counts.falseNegatives,
      ...scoresOf(counts),
      threshold: thresholds[label] as number,
      averagePrecision: averagePrecision(cells[label] as Ranked[]),
    };
  });
  const judgedLabels = labels.filter((_, label) => total(byLabel[label] as Counts) > 0);
  const judgedDocuments = byDocument.filter((counts) => total(counts) > 0);
  const all = sumCounts(byLabel);
  return {
    macro: meanScores(judgedLabels),
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
