import {
  type Device,
  type Engine,
  evaluateInTurns,
  type MetricsWithIntervals,
  type Precision,
  withIntervals,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Absent } from '../importing/placing.ts';
import { requireLabels } from '../labels/labels.ts';
import { baseModel } from '../models/baseModel.ts';
import type { Project } from '../project/file.ts';
import { type Reading, withProbabilities } from '../suggesting/fusing.ts';
import { learntReading } from '../suggesting/learning/learntReading.ts';
import { projectPriors } from '../suggesting/priors.ts';
import { priorPrecision } from '../suggesting/scorers.ts';
import { runModel, suggestingModel, trainedReading } from '../suggesting/suggestingModel.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { type GoldRow, type GoldTaken, goldTables, readGold } from './goldRows.ts';

export interface EvaluateRequest {
  readonly file: string;
  /** What it means that a row does not name a label: `GoldRequest` says what, absent. */
  readonly absent?: Absent | undefined;
  readonly run?: number | undefined;
  readonly model?: string | undefined;
  /** How a model without training is read; absent: combined where the model says how. */
  readonly reading?: Reading | undefined;
  /** A number for all labels, or each label's own: tuned on the run's held-out documents, or what decisions taught. */
  readonly threshold: number | 'tuned';
  readonly device: Device;
  readonly precision: Precision;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** What became of the file's answers. */
  readonly onTaken?: ((taken: GoldTaken) => void) | undefined;
  /** A sentence when the device gave out and the processor goes on. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

const CHUNK = 64;

/**
 * Metrics of a run or a model against gold labels. Throws `gold_invalid` for rows without labels or with labels that
 * the project does not have, `no_thresholds` when tuned ones are asked of a model without a run.
 */
export async function evaluateOn(
  project: Project,
  engine: Engine,
  request: EvaluateRequest,
): Promise<MetricsWithIntervals> {
  const labels = requireLabels(project);
  const names = labels.map(({ name }) => name);
  if (request.run !== undefined && request.reading === 'combined') throw trainedReading();
  const source =
    request.run === undefined
      ? await suggestingModel(project, request.model, request.reading)
      : await runModel(project, request.run);
  const run = request.run ?? (request.model === undefined ? project.stores.settings.get('activeRun') : 0);
  const ofProject = [request.run, request.model, request.reading].every((asked) => asked === undefined);
  const learnt = ofProject ? await learntReading(project, request.onNotice) : undefined;
  const own = learnt && thresholdsOf(project);
  const thresholds = labels.map(({ id }, i) =>
    request.threshold === 'tuned' && own ? own[i]! : thresholdFor(project, run, id, request.threshold),
  );
  const rows = await readGold({ ...request, names });
  const seen = seenOf(project, rows, { run, byDecisions: learnt !== undefined });
  if (seen > 0)
    request.onNotice?.(
      `${seen} of ${rows.length} rows are documents of this project that it learnt from or chose thresholds by: these figures say little about new documents.`,
    );
  const scores: Float32Array[] = [];
  // What is usual for a label is learnt from the project's documents; a project without any learns from these.
  const known = source.fusion !== undefined && project.stores.documents.count() > 0;
  const precision = priorPrecision(learnt, request.precision);
  const priors = known
    ? await projectPriors(project, engine, source, { ...request, precision, labels })
    : undefined;
  const texts = async () => rows.map(({ text }) => text);
  const spec = { ...source, ...request, labels, texts, priors, learnt };
  await withProbabilities(engine, spec, async (score) => {
    for (let from = 0; from < rows.length; from += CHUNK) {
      const chunk = rows.slice(from, from + CHUNK).map(({ text }) => text);
      const scored = await score(chunk, request.signal);
      scores.push(...scored.map(({ probabilities }) => probabilities));
      request.onProgress?.(scores.length, rows.length);
    }
  });
  const { gold, decided } = goldTables(rows, names);
  const judged = gold.map((row, i) => ({ gold: row, decided: decided[i]!, scores: scores[i]!, thresholds }));
  const metrics = await evaluateInTurns({ gold, decided, scores, labelNames: names, thresholds });
  // Of documents like those of the file, however they were chosen.
  return withIntervals(metrics, judged, { atRandom: true });
}

/**
 * The same of the model that a run was trained from, at 0.5 or the threshold that is asked for. undefined: no run is
 * evaluated, or its model is not on this machine any more.
 */
export async function evaluateUntrained(
  project: Project,
  engine: Engine,
  request: EvaluateRequest,
): Promise<MetricsWithIntervals | undefined> {
  const { runs, settings } = project.stores;
  const asked = request.run ?? (request.model === undefined ? settings.get('activeRun') : 0);
  const run = runs.get(asked);
  if (!run) return undefined;
  const there = await baseModel(run).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const threshold = request.threshold === 'tuned' ? 0.5 : request.threshold;
  return evaluateOn(project, engine, { ...request, run: undefined, model: run.model, threshold });
}

/** How many rows have the text of a document that a run was made with, or that decisions taught with. */
function seenOf(
  { stores: { documents, runs, settled } }: Project,
  rows: readonly GoldRow[],
  { run, byDecisions }: { run: number; byDecisions: boolean },
): number {
  const seen = new Set([...runs.learntFrom(run), ...runs.heldOut(run)]);
  if (byDecisions)
    for (const { documentId } of settled.answers())
      if (documents.splitOf(documentId) !== 'test') seen.add(documentId);
  if (seen.size === 0) return 0;
  return rows.filter(({ text }) => documents.sameText(text).some((id) => seen.has(id))).length;
}

function thresholdFor(project: Project, run: number, labelId: number, wanted: number | 'tuned'): number {
  if (wanted !== 'tuned') return wanted;
  const own = project.stores.runs.labels(run).find((label) => label.labelId === labelId);
  if (own) return own.threshold;
  throw new BackendError(
    'no_thresholds',
    run === 0
      ? 'Tuned thresholds come from decisions or from the held-out documents of a training run, and here are none.'
      : `Run ${run} has no thresholds for all labels of the project.`,
    'Evaluate a run, or give a threshold such as 0.5.',
  );
}
