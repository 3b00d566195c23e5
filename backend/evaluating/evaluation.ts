import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Evaluation, LabelEvaluation } from '../../contract/index.ts';
import {
  bootstrap,
  calibration,
  createRandom,
  cuts,
  evaluate,
  type Judged,
  type Metrics,
  predicted,
} from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { type JudgedDocument, judgedDocuments } from './judging.ts';
import { type Contradiction, contradictions } from './mistakes.ts';

const LEAST_FOR_INTERVAL = 5;
const MOST_CURVE_POINTS = 101;
const MOST_LISTED = 100;
/** A decision that the model gives less than this is suspect. */
const UNLIKELY = 0.1;

/**
 * How the model that suggests now agrees with what people decided, from stored suggestions. Measured on the test
 * sample where it has decisions; else on documents that the model did not learn from. null: there are none yet.
 */
export async function evaluationOf(project: Project): Promise<Evaluation | null> {
  const labels = project.stores.labels.all();
  const all = await judgedDocuments(project, labels);
  const { on, documents } = measuredOn(project, all);
  if (documents.length === 0) return null;
  const thresholds = thresholdsOf(project);
  const judged = tables(documents);
  const metrics = evaluate({ ...judged, labelNames: labels.map(({ name }) => name), thresholds });
  const intervals = await intervalsOf(documents, labels.length, thresholds);
  return {
    on,
    documents: documents.length,
    macro: metrics.macro,
    micro: metrics.micro,
    meanAveragePrecision: metrics.meanAveragePrecision,
    labels: labels.map((label, i) =>
      labelEvaluation(label, {
        metrics: metrics.labels[i]!,
        cells: cellsOf(documents, i),
        interval: intervals[i]!,
      }),
    ),
    calibration: calibration(judged, 10).bins.flatMap(({ count, meanProbability, positiveShare }) =>
      count === 0 ? [] : [{ mean: meanProbability, share: positiveShare, count }],
    ),
    confusion: confusion(documents, thresholds),
    learning: learningCurve(project),
    mistakes: listed(project, contradictions(documents, { labels, thresholds })),
    suspects: listed(
      project,
      contradictions(all, { labels, thresholds }).filter(({ likelihood }) => likelihood < UNLIKELY),
    ),
  };
}

/** The most honest documents there are. */
function measuredOn(
  { stores: { runs, settings } }: Project,
  all: readonly JudgedDocument[],
): { on: Evaluation['on']; documents: readonly JudgedDocument[] } {
  const test = all.filter(({ split }) => split === 'test');
  if (test.length > 0) return { on: 'test sample', documents: test };
  const run = settings.get('activeRun');
  if (run === 0) return { on: 'all annotated', documents: all };
  const learnt = runs.learntFrom(run);
  return { on: 'held-out', documents: all.filter(({ id }) => !learnt.has(id)) };
}

const tables = (documents: readonly JudgedDocument[]): Judged => ({
  gold: documents.map(({ gold }) => gold),
  decided: documents.map(({ decided }) => decided),
  scores: documents.map(({ scores }) => scores),
});

interface Cell {
  readonly gold: boolean;
  readonly score: number;
}

const cellsOf = (documents: readonly JudgedDocument[], label: number): Cell[] =>
  documents.flatMap(({ gold, decided, scores }) =>
    decided[label] === 1 ? [{ gold: gold[label] === 1, score: scores[label]! }] : [],
  );

function labelEvaluation(
  { id, name }: Label,
  {
    metrics,
    cells,
    interval,
  }: { metrics: Metrics['labels'][number]; cells: readonly Cell[]; interval: LabelEvaluation['f1Interval'] },
): LabelEvaluation {
  const { support, threshold, precision, recall, f1, averagePrecision } = metrics;
  return {
    labelId: id,
    name,
    support,
    decided: cells.length,
    threshold,
    precision,
    recall,
    f1,
    f1Interval: interval,
    averagePrecision,
    curve: curveOf(cells),
  };
}

/** Precision and recall at each distinct score, thinned evenly where there are many. */
function curveOf(cells: readonly Cell[]): LabelEvaluation['curve'] {
  const positives = cells.filter(({ gold }) => gold).length;
  if (positives === 0) return [];
  const points = cuts(cells).map(({ score, truePositives, falsePositives }) => ({
    threshold: score,
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / positives,
  }));
  if (points.length <= MOST_CURVE_POINTS) return points;
  const step = (points.length - 1) / (MOST_CURVE_POINTS - 1);
  return Array.from({ length: MOST_CURVE_POINTS }, (_, i) => points[Math.round(i * step)]!);
}

/** Work for the intervals of one label, in documents times resamples. */
const MOST_DRAWS = 500_000;

/** 95 % intervals of F1, label by label, with pauses so that annotating goes on. */
async function intervalsOf(
  documents: readonly JudgedDocument[],
  labels: number,
  thresholds: Float64Array,
): Promise<LabelEvaluation['f1Interval'][]> {
  const intervals: LabelEvaluation['f1Interval'][] = [];
  const random = createRandom(1).fork('intervals');
  for (let label = 0; label < labels; label++) {
    const cells = cellsOf(documents, label);
    if (cells.length < LEAST_FOR_INTERVAL) {
      intervals.push(null);
      continue;
    }
    const resamples = Math.max(100, Math.min(1000, Math.floor(MOST_DRAWS / cells.length)));
    const threshold = thresholds[label]!;
    const { f1 } = bootstrap({
      documents: cells.length,
      resamples,
      random,
      statistic: (sample) => ({ f1: f1Of(cells, sample, threshold) }),
    });
    intervals.push({ low: f1.low, high: f1.high });
    await nextTurn();
  }
  return intervals;
}

function f1Of(cells: readonly Cell[], sample: Uint32Array, threshold: number): number {
  let both = 0;
  let either = 0;
  for (const i of sample) {
    const { gold, score } = cells[i]!;
    const suggested = predicted(score, threshold);
    if (gold && suggested) both += 1;
    if (gold) either += 1;
    if (suggested) either += 1;
  }
  return either === 0 ? 0 : (2 * both) / either;
}

/** [label given][label suggested], in documents. */
function confusion(documents: readonly JudgedDocument[], thresholds: Float64Array): number[][] {
  const size = thresholds.length;
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const { gold, scores } of documents) {
    for (let given = 0; given < size; given++) {
      if (gold[given] !== 1) continue;
      for (let suggested = 0; suggested < size; suggested++) {
        if (predicted(scores[suggested]!, thresholds[suggested]!)) counts[given]![suggested]! += 1;
      }
    }
  }
  return counts;
}

const learningCurve = ({ stores: { runs } }: Project): Evaluation['learning'] =>
  runs
    .all()
    .flatMap(({ id, status, report: { documents, metrics } }) =>
      status === 'done' && documents !== undefined && metrics
        ? [{ run: id, documents, macroF1: metrics.macro.f1 }]
        : [],
    )
    .sort((a, b) => a.documents - b.documents || a.run - b.run);

const START = 200;

function listed({ stores }: Project, found: readonly Contradiction[]): Evaluation['mistakes'] {
  return found.slice(0, MOST_LISTED).map(({ documentId, labelId, value, probability }) => ({
    documentId,
    labelId,
    value,
    probability,
    start: stores.documents.get(documentId)?.text.slice(0, START) ?? '',
  }));
}
