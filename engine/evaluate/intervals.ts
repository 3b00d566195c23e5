import { createRandom, type Random } from '../random.ts';
import { inTurns, type Steps } from '../turns.ts';
import { type Cells, cellsOf, countsByDocument, countsByLabel, type JudgedRow } from './cells.ts';
import { type Counts, noCounts, type Scores, scoresOf, sumCounts } from './counts.ts';
import {
  averagePrecisionRange,
  type LabelRanges,
  labelIntervals,
  type OwnRanges,
  type Range,
} from './credible.ts';
import {
  designEffectOf,
  type LabelCells,
  onMean,
  onPooled,
  onWeighted,
  rankingEffect,
} from './designEffect.ts';
import { FIGURES } from './figures/all.ts';
import { shareOfDocuments } from './figures/intervals.ts';
import type { Source } from './gamma.ts';
import { kappaInterval } from './kappaInterval.ts';
import {
  drawsFor,
  macroInterval,
  meanAveragePrecisionInterval,
  pooledInterval,
  weightedInterval,
} from './macroInterval.ts';
import { canBeJudged, type LabelMetrics, type Metrics, type ScoresWithin } from './metrics.ts';
import { cutsOf } from './ranking.ts';

/** Intervals of the averages, each of the labels that the average is of. */
interface AverageRanges {
  readonly cells: Cells;
  /** What each label's are made of. */
  readonly counts: readonly Counts[];
  readonly macro: LabelRanges;
  readonly micro: LabelRanges;
  readonly weighted: LabelRanges;
  readonly meanAveragePrecision: Range;
}

/**
 * Figures with what they may be on new documents; labels that can't be judged have no intervals, and averages none where
 * there are no others.
 */
export interface MetricsWithIntervals extends Metrics {
  readonly macro: ScoresWithin;
  readonly micro: ScoresWithin;
  readonly weighted: ScoresWithin;
  readonly samples: ScoresWithin;
  /** Of `figures`, by their names. */
  readonly figureIntervals?: Readonly<Record<string, Range>> | undefined;
  readonly meanAveragePrecisionInterval?: Range | undefined;
  readonly labels: readonly (LabelMetrics & { readonly intervals?: OwnRanges | undefined })[];
}

/** 95 % credible intervals of a label's figures, from these cases. */
export function rangesOf(
  label: Pick<LabelMetrics, 'support' | 'averagePrecision'>,
  counts: Counts,
  sample: { readonly chosen: boolean; readonly draws: number; readonly random: Source },
): OwnRanges {
  const { precision, recall, f1 } = labelIntervals(counts, sample);
  return {
    precision: rangeOf(precision),
    recall: rangeOf(recall),
    f1: rangeOf(f1),
    averagePrecision: rangeOf(averagePrecisionRange(label, sample)),
    kappa: kappaInterval(counts, sample),
  };
}

const rangeOf = ({ low, high }: Range): Range => ({ low, high });

/** The metrics of these documents with their intervals. atRandom: the documents are a random sample. */
export const withIntervals = (
  metrics: Metrics,
  documents: readonly JudgedRow[],
  { atRandom }: { readonly atRandom: boolean },
): Promise<MetricsWithIntervals> => inTurns(intervalSteps(metrics, documents, { chosen: !atRandom }));

function* intervalSteps(
  metrics: Metrics,
  documents: readonly JudgedRow[],
  { chosen }: { readonly chosen: boolean },
): Steps<MetricsWithIntervals> {
  const ranges = yield* averageRanges(documents, { metrics, chosen });
  if (!ranges) return metrics;
  const random = createRandom(1);
  const draws = drawsFor(metrics.labels.length);
  const labels: MetricsWithIntervals['labels'][number][] = [];
  for (const [i, label] of metrics.labels.entries()) {
    const sample = { chosen, draws, random: random.fork(`kappa ${i}`) };
    const intervals = canBeJudged(label) ? rangesOf(label, ranges.counts[i]!, sample) : undefined;
    labels.push({ ...label, intervals });
    yield;
  }
  const { samples, figures } = yield* documentRanges(documents, { cells: ranges.cells, chosen, random });
  return {
    ...metrics,
    macro: { ...metrics.macro, intervals: ranges.macro },
    micro: { ...metrics.micro, intervals: ranges.micro },
    weighted: { ...metrics.weighted, intervals: ranges.weighted },
    samples: { ...metrics.samples, intervals: samples },
    figureIntervals: figures,
    meanAveragePrecisionInterval: ranges.meanAveragePrecision,
    labels,
  };
}

/** Intervals of what is an average of all labels; undefined where no label can be judged. */
function* averageRanges(
  documents: readonly JudgedRow[],
  { metrics, chosen }: { readonly metrics: Metrics; readonly chosen: boolean },
): Steps<AverageRanges | undefined> {
  const can = metrics.labels.map(canBeJudged);
  if (!can.includes(true)) return undefined;
  const cells = yield* cellsOf(documents, can.length);
  const counts = yield* countsByLabel(cells);
  const judged = counts.filter((_, label) => can[label]);
  const inMacro = counts.map((own, label) => (can[label] ? own : noCounts()));
  const random = createRandom(1);
  const macro = yield* ofEachFigure(function* (figure) {
    const designEffect = yield* designEffectOf(cells, onMean(figure, inMacro));
    // Macro F1 had an interval before the others: its draws stay what they were.
    const source = random.fork(figure === 'f1' ? 'macro' : `macro ${figure}`);
    return yield* macroInterval(figure, { judged, designEffect, chosen }, source);
  });
  const pooled = sumCounts(counts);
  const micro = yield* ofEachFigure(function* (figure) {
    const designEffect = yield* designEffectOf(cells, onPooled(figure, counts));
    return yield* pooledInterval(
      figure,
      { counts: pooled, designEffect, chosen },
      random.fork(`micro ${figure}`),
    );
  });
  const withYes = counts.filter(({ truePositives: tp, falseNegatives: fn }) => tp + fn > 0);
  const weighted = yield* ofEachFigure(function* (figure) {
    const { all, apart } = onWeighted(figure, counts);
    const designEffect = yield* designEffectOf(cells, all, apart);
    return yield* weightedInterval(
      figure,
      { judged: withYes, designEffect, chosen },
      random.fork(`weighted ${figure}`),
    );
  });
  const ranking = yield* meanAveragePrecisionInterval(
    {
      judged: metrics.labels.filter(canBeJudged),
      designEffect: yield* rankingEffect(documents.length, rankedLabels(documents, can)),
      chosen,
    },
    random.fork('average precision'),
  );
  return { cells, counts, macro, micro, weighted, meanAveragePrecision: rangeOf(ranking) };
}

/** Intervals of what is a mean over documents. */
function* documentRanges(
  documents: readonly JudgedRow[],
  { cells, chosen, random }: { readonly cells: Cells; readonly chosen: boolean; readonly random: Random },
): Steps<{ samples: LabelRanges; figures: Record<string, Range> }> {
  const all = yield* countsByDocument(cells);
  const there = documents.flatMap((row, i) => {
    const counts = all[i]!;
    const decided = Object.values(counts).some((count) => count > 0);
    return decided ? [{ ...row, counts, scored: scoresOf(counts) }] : [];
  });
  const samples = yield* ofEachFigure((figure) =>
    shareOfDocuments(
      there.map(({ scored }) => scored[figure]),
      { chosen, random: random.fork(`samples ${figure}`) },
    ),
  );
  const figures: Record<string, Range> = {};
  for (const { name, interval } of FIGURES)
    figures[name] = rangeOf(yield* interval(there, { chosen, random: random.fork(name) }));
  return { samples, figures };
}

function* ofEachFigure(interval: (figure: keyof Scores) => Steps<Range>): Steps<LabelRanges> {
  const precision = rangeOf(yield* interval('precision'));
  const recall = rangeOf(yield* interval('recall'));
  return { precision, recall, f1: rangeOf(yield* interval('f1')) };
}

/** The labels that can be judged, one after the other. */
function* rankedLabels(documents: readonly JudgedRow[], can: readonly boolean[]): Generator<LabelCells> {
  const there = new Uint32Array(documents.length);
  for (const [label, judged] of can.entries()) {
    if (!judged) continue;
    let count = 0;
    for (let i = 0; i < documents.length; i++) if (documents[i]!.decided[label] === 1) there[count++] = i;
    const own = there.slice(0, count);
    const gold = Uint8Array.from(own, (i) => documents[i]!.gold[label]!);
    const scores = Float64Array.from(own, (i) => documents[i]!.scores[label]!);
    const kind = (value: number) => scores.filter((_, i) => gold[i] === value);
    yield { documents: own, gold, scores, cuts: cutsOf(kind(1), kind(0)) };
  }
}
