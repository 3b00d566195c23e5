import { createRandom } from '../random.ts';
import { addCell, type Counts, cellOf, noCounts, predicted } from './counts.ts';
import { type LabelRanges, labelIntervals, type Range } from './credible.ts';
import { designEffectOf, macroF1Interval } from './macroInterval.ts';
import { canBeJudged, type LabelMetrics, type Metrics } from './metrics.ts';

/** A document with its decisions, probabilities and the thresholds that are its own; arrays are in label order. */
export interface JudgedRow {
  /** 1: yes. */
  readonly gold: Uint8Array;
  /** 1: decided, and there is a probability. */
  readonly decided: Uint8Array;
  readonly scores: Float32Array;
  readonly thresholds: ArrayLike<number>;
}

/** Figures with what they may be on new documents; labels that can't be judged have no intervals. */
export interface MetricsWithIntervals extends Metrics {
  /** Absent where no label can be judged. */
  readonly macroF1Interval?: Range | undefined;
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
export function rangesOf(counts: Counts): LabelRanges {
  const { precision, recall, f1 } = labelIntervals(counts);
  return { precision: rangeOf(precision), recall: rangeOf(recall), f1: rangeOf(f1) };
}

const rangeOf = ({ low, high }: Range): Range => ({ low, high });

/**
 * The interval of macro F1 of all labels, those that `metrics` of these documents leaves out among them. counts: `countsOf`
 * each label; atRandom: the documents are a random sample.
 */
export function macroRangeOf(
  documents: readonly JudgedRow[],
  {
    metrics,
    counts,
    atRandom,
  }: { readonly metrics: Metrics; readonly counts: readonly Counts[]; readonly atRandom: boolean },
): Range | undefined {
  const can = metrics.labels.map(canBeJudged);
  const cells = documents.map(({ gold, decided, scores, thresholds }) =>
    can.map((judged, i) =>
      judged && decided[i] === 1 ? cellOf(gold[i] === 1, predicted(scores[i]!, thresholds[i]!)) : undefined,
    ),
  );
  const found = macroF1Interval(
    {
      judged: counts.filter((_, label) => can[label]),
      leftOut: counts.filter((_, label) => !can[label]),
      designEffect: designEffectOf(cells, can.length),
      chosen: !atRandom,
    },
    createRandom(1).fork('macro'),
  );
  return found && rangeOf(found);
}

/** The metrics of these documents with their intervals. atRandom: the documents are a random sample. */
export function withIntervals(
  metrics: Metrics,
  documents: readonly JudgedRow[],
  { atRandom }: { readonly atRandom: boolean },
): MetricsWithIntervals {
  const counts = metrics.labels.map((_, label) => countsOf(documents, label));
  const macro = macroRangeOf(documents, { metrics, counts, atRandom });
  return {
    ...metrics,
    ...(macro && { macroF1Interval: macro }),
    labels: metrics.labels.map((label, i) =>
      canBeJudged(label) ? { ...label, intervals: rangesOf(counts[i]!) } : label,
    ),
  };
}
