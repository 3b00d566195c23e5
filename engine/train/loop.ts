import { EngineError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { PreparedModel } from '../model/prepare.ts';
import type { AdamWOptions, Parameter } from '../optim/adamw.ts';
import { linearSchedule } from '../optim/schedule.ts';
import { createRandom } from '../random.ts';
import type { Device } from '../runtime/session.ts';
import type { TrainingGraph } from './assemble.ts';
import { checkedForTraining } from './checkedTraining.ts';
import { chooseWindows, hasWindows } from './decidingWindows.ts';
import type { EarlyStop, Evaluation } from './earlyStop.ts';
import { type Example, encodeExamples, type WindowedExamples } from './examples.ts';
import { requireFiniteWeights } from './finiteWeights.ts';
import { type CachedExamples, type CacheLimits, cacheHidden, cutGraph } from './frozenPrefix.ts';
import { keepBase } from './keep.ts';
import { removeLeftLayerFolders } from './layerFolder.ts';
import { frozenBoundary } from './layers.ts';
import { memoryPlan } from './memory/plan.ts';
import type { TrainingOptions } from './plan.ts';
import { trainingPrecision } from './precision.ts';
import { restoredProgress, type TrainingProgress } from './progress.ts';
import { createResilientUpdater, type ResilientUpdater } from './resilient.ts';
import { type BatchSchedule, batchSchedule } from './schedule.ts';
import { createTrainables, mergeTrained } from './trainables.ts';
import { createUpdater } from './updaters.ts';

/** Trained values by name: adapters and full weights. */
export type TrainedValues = ReadonlyMap<string, Float32Array>;

export interface TrainingEvent {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly examplesPerSecond: number;
}

export interface TrainingRequest {
  readonly examples: readonly Example[];
  readonly options: TrainingOptions;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onStep?: (event: TrainingEvent) => void;
  /** A sentence when a device or its memory gave out and training went on otherwise. */
  readonly onNotice?: (text: string) => void;
  /** Macro F1 on held-out documents with these weights; asked after every epoch (1 is the first), for early stopping. */
  readonly heldOutF1?: (values: TrainedValues, epoch: number) => Promise<number>;
  readonly onEvaluation?: (evaluation: Evaluation) => void;
  /** Where what frozen layers give is kept; 'none': they are computed in every epoch. */
  readonly layerCache?: CacheLimits | 'none';
  /** Folder for checkpoints, written every `every` steps and on abort; a valid one there is resumed from. */
  readonly checkpoints?: { readonly dir: string; readonly every: number };
}

export interface TrainingResult {
  readonly steps: number;
  readonly losses: readonly number[];
  /** Of all parts of a resumed run together, without what lay between. */
  readonly seconds: number;
  /** Of the last part. */
  readonly examplesPerSecond: number;
  /** Of the time, 0 to 1: clipping and AdamW. */
  readonly optimizerShare: number;
  /** Of products with weights. */
  readonly precision: 'fp32' | 'int8';
  /** Where the last step was computed: the CPU after another device failed. */
  readonly device: Device;
  readonly evaluations: readonly Evaluation[];
  /** The epoch whose weights these are; absent without evaluations: the last. */
  readonly bestEpoch?: number;
  readonly values: TrainedValues;
  readonly dims: ReadonlyMap<string, readonly number[]>;
}

/**
 * Fine-tunes on pairs: length-bucketed batches, AdamW with warm-up and clipping, early stopping. Deterministic by
 * seed: the batches of an epoch depend on seed and epoch only, so a run resumed from a checkpoint equals one that was
 * never interrupted.
 *
 * Throws `no_pairs` without examples, `weights_invalid` when the model's are not finite, `diverged` when loss or gradients are not finite (the last checkpoint stays),
 * `cancelled` on abort, after writing a checkpoint.
 */
export async function fineTune(given: NliModel, request: TrainingRequest): Promise<TrainingResult> {
  const training = await prepareTraining(given, request);
  const { options, checkpoints } = request;
  const progress = restoredProgress(training.parameters, training.encoded, {
    dir: checkpoints?.dir,
    adamW: adamWOf(options),
    patience: options.patience,
  });
  if (!progress.windowsTakenUp) await renewWindows(training, request, { epoch: 0 });
  const frozen = await frozenBelow(training, request);
  try {
    const updater = await openUpdater(training, { progress, frozen, request });
    try {
      const timing = await runSteps(training, {
        progress,
        updater,
        request,
        renews: !frozen && hasWindows(training.encoded),
      });
      progress.stop.restore();
      return resultOf(training, { progress, timing, device: updater.device, options });
    } finally {
      await updater.release();
    }
  } finally {
    frozen?.encoded.release();
  }
}

/** What a training works with, before its first step. */
interface PreparedTraining {
  readonly model: NliModel;
  readonly prepared: PreparedModel;
  readonly graph: TrainingGraph;
  readonly parameters: readonly Parameter[];
  readonly encoded: WindowedExamples;
  readonly schedule: BatchSchedule;
  readonly device: Device;
  readonly precision: 'fp32' | 'int8';
}

/** Checks model and examples, encodes them, and assembles the training graph. */
async function prepareTraining(given: NliModel, request: TrainingRequest): Promise<PreparedTraining> {
  const { options, examples, device = 'cpu' } = request;
  if (examples.length === 0) {
    throw new EngineError(
      'no_pairs',
      'There is nothing to train on: no label was decided on any document.',
      'Accept or reject some labels first.',
    );
  }
  requireFiniteWeights(given.prepared);
  const prepared = await checkedForTraining(given, options);
  const model = { ...given, prepared };
  removeLeftLayerFolders();
  const encoded = encodeExamples(model, examples, Math.min(options.maxLength, model.folder.maxLength));
  const precision = await trainingPrecision(prepared, encoded, { options, device });
  const random = createRandom(options.seed).fork('initialisation');
  const { training: graph, parameters } = createTrainables(prepared, { ...options, precision }, random);
  const schedule = batchSchedule(encoded.lengths, options);
  return { model, prepared, graph, parameters, encoded, schedule, device, precision };
}

const adamWOf = ({ weightDecay }: TrainingOptions): AdamWOptions => ({ weightDecay });

/** Opens what computes the steps, within the memory there is; it outlives its device. */
function openUpdater(
  { prepared, graph, parameters, encoded, device }: PreparedTraining,
  at: { progress: TrainingProgress; frozen: Frozen | undefined; request: TrainingRequest },
): Promise<ResilientUpdater> {
  const { options, onNotice } = at.request;
  const { optimizer } = at.progress;
  const { clipNorm } = options;
  const parts = {
    training: graph,
    parameters,
    optimizer,
    encoded,
    clipNorm,
    adamW: adamWOf(options),
    ...at.frozen,
  };
  return createResilientUpdater({
    device,
    open: async (where) => {
      const memory = await memoryPlan(
        { prepared, training: graph, parameters },
        { memoryMb: options.memoryMb, lengths: encoded.lengths, device: where, onNotice },
      );
      return createUpdater({ ...parts, memory }, where, { half: options.precision === 'auto' });
    },
    onNotice,
  });
}

interface Timing {
  readonly seconds: number;
  readonly examplesPerSecond: number;
  /** Milliseconds of clipping and AdamW. */
  readonly updating: number;
}

/** Does the steps that are left, with an evaluation after each epoch and checkpoints between. */
async function runSteps(
  training: PreparedTraining,
  at: {
    progress: TrainingProgress;
    updater: ResilientUpdater;
    request: TrainingRequest;
    /** Whether windows are chosen anew for each epoch: not where what frozen layers give of them is kept. */
    renews: boolean;
  },
): Promise<Timing> {
  const { schedule } = training;
  const { progress, updater, request, renews } = at;
  const { options, checkpoints, signal } = request;
  const { losses, stop } = progress;
  const plan = { warmup: Math.round(options.warmupShare * schedule.steps), total: schedule.steps };
  const clock = createClock();
  let updating = 0;
  /** Of the next step, which the updater gets ready meanwhile. */
  let upcoming: number[][] | undefined;
  const rewind = () => {
    progress.rewind();
    upcoming = undefined;
  };
  while (losses.length < schedule.steps && !stop.exhausted()) {
    const step = losses.length;
    const slices = upcoming ?? schedule.slices(step);
    const running = updater.step(slices, options.learningRate * linearSchedule(step, plan), signal);
    upcoming = step + 1 < schedule.steps ? schedule.slices(step + 1) : undefined;
    // What the next epoch reads is not known before its windows are chosen.
    if (upcoming && !(renews && endsEpoch(step + 1, schedule))) updater.prepare?.(upcoming);
    const update = await running;
    if (update === 'aborted') {
      if ((await updater.readBack()) === 'rewound') rewind();
      progress.save(progress.secondsBefore + clock.seconds());
      throw new EngineError('cancelled', 'Training was stopped.');
    }
    if (update === 'rewound') {
      rewind();
      continue;
    }
    const { loss, norm, updatingMs } = update;
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw diverged(step);
    updating += updatingMs;
    losses.push(loss);
    const examplesPerSecond = clock.count(slices.flat().length);
    request.onStep?.({ step: step + 1, steps: schedule.steps, loss, examplesPerSecond });
    const done = losses.length;
    const saves = checkpoints !== undefined && done % checkpoints.every === 0;
    if ((saves || endsEpoch(done, schedule)) && (await updater.readBack()) === 'rewound') {
      rewind();
      continue;
    }
    await evaluateEpoch(request, { stop, values: () => valuesOf(training, options), done, schedule });
    if (renews && endsEpoch(done, schedule) && done < schedule.steps) {
      const weights = mergeTrained(training.prepared, {
        ...options,
        values: valuesOf(training, { keep: 0 }),
      });
      await renewWindows(training, request, { epoch: done / schedule.stepsPerEpoch, weights });
    }
    if (saves) progress.save(progress.secondsBefore + clock.seconds());
  }
  return { seconds: clock.seconds(), examplesPerSecond: clock.count(0), updating };
}

/** Chooses the windows of an epoch (0 is the first) with the weights of now. */
const renewWindows = (
  { model, encoded }: PreparedTraining,
  { examples, options, signal }: TrainingRequest,
  at: { epoch: number; weights?: Model },
): Promise<void> => chooseWindows(model, examples, encoded, { ...at, seed: options.seed, signal });

/** With the share of the base that is kept. */
const valuesOf = (
  { prepared, parameters }: PreparedTraining,
  { keep }: Pick<TrainingOptions, 'keep'>,
): TrainedValues => keepBase(prepared, new Map(parameters.map((p) => [p.name, p.values])), keep);

function resultOf(
  training: PreparedTraining,
  at: { progress: TrainingProgress; timing: Timing; device: Device; options: TrainingOptions },
): TrainingResult {
  const { parameters, precision } = training;
  const { losses, stop } = at.progress;
  const { seconds, examplesPerSecond, updating } = at.timing;
  const { evaluations, best } = stop;
  return {
    steps: losses.length,
    losses,
    seconds: at.progress.secondsBefore + seconds,
    examplesPerSecond,
    optimizerShare: updating / 1000 / seconds,
    precision,
    device: at.device,
    evaluations,
    ...(best && { bestEpoch: best.epoch }),
    values: valuesOf(training, at.options),
    dims: new Map(parameters.map((p) => [p.name, p.dims])),
  };
}

/** What of a model lies above the layers that stay as they are, and what those give for each example. */
interface Frozen {
  readonly training: TrainingGraph;
  readonly encoded: CachedExamples;
}

/** With `layers: 'top:N'`, more than one epoch and the CPU: what lies below those layers, computed once per example. */
async function frozenBelow(
  { prepared, graph, encoded, schedule, device }: PreparedTraining,
  { options, signal, layerCache, onNotice }: TrainingRequest,
): Promise<Frozen | undefined> {
  if (options.layers === 'all' || layerCache === 'none') return undefined;
  if (device !== 'cpu' || schedule.steps <= schedule.stepsPerEpoch) return undefined;
  const boundary = frozenBoundary(prepared, options.layers);
  const cut = boundary === undefined ? undefined : cutGraph(prepared, graph, boundary);
  const cached =
    cut && (await cacheHidden(encoded, cut, { signal, ...(layerCache && { limits: layerCache }) }));
  if (cut && cached) return { training: cut.upper, encoded: cached };
  onNotice?.(
    cut
      ? 'The lower layers give more than fits into the temporary file; they are computed in every epoch.'
      : 'This model cannot be cut between its layers; the lower ones are computed in every epoch.',
  );
  return undefined;
}

const endsEpoch = (done: number, schedule: BatchSchedule) =>
  done % schedule.stepsPerEpoch === 0 || done === schedule.steps;

async function evaluateEpoch(
  { heldOutF1, onEvaluation }: TrainingRequest,
  at: {
    stop: EarlyStop;
    values: () => TrainedValues;
    done: number;
    schedule: BatchSchedule;
  },
): Promise<void> {
  const { done, schedule } = at;
  if (!heldOutF1 || !endsEpoch(done, schedule)) return;
  const epoch = Math.ceil(done / schedule.stepsPerEpoch);
  const evaluation = { epoch, step: done, macroF1: await heldOutF1(at.values(), epoch) };
  at.stop.note(evaluation);
  onEvaluation?.(evaluation);
}

const diverged = (step: number) =>
  new EngineError(
    'diverged',
    `Training went astray at step ${step + 1}: the loss is no longer a number.`,
    'Use a smaller learning rate.',
  );

/** Examples per second since it was made. */
function createClock() {
  const started = performance.now();
  let seen = 0;
  const seconds = () => (performance.now() - started) / 1000;
  return {
    seconds,
    count(examples: number): number {
      seen += examples;
      return seen / Math.max(seconds(), 1e-9);
    },
  };
}
