import type { Evaluation, LabelEvaluation } from '../../contract/index.ts';
import {
  calibrationInTurns,
  canBeJudged,
  cuts,
  evaluateInTurns,
  inTurns,
  type Judged,
  type MetricsWithIntervals,
  type Steps,
  withIntervals,
} from '../../engine/index.ts';
import { randomSample } from '../choosing/randomSample.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { learntOf } from '../suggesting/learning/learner.ts';
import { targetsOf } from '../suggesting/targets.ts';
import { thresholdSources, thresholdsOf } from '../suggesting/thresholds.ts';
import { heldOutFrom } from '../training/data.ts';
import { averagesOf, singleFigures } from './averages.ts';
import { decidedDocuments, type JudgedDocument, judgedDocuments } from './judging.ts';
import { matrixOf } from './matrix.ts';
import { type Contradiction, contradictions, UNLIKELY } from './mistakes.ts';
import { untrainedFigures } from './untrained.ts';

const MOST_CURVE_POINTS = 101;
const MOST_LISTED = 100;

/**
 * How the model that suggests now agrees with what people decided, on documents that it has not learnt from: the test
 * sample where it has decisions; else what the run held out, and what was decided since. null: there are none yet.
 */
export async function evaluationOf(project: Project): Promise<Evaluation | null> {
  const labels = project.stores.labels.all();
  const all = await judgedDocuments(project, labels);
  const { on, documents, atRandom, oneSided } = measuredOn(project, all);
  if (documents.length === 0) return null;
  const thresholds = thresholdsOf(project);
  const sources = thresholdSources(project);
  const targets = targetsOf(project);
  const judged = tables(documents);
  const documentThresholds = documents.map((document) => document.thresholds);
  const names = labels.map(({ name }) => name);
  const bare = await evaluateInTurns({ ...judged, labelNames: names, thresholds, documentThresholds });
  const metrics = await withIntervals(bare, documents, { atRandom });
  const suspects = (await contradictions(all, labels)).filter(({ likelihood }) => likelihood < UNLIKELY);
  const suspect = new Set(suspects.map(keyOf));
  const mistakes = await contradictions(documents, labels);
  const untrained = await untrainedFigures(project, labels, { documents, atRandom });
  const { bins } = await calibrationInTurns(judged, 10);
  const matrix = await inTurns(matrixOf(documents, metrics.labels));
  const cells = await inTurns(cellsByLabel(documents, labels.length));
  const ofLabels = await inTurns(
    each(labels, (label, i) =>
      labelEvaluation(label, {
        metrics: metrics.labels[i]!,
        cells: cells[i]!,
        thresholdFrom: sources[i]!,
        crossFitted: documentThresholds.some((own) => own[i] !== thresholds[i]),
        target: targets.get(label.id) ?? null,
        expected: learntOf(project)?.expected.get(label.id) ?? null,
      }),
    ),
  );
  return {
    on,
    documents: documents.length,
    atRandom,
    heldOutFrom: on === 'before training' ? heldOutFrom(project) : null,
    notRead: on === 'all annotated' ? decidedDocuments(project) - all.length : 0,
    oneSided,
    decidedSince: on === 'held-out' ? documents.filter(({ from }) => from !== 'held out').length : 0,
    taughtBy: learntOf(project)?.documents ?? 0,
    labelsLeftOut: metrics.labelsLeftOut,
    untrained,
    ...averagesOf(metrics),
    figures: singleFigures(metrics),
    labels: ofLabels,
    calibration: bins.flatMap(({ count, meanProbability, positiveShare }) =>
      count === 0 ? [] : [{ mean: meanProbability, share: positiveShare, count }],
    ),
    matrix,
    learning: learningCurve(project),
    // What may be a slip of the person is asked for there, not held against the model here.
    mistakes: listed(
      project,
      mistakes.filter((found) => !suspect.has(keyOf(found))),
    ),
    suspects: listed(project, suspects),
  };
}

const keyOf = ({ documentId, labelId }: Contradiction) => `${documentId} ${labelId}`;

/**
 * The most honest documents there are: the test sample; else, of those that the model has not learnt from, the random ones
 * where they say enough. Where a run left none that tell anything, those that it learnt from, by what suggested before it.
 */
export function measuredOn(
  project: Project,
  all: readonly JudgedDocument[],
): Pick<Evaluation, 'on' | 'atRandom' | 'oneSided'> & { documents: readonly JudgedDocument[] } {
  const both = all.flatMap(withoutOneSided);
  const oneSided = all.length - both.length;
  const test = both.filter(({ split }) => split === 'test');
  if (test.length > 0) return { on: 'test sample', documents: test, atRandom: true, oneSided };
  if (project.stores.settings.get('activeRun') === 0)
    return { on: 'all annotated', oneSided, ...atRandomWhereEnough(project, both) };
  const past = both.filter(({ from }) => from === 'before');
  const unseen = both.filter(({ from }) => from !== 'before');
  if (!tellsAnything(unseen) && tellsAnything(past))
    return { on: 'before training', oneSided, ...atRandomWhereEnough(project, past) };
  return { on: 'held-out', oneSided, ...atRandomWhereEnough(project, unseen) };
}

function atRandomWhereEnough(project: Project, documents: readonly JudgedDocument[]) {
  const { runs, settings } = project.stores;
  const run = settings.get('activeRun');
  const heldOut = new Set(runs.get(run)?.heldOutAtRandom ? runs.heldOut(run) : []);
  const inSample = randomSample(project);
  const sample = documents.filter(({ id }) => heldOut.has(id) || inSample(id));
  const atRandom =
    sample.length === documents.length ||
    sample.length >= Math.max(LEAST_RANDOM, LEAST_RANDOM_SHARE * documents.length);
  return { documents: atRandom ? sample : documents, atRandom };
}

/** Whether a label can be judged on them: there is one with it and one without. */
function tellsAnything(documents: readonly JudgedDocument[]): boolean {
  const said = [new Set<number>(), new Set<number>()] as const;
  for (const { gold, decided } of documents)
    for (const [label, isDecided] of decided.entries())
      if (isDecided === 1) said[gold[label] === 1 ? 1 : 0].add(label);
  return [...said[1]].some((label) => said[0].has(label));
}

/** What of a document can be measured on; nothing where all of its answers are one-sided. */
function withoutOneSided(document: JudgedDocument): JudgedDocument[] {
  if (!document.oneSided.includes(1)) return [document];
  const decided = document.decided.map((one, i) => (document.oneSided[i] === 1 ? 0 : one));
  return decided.includes(1) ? [{ ...document, decided }] : [];
}

/**
 * Fewer random documents say less than more that were chosen, though these are harder or easier than most: with 8, what chance
 * does to a macro F1 (a standard deviation of about 0.1) is what choosing does to it (`CHOSEN_SD`).
 */
const LEAST_RANDOM = 8;
const LEAST_RANDOM_SHARE = 0.1;

const tables = (documents: readonly JudgedDocument[]): Judged => ({
  gold: documents.map(({ gold }) => gold),
  decided: documents.map(({ decided }) => decided),
  scores: documents.map(({ scores }) => scores),
});

interface Cell {
  readonly gold: boolean;
  readonly score: number;
}

function* cellsByLabel(documents: readonly JudgedDocument[], labels: number): Steps<Cell[][]> {
  const cells = Array.from({ length: labels }, (): Cell[] => []);
  for (const { gold, decided, scores } of documents) {
    for (let label = 0; label < labels; label++)
      if (decided[label] === 1) cells[label]!.push({ gold: gold[label] === 1, score: scores[label]! });
    yield;
  }
  return cells;
}

function* each<In, Out>(items: readonly In[], out: (item: In, at: number) => Out): Steps<Out[]> {
  const found: Out[] = [];
  for (const [at, item] of items.entries()) {
    found.push(out(item, at));
    yield;
  }
  return found;
}

function labelEvaluation(
  { id, name }: Label,
  {
    metrics,
    cells,
    ...asked
  }: {
    metrics: MetricsWithIntervals['labels'][number];
    cells: readonly Cell[];
  } & Pick<LabelEvaluation, 'thresholdFrom' | 'crossFitted' | 'target' | 'expected'>,
): LabelEvaluation {
  const { support, threshold, precision, recall, f1, averagePrecision, kappa, intervals } = metrics;
  const figures = intervals ? { precision, recall, f1, averagePrecision, kappa, intervals } : null;
  return {
    labelId: id,
    name,
    support,
    decided: cells.length,
    threshold,
    ...asked,
    figures,
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

const learningCurve = ({ stores: { runs } }: Project): Evaluation['learning'] =>
  runs
    .all()
    .flatMap(({ id, status, report: { documents, metrics } }) =>
      status === 'done' && documents !== undefined && metrics?.labels.some(canBeJudged)
        ? [{ run: id, documents, macroF1: metrics.macro.f1, f1Interval: metrics.macro.intervals?.f1 ?? null }]
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
