import { must } from '../../process/must.ts';
import { invariant } from '../errors.ts';
import { atOnce, inTurns, type Steps } from '../turns.ts';
import {
  addCell,
  type Counts,
  cohenKappa,
  eachDecidedOf,
  type Judged,
  noCounts,
  predicted,
  ratio,
  type Scores,
  scoresOf,
  sumCounts,
} from './counts.ts';
import type { LabelRanges, Range } from './credible.ts';
import { figuresOf } from './figures/all.ts';
import type { DecidedDocument } from './figures/figure.ts';
import { hammingLoss } from './figures/hammingLoss.ts';
import { subsetAccuracy } from './figures/subsetAccuracy.ts';
import { averagePrecisionOf, cutsOf } from './ranking.ts';

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
  /** As in `figures`, for runs of before are read by it. */
  readonly subsetAccuracy: number;
  readonly hammingLoss: number;
  /** By name: `FIGURES`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly meanAveragePrecision: number;
  readonly labels: readonly LabelMetrics[];
}

/** Averages with their 95 % intervals, which are absent where no label can be judged and in runs of before version 0.2. */
export interface ScoresWithin extends Scores {
  readonly intervals?: LabelRanges | undefined;
}

/** Runs of before have no intervals of average precision and kappa. */
interface KeptRanges extends LabelRanges {
  readonly averagePrecision?: Range | undefined;
  readonly kappa?: Range | undefined;
}

/** As a finished run keeps them: before version 0.2 figures were at 0.5, there was no kappa, and nothing told which labels could be judged. */
export interface KeptMetrics extends Omit<Metrics, 'labelsLeftOut' | 'figures' | 'labels'> {
  readonly labelsLeftOut?: number | undefined;
  /** Absent in runs of before version 0.2. */
  readonly figures?: Readonly<Record<string, number>> | undefined;
  readonly macro: ScoresWithin;
  readonly micro: ScoresWithin;
  readonly weighted: ScoresWithin;
  readonly samples: ScoresWithin;
  /** Of `figures`. */
  readonly figureIntervals?: Readonly<Record<string, Range>> | undefined;
  readonly meanAveragePrecisionInterval?: Range | undefined;
  readonly labels: readonly (Omit<LabelMetrics, 'negatives' | 'kappa'> & {
    readonly negatives?: number | undefined;
    readonly kappa?: number | undefined;
    readonly intervals?: KeptRanges | undefined;
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
export const evaluate = (request: EvaluateRequest): Metrics => atOnce(evaluation(request));

/** The same with turns for others, for many documents. */
export const evaluateInTurns = (request: EvaluateRequest): Promise<Metrics> => inTurns(evaluation(request));

type EvaluateRequest = Judged & {
  readonly labelNames: readonly string[];
  readonly thresholds: ArrayLike<number>;
  readonly documentThresholds?: readonly ArrayLike<number>[] | undefined;
};

function* evaluation({
  labelNames,
  thresholds,
  documentThresholds,
  ...judged
}: EvaluateRequest): Steps<Metrics> {
  invariant(thresholds.length === labelNames.length, `${labelNames.length} labels have thresholds`);
  invariant(
    judged.gold.every(({ length }) => length === labelNames.length),
    `documents are judged on ${labelNames.length} labels`,
  );
  const byLabel = labelNames.map(noCounts);
  const byDocument = judged.gold.map(noCounts);
  for (let document = 0; document < judged.gold.length; document++) {
    const own = documentThresholds?.[document] ?? thresholds;
    const ofDocument = byDocument[document]!;
    eachDecidedOf(judged, document, (label, gold, score) => {
      const positive = predicted(score, own[label]!);
      addCell(byLabel[label]!, gold, positive);
      addCell(ofDocument, gold, positive);
    });
    yield;
  }

  const labels: LabelMetrics[] = [];
  for (const [label, name] of labelNames.entries()) {
    const counts = byLabel[label]!;
    labels.push({
      name,
      support: counts.truePositives + counts.falseNegatives,
      negatives: counts.falsePositives + counts.trueNegatives,
      ...scoresOf(counts),
      threshold: thresholds[label]!,
      averagePrecision: averagePrecisionOf(cutsOf(...scoresByGold(judged, label, counts))),
      kappa: cohenKappa(counts),
    });
    yield;
  }
  const judgedLabels = labels.filter(canBeJudged);
  const documents = decidedDocuments(judged, byDocument);
  const figures = figuresOf(documents);
  return {
    macro: meanScores(judgedLabels),
    labelsLeftOut: labels.length - judgedLabels.length,
    micro: scoresOf(sumCounts(byLabel)),
    weighted: meanScores(
      labels,
      labels.map(({ support }) => support),
    ),
    samples: meanScores(documents.map(({ counts }) => scoresOf(counts))),
    subsetAccuracy: must(figures[subsetAccuracy.name], 'subset accuracy'),
    hammingLoss: must(figures[hammingLoss.name], 'Hamming loss'),
    figures,
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

/** What the model says where the label applies, and where it does not. */
function scoresByGold(
  { gold, decided, scores }: Judged,
  label: number,
  counts: Counts,
): [positives: Float64Array, negatives: Float64Array] {
  const positives = new Float64Array(counts.truePositives + counts.falseNegatives);
  const negatives = new Float64Array(counts.falsePositives + counts.trueNegatives);
  let [p, n] = [0, 0];
  for (let document = 0; document < gold.length; document++) {
    if (decided?.[document]?.[label] === 0) continue;
    const score = scores[document]![label]!;
    if (gold[document]![label] === 1) positives[p++] = score;
    else negatives[n++] = score;
  }
  return [positives, negatives];
}

/** Those of which something was decided. */
const decidedDocuments = (
  { gold, decided, scores }: Judged,
  byDocument: readonly Counts[],
): DecidedDocument[] =>
  byDocument.flatMap((counts, i) => {
    if (Object.values(counts).every((count) => count === 0)) return [];
    return [{ gold: gold[i]!, decided: decided?.[i], scores: scores[i]!, counts }];
  });

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
