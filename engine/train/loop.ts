import { EngineError } from '../errors.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { createAdamW } from '../optim/adamw.ts';
import { linearSchedule } from '../optim/schedule.ts';
import { createRandom } from '../random.ts';
import type { Device } from '../runtime/session.ts';
import type { TrainingGraph } from './assemble.ts';
import { checkedForTraining } from './checkedTraining.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { createEarlyStop, type EarlyStop, type Evaluation } from './earlyStop.ts';
import { type EncodedExamples, type Example, encodeExamples } from './examples.ts';
import { requireFiniteWeights } from './finiteWeights.ts';
import { type CachedExamples, type CacheLimits, cacheHidden, cutGraph } from './frozenPrefix.ts';
import { removeLeftLayerFolders } from './layerFolder.ts';
import { frozenBoundary } from './layers.ts';
import { memoryPlan } from './memory/plan.ts';
import type { TrainingOptions } from './plan.ts';
import { trainingPrecision } from './precision.ts';
import { createResilientUpdater } from './resilient.ts';
import { batchSchedule } from './schedule.ts';
import { createTrainables } from './trainables.ts';
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
  /** Of this process: a resumed run counts its own steps only. */
  readonly seconds: number;
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
  const { options, examples, checkpoints } = request;
  if (examples.length === 0) {
    throw new EngineError(
      'no_pairs',
      'There is nothing to train on: no label was decided on any document.',
      'Accept or reject some labels first.',
    );
  }
  requireFiniteWeights(given.prepared);
  const model = { ...given, prepared: await checkedForTraining(given, options) };
  removeLeftLayerFolders();
  const random = createRandom(options.seed);
  const encoded = encodeExamples(model, examples, Math.min(options.maxLength, model.folder.maxLength));
  const device = request.device ?? 'cpu';
  const precision = await trainingPrecision(model.prepared, encoded, { options, device });
  const { training, parameters } = createTrainables(
    model.prepared,
    { ...options, precision },
    random.fork('initialisation'),
  );
  const { clipNorm, weightDecay } = options;
  const adamW = { weightDecay };
  const optimizer = createAdamW(parameters, adamW);
  const schedule = batchSchedule(encoded.lengths, options);
  const past = checkpoints && readCheckpoint(checkpoints.dir, parameters, optimizer.state);
  const losses = [...(past?.losses ?? [])];
  const stop = createEarlyStop(parameters, { patience: options.patience, ...(past && { past }) });
  const values = new Map(parameters.map((p) => [p.name, p.values]));
  const save = () => {
    if (!checkpoints) return;
    const { evaluations, best } = stop;
    writeCheckpoint(checkpoints.dir, { losses, parameters, optimizer: optimizer.state, evaluations, best });
  };
  /** After the device failed: the steps since its state was last copied are done again. */
  const rewind = () => {
    losses.length = optimizer.state.step;
  };
  const plan = { warmup: Math.round(options.warmupShare * schedule.steps), total: schedule.steps };
  const frozen =
    device === 'cpu' && schedule.steps > schedule.stepsPerEpoch
      ? await frozenBelow(model.prepared, training, encoded, request)
      : undefined;
  const parts = { training, parameters, optimizer, encoded, clipNorm, adamW, ...frozen };
  const updater = await createResilientUpdater({
    device,
    open: async (where) => {
      const memory = await memoryPlan(
        { prepared: model.prepared, training, parameters },
        { memoryMb: options.memoryMb, lengths: encoded.lengths, device: where, onNotice: request.onNotice },
      );
      return createUpdater({ ...parts, memory }, where, { half: options.precision === 'auto' });
    },
    onNotice: request.onNotice,
  });
  const clock = createClock();
  let updating = 0;
  let upcoming: number[][] | undefined;
  try {
    while (losses.length < schedule.steps && !exhausted(stop, options)) {
      const step = losses.length;
      const slices = upcoming ?? schedule.slices(step);
      const rate = options.learningRate * linearSchedule(step, plan);
      const running = updater.step(slices, rate, request.signal);
      upcoming = step + 1 < schedule.steps ? schedule.slices(step + 1) : undefined;
      if (upcoming) updater.prepare?.(upcoming);
      const update = await running;
      if (update === 'aborted') {
        if ((await updater.readBack()) === 'rewound') rewind();
        save();
        throw new EngineError('cancelled', 'Training was stopped.');
      }
      if (update === 'rewound') {
        rewind();
        upcoming = undefined;
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
        upcoming = undefined;
        continue;
      }
      await evaluateEpoch(request, { stop, values, done, schedule });
      if (saves) save();
    }
  } finally {
    await updater.release();
    frozen?.encoded.release();
  }
  stop.restore();
  const { evaluations, best } = stop;
  return {
    steps: losses.length,
    losses,
    seconds: clock.seconds(),
    examplesPerSecond: clock.count(0),
    optimizerShare: updating / 1000 / clock.seconds(),
    precision,
    device: updater.device,
    evaluations,
    ...(best && { bestEpoch: best.epoch }),
    values,
    dims: new Map(parameters.map((p) => [p.name, p.dims])),
  };
}

/** With `layers: 'top:N'` and more than one epoch: what lies below those layers, computed once per example. */
async function frozenBelow(
  prepared: PreparedModel,
  training: TrainingGraph,
  encoded: EncodedExamples,
  { options, signal, layerCache, onNotice }: TrainingRequest,
): Promise<{ training: TrainingGraph; encoded: CachedExamples } | undefined> {
  if (options.layers === 'all' || layerCache === 'none') return undefined;
  const boundary = frozenBoundary(prepared, options.layers);
  const cut = boundary === undefined ? undefined : cutGraph(prepared, training, boundary);
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

/** Whether the last `patience` epochs were no better; also asked of a restored run. */
const exhausted = ({ evaluations, best }: EarlyStop, { patience }: TrainingOptions) =>
  evaluations.filter(({ epoch }) => epoch > (best?.epoch ?? 0)).length >= patience;

const endsEpoch = (done: number, schedule: { steps: number; stepsPerEpoch: number }) =>
  done % schedule.stepsPerEpoch === 0 || done === schedule.steps;

async function evaluateEpoch(
  { heldOutF1, onEvaluation }: TrainingRequest,
  at: {
    stop: EarlyStop;
    values: TrainedValues;
    done: number;
    schedule: { steps: number; stepsPerEpoch: number };
  },
): Promise<void> {
  const { done, schedule } = at;
  if (!heldOutF1 || !endsEpoch(done, schedule)) return;
  const epoch = Math.ceil(done / schedule.stepsPerEpoch);
  const evaluation = { epoch, step: done, macroF1: await heldOutF1(at.values, epoch) };
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
