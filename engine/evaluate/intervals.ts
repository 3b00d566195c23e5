import { createRandom } from '../random.ts';
import { addCell, type Counts, cellOf, noCounts, predicted, type Scores, sumCounts } from './counts.ts';
import { type LabelRanges, labelIntervals, type Range } from './credible.ts';
import {
  type Cells,
  designEffectOf,
  type Influences,
  onAveragePrecision,
  onMean,
  onPooled,
} from './designEffect.ts';
import { macroInterval, meanAveragePrecisionInterval, pooledInterval } from './macroInterval.ts';
import { canBeJudged, type LabelMetrics, type Metrics, type ScoresWithin } from './metrics.ts';

/** A document with its decisions, probabilities and the thresholds that are its own; arrays are in label order. */
export interface JudgedRow {
  /** 1: yes. */
  readonly gold: Uint8Array;
  /** 1: decided, and there is a probability. */
  readonly decided: Uint8Array;
  readonly scores: Float32Array;
  readonly thresholds: ArrayLike<number>;
}

/** Intervals of the averages, of all labels: of those left out, too. */
interface AverageRanges {
  readonly macro: LabelRanges;
  readonly micro: LabelRanges;
  readonly meanAveragePrecision: Range;
}

/**
 * Figures with what they may be on new documents; labels that can't be judged have no intervals, and averages none where
 * there are no others.
 */
export interface MetricsWithIntervals extends Metrics {
  readonly macro: ScoresWithin;
  readonly micro: ScoresWithin;
  readonly meanAveragePrecisionInterval?: Range | undefined;
  readonly labels: readonly (LabelMetrics & { readonly intervals?: LabelRanges | undefined })[];
}

/** How often a label was suggested rightly and wrongly, over the documents where it is decided. */
export function countsOf(documents: readonly JudgedRow[], label: number): Counts {
  const counts = noCounts();
  for (const { gold, decided, scores, thresholds } of documents) {
    if (decided[label] === 1)
      addCell(counts, gold[label] === 1, predicted(scores[label]!, thresholds[label]!));
  }
  return counts;
}

/** 95 % credible intervals from these cases. */
export function rangesOf(counts: Counts, chosen: boolean): LabelRanges {
  const { precision, recall, f1 } = labelIntervals(counts, { chosen });
  return { precision: rangeOf(precision), recall: rangeOf(recall), f1: rangeOf(f1) };
}

const rangeOf = ({ low, high }: Range): Range => ({ low, high });

/** The metrics of these documents with their intervals. atRandom: the documents are a random sample. */
export function withIntervals(
  metrics: Metrics,
  documents: readonly JudgedRow[],
  { atRandom }: { readonly atRandom: boolean },
): MetricsWithIntervals {
  const counts = metrics.labels.map((_, label) => countsOf(documents, label));
  const ranges = averageRanges(documents, { metrics, counts, chosen: !atRandom });
  return {
    ...metrics,
    macro: { ...metrics.macro, intervals: ranges?.macro },
    micro: { ...metrics.micro, intervals: ranges?.micro },
    meanAveragePrecisionInterval: ranges?.meanAveragePrecision,
    labels: metrics.labels.map((label, i) =>
      canBeJudged(label) ? { ...label, intervals: rangesOf(counts[i]!, !atRandom) } : label,
    ),
  };
}

/** Intervals of what is an average of all labels; undefined where no label can be judged. */
function averageRanges(
  documents: readonly JudgedRow[],
  {
    metrics,
    counts,
    chosen,
  }: { readonly metrics: Metrics; readonly counts: readonly Counts[]; readonly chosen: boolean },
): AverageRanges | undefined {
  const can = metrics.labels.map(canBeJudged);
  if (!can.includes(true)) return undefined;
  const judged = counts.filter((_, label) => can[label]);
  const leftOut = counts.filter((_, label) => !can[label]);
  const all: Cells = documents.map(({ gold, decided, scores, thresholds }) =>
    can.map((_, i) =>
      decided[i] === 1 ? cellOf(gold[i] === 1, predicted(scores[i]!, thresholds[i]!)) : undefined,
    ),
  );
  const inMacro: Cells = all.map((row) => row.map((cell, label) => (can[label] ? cell : undefined)));
  const effect = (influences: Influences) => designEffectOf(documents.length, can.length, influences);
  const random = createRandom(1);
  return {
    macro: ofEachFigure((figure) => {
      const designEffect = effect(onMean(figure, inMacro, can.length));
      // Macro F1 had an interval before the others: its draws stay what they were.
      const source = random.fork(figure === 'f1' ? 'macro' : `macro ${figure}`);
      return macroInterval(figure, { judged, leftOut, designEffect, chosen }, source);
    }),
    micro: ofEachFigure((figure) => {
      const designEffect = effect(onPooled(figure, all));
      const source = random.fork(`micro ${figure}`);
      return pooledInterval(figure, { counts: sumCounts(counts), designEffect, chosen }, source);
    }),
    meanAveragePrecision: rangeOf(
      meanAveragePrecisionInterval(
        {
          judged: metrics.labels.filter(canBeJudged),
          leftOut: leftOut.length,
          designEffect: effect(onRanking(documents, can)),
          chosen,
        },
        random.fork('average precision'),
      ),
    ),
  };
}

function ofEachFigure(interval: (figure: keyof Scores) => Range): LabelRanges {
  return {
    precision: rangeOf(interval('precision')),
    recall: rangeOf(interval('recall')),
    f1: rangeOf(interval('f1')),
  };
}

/** On the mean average precision of the labels that can be judged. */
function onRanking(documents: readonly JudgedRow[], can: readonly boolean[]): Influences {
  const byLabel = can.map((judged, label) => {
    const own = new Float64Array(documents.length);
    if (!judged) return own;
    const there = [...documents.keys()].filter((document) => documents[document]!.decided[label] === 1);
    const found = onAveragePrecision(
      there.map((document) => {
        const { gold, scores } = documents[document]!;
        return { gold: gold[label] === 1, score: scores[label]! };
      }),
    );
    for (const [i, document] of there.entries()) own[document] = found[i]!;
    return own;
  });
  return (document, label) => byLabel[label]![document]!;
}
