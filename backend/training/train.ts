import {
  checkpointHistory,
  type Device,
  type Engine,
  EngineError,
  type Evaluation,
  type TrainAnswer,
  type TrainingEvent,
  type TrainingHistory,
  type TrainingOptions,
  trainingOptions,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { resolveChosen, resolveNamed } from '../models/agreed.ts';
import { baseModel } from '../models/baseModel.ts';
import { modelDigest } from '../models/digest.ts';
import type { Project } from '../project/file.ts';
import type { Run, RunReport } from '../project/store/runs.ts';
import { unseenReader } from '../suggesting/unseen.ts';
import { trainingData } from './data.ts';
import { heldOutFigures } from './heldOut.ts';
import { lastRunWith } from './lastRun.ts';
import { dropRunFolder, loadSnapshot, runFolder, type Snapshot, saveSnapshot } from './runFolder.ts';

export interface TrainRequest {
  readonly options: Parameters<typeof trainingOptions>[0];
  readonly device: Device;
  readonly model?: string | undefined;
  readonly heldOutShare?: number | undefined;
  readonly negativesPerPositive?: number | undefined;
  readonly listener?: TrainListener | undefined;
}

export interface TrainListener {
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: ((run: number, begun: Begun) => void) | undefined;
  readonly onStep?: ((event: TrainingEvent) => void) | undefined;
  readonly onEvaluation?: ((evaluation: Evaluation) => void) | undefined;
  /** How far it is with embeddings, which come last. */
  readonly onTuned?: ((step: number, steps: number) => void) | undefined;
  readonly onRestart?: (() => void) | undefined;
  /** A sentence when the device gave out and the processor goes on. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

export interface Begun {
  /** Sentences for the person. */
  readonly warnings: readonly string[];
  /** What a run that is gone on with has behind it. */
  readonly past: TrainingHistory;
  /** What the run before took after its steps, in seconds; null: not known. */
  readonly afterSeconds: number | null;
}

export interface FinishedRun {
  readonly run: number;
  readonly report: RunReport;
}

/** How data is divided where nothing else is asked for. */
export const DATA_DEFAULTS = { heldOutShare: 0.2, negativesPerPositive: 5 } as const;
const CHECKPOINT_EVERY = 20;
const MAX_RESTARTS = 3;

/**
 * Fine-tunes on what is decided now, and makes the result the one that suggests, unless what suggested before did clearly
 * better on the documents that were held out. Annotating may go on: the run keeps to its snapshot. Cancelled, killed or crashed, it can be resumed.
 *
 * Throws what `trainingData` and `trainingOptions` throw, `diverged`, `cancelled`.
 */
export async function train(project: Project, engine: Engine, request: TrainRequest): Promise<FinishedRun> {
  const options = trainingOptions(request.options);
  const data = trainingData(project, options, { ...DATA_DEFAULTS, ...definedOf(request) });
  const model = await (request.model === undefined
    ? resolveNamed(project.stores.settings.get('model'))
    : resolveChosen(request.model));
  const digest = await modelDigest(model.dir);
  const { runs, annotations, settings, unseenScores: unseen } = project.stores;
  const unseenScores = await unseenReader(project, data.labels);
  const suggestedBefore = settings.get('activeRun');
  const before = unseenScores([...data.learntFrom, ...data.heldOutIds]);
  const run = project.write(() => {
    const id = runs.add({
      model: model.name,
      modelDigest: digest,
      heldOutAtRandom: data.heldOutAtRandom,
      options: { ...options, device: request.device },
      revisionId: annotations.lastRevision(),
      startedAt: new Date().toISOString(),
    });
    runs.setDocuments(id, { train: data.learntFrom, heldOut: data.heldOutIds });
    for (const [documentId, { probabilities, thresholds }] of before)
      unseen.putBefore(id, documentId, { probabilities, thresholds: Float32Array.from(thresholds) });
    return id;
  });
  const { examples, tuning, heldOut, documents, labels } = data;
  saveSnapshot(runFolder(project, run), {
    examples,
    tuning,
    heldOut,
    documents,
    labelIds: labels.map(({ id }) => id),
    hypotheses: labels.map(({ hypotheses }) => hypotheses),
    suggestedBefore,
  });
  const afterSeconds = lastRunWith(project, options.method)?.afterSeconds ?? null;
  const past = { losses: [], evaluations: [] };
  request.listener?.onStart?.(run, { warnings: data.warnings, past, afterSeconds });
  const { device, listener } = request;
  const labelNames = labels.map(({ name }) => name);
  return work(project, engine, { run, options, dir: model.dir, device, labelNames, listener });
}

/**
 * Goes on with a run that was cancelled, failed or killed; the result is that of an uninterrupted one. Throws
 * `run_missing`, `run_done`, `base_model_changed`, and what `train` throws.
 */
export async function resume(
  project: Project,
  engine: Engine,
  { run: id, listener }: { run: number; listener?: TrainListener | undefined },
): Promise<FinishedRun> {
  const run = project.stores.runs.get(id);
  if (!run) throw new BackendError('run_missing', `The project has no run ${id}.`, 'Train first.');
  if (run.status === 'done') throw new BackendError('run_done', `Run ${id} is done already.`, 'Train again.');
  const { dir } = await baseModel(run);
  project.write(() => project.stores.runs.reopen(id));
  const asked = optionsOf(run);
  const afterSeconds = lastRunWith(project, asked.options.method)?.afterSeconds ?? null;
  const past = checkpointHistory(runFolder(project, id));
  listener?.onStart?.(id, { warnings: [], past, afterSeconds });
  const labelNames = project.stores.labels.all().map(({ name }) => name);
  return work(project, engine, { run: id, dir, labelNames, listener, ...asked });
}

function optionsOf(run: Run): { options: TrainingOptions; device: Device } {
  const { device, ...options } = run.options;
  return { options: trainingOptions(options), device: (device as Device | undefined) ?? 'cpu' };
}

const definedOf = ({ heldOutShare, negativesPerPositive }: TrainRequest) => ({
  ...(heldOutShare !== undefined && { heldOutShare }),
  ...(negativesPerPositive !== undefined && { negativesPerPositive }),
});

interface Work {
  readonly run: number;
  readonly options: TrainingOptions;
  readonly dir: string;
  readonly device: Device;
  readonly labelNames: readonly string[];
  readonly listener?: TrainListener | undefined;
}

async function work(project: Project, engine: Engine, task: Work): Promise<FinishedRun> {
  const { runs } = project.stores;
  const folder = runFolder(project, task.run);
  const began = performance.now();
  let lastStep = began;
  const listener: TrainListener = {
    ...task.listener,
    onStep(event) {
      lastStep = performance.now();
      task.listener?.onStep?.(event);
    },
  };
  try {
    const snapshot = loadSnapshot(folder, task.run);
    const answer = await withRestarts(task, (device) =>
      engine.train(
        {
          model: { dir: task.dir },
          examples: snapshot.examples,
          options: task.options,
          device,
          labelNames: task.labelNames,
          heldOut: snapshot.heldOut,
          checkpoints: { dir: folder, every: CHECKPOINT_EVERY },
        },
        listener,
      ),
    );
    const stepped = performance.now();
    const tuned = await tunedBy(engine, task, snapshot);
    const report = await finish(project, task.run, snapshot, {
      ...{ ...answer, tuned },
      // A run that was resumed has the steps of before among its seconds.
      besideSeconds: () =>
        Math.max(0, (stepped - began) / 1000 - answer.seconds) + (performance.now() - stepped) / 1000,
      afterSeconds: () => (performance.now() - lastStep) / 1000,
    });
    dropRunFolder(folder);
    return { run: task.run, report };
  } catch (error) {
    const status = error instanceof EngineError && error.code === 'cancelled' ? 'cancelled' : 'failed';
    const why: unknown = task.listener?.signal?.reason;
    const said = error instanceof Error ? error.message : String(error);
    const message = status === 'cancelled' && typeof why === 'string' ? why : said;
    // Closed while the engine was still stopping, it said why itself.
    if (project.open)
      project.write(() =>
        runs.finish(task.run, { status, at: new Date().toISOString(), report: {}, error: message }),
      );
    throw status === 'cancelled'
      ? new BackendError('cancelled', 'Training was stopped; the run can go on.', {
          code: 'resume_run',
          run: task.run,
        })
      : error;
  }
}

/** Where embeddings can't be tuned, suggestions rest on those of the model as it came. */
const NOT_TUNED: readonly string[] = ['no_pairs', 'no_hidden_state', 'diverged'];

/** Weights with which embeddings tell the labels apart; null: there is nothing to tune, or to tune on. */
async function tunedBy(engine: Engine, task: Work, { tuning }: Snapshot): Promise<Uint8Array | null> {
  if (tuning.length === 0) return null;
  const request = { model: { dir: task.dir }, texts: tuning, seed: task.options.seed };
  try {
    return await withRestarts(task, () => engine.tune(request, task.listener));
  } catch (error) {
    if (error instanceof EngineError && NOT_TUNED.includes(error.code)) return null;
    throw error;
  }
}

/** An engine that dies is started again and goes on from its last checkpoint. */
async function withRestarts<T>({ device, listener }: Work, work: (device: Device) => Promise<T>): Promise<T> {
  for (let restarts = 0; ; restarts++) {
    try {
      // A driver that took the engine along would do so again.
      return await work(restarts > 0 ? 'cpu' : device);
    } catch (error) {
      const died = error instanceof EngineError && error.code === 'engine_died';
      if (!died || restarts >= MAX_RESTARTS) throw error;
      if (device !== 'cpu' && restarts === 0)
        listener?.onNotice?.(`The engine stopped on ${device}; the processor goes on.`);
      listener?.onRestart?.();
    }
  }
}

async function finish(
  project: Project,
  run: number,
  snapshot: Snapshot,
  answer: TrainAnswer & {
    readonly tuned: Uint8Array | null;
    besideSeconds(): number;
    afterSeconds(): number;
  },
): Promise<RunReport> {
  const { runs, settings, labels, unseenScores: unseen } = project.stores;
  const { heldOut, labelIds, hypotheses } = snapshot;
  const heldOutIds = runs.heldOut(run);
  const before = snapshot.suggestedBefore ?? settings.get('activeRun');
  const figures =
    heldOut && (await heldOutFigures(project, { run, before, labelIds, heldOutIds, heldOut, answer }));
  const names = new Map(labels.all().map(({ id, name }) => [id, name]));
  const comparison = figures?.comparison;
  const tookOver = comparison?.isWorse !== true;
  const besideSeconds = answer.besideSeconds();
  const report: RunReport = {
    documents: snapshot.documents,
    heldOutDocuments: heldOut?.texts.length ?? 0,
    pairs: snapshot.examples.length,
    steps: answer.steps,
    seconds: answer.seconds + besideSeconds,
    besideSeconds,
    afterSeconds: answer.afterSeconds(),
    examplesPerSecond: answer.examplesPerSecond,
    precision: answer.precision,
    peakBytes: answer.peakBytes,
    losses: [...answer.losses],
    evaluations: [...answer.evaluations],
    tookOver,
    ...(answer.outside && {
      outside: {
        before: answer.outside.before.meanAveragePrecision,
        after: answer.outside.after.meanAveragePrecision,
        labels: answer.outside.after.labels,
      },
    }),
    ...(answer.bestEpoch !== null && { bestEpoch: answer.bestEpoch }),
    ...(figures && { metrics: figures.metrics }),
    ...(comparison && { against: comparison.against }),
  };
  project.write(() => {
    runs.saveWeights(run, answer.trained);
    if (answer.tuned) runs.saveTuned(run, answer.tuned);
    runs.setLabels(
      run,
      labelIds.map((labelId, i) => ({
        labelId,
        name: names.get(labelId) ?? heldOut?.labelNames[i] ?? `label ${labelId}`,
        hypotheses: [...hypotheses[i]!],
        threshold: figures?.thresholds[i]?.threshold ?? 0.5,
        thresholdFrom: figures?.thresholds[i]?.from ?? 'default',
      })),
    );
    figures?.unseen.forEach((scores, i) => {
      unseen.putHeldOut(run, heldOutIds[i]!, scores);
    });
    runs.finish(run, { status: 'done', at: new Date().toISOString(), report });
    if (tookOver) settings.set('activeRun', run);
  });
  return report;
}
