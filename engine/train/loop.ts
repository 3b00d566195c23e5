import { EngineError } from '../errors.ts';
import type { NliModel } from '../models/nliModel.ts';
import type { NliClasses } from '../nli/classes.ts';
import { classCount } from '../nli/classes.ts';
import { createAdamW } from '../optim/adamw.ts';
import { clipGlobalNorm } from '../optim/clip.ts';
import { linearSchedule } from '../optim/schedule.ts';
import { createRandom } from '../random.ts';
import type { Device } from '../runtime/session.ts';
import { collate, trainingBatches } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { TrainingOptions } from './plan.ts';
import { createStepper, type Stepper } from './step.ts';
import { createTrainables } from './trainables.ts';

/** A premise, a hypothesis, and whether one follows from the other. */
export interface Example {
  readonly premise: string;
  readonly hypothesis: string;
  readonly target: 'entailment' | 'contradiction';
}

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
  /** Folder for checkpoints, written every `checkpointEvery` steps; a valid one there is resumed from. */
  readonly checkpoints?: { readonly dir: string; readonly every: number };
}

export interface TrainingResult {
  readonly steps: number;
  readonly losses: readonly number[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
  /** Trained values by name: adapters and full weights. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/**
 * Fine-tunes on pairs: length-bucketed batches, AdamW with warm-up and clipping. Deterministic by seed: the batches of
 * an epoch depend on seed and epoch only, so a run resumed from a checkpoint equals one that was never interrupted.
 *
 * Throws `no_pairs` without examples, `diverged` when loss or gradients are not finite, `cancelled` on abort.
 */
export async function fineTune(model: NliModel, request: TrainingRequest): Promise<TrainingResult> {
  const { options, examples } = request;
  if (examples.length === 0) {
    throw new EngineError(
      'no_pairs',
      'There is nothing to train on: no label was decided on any document.',
      'Accept or reject some labels first.',
    );
  }
  const random = createRandom(options.seed);
  const { training, parameters } = createTrainables(model.prepared, options, random.fork('initialisation'));
  const optimizer = createAdamW(parameters, { weightDecay: options.weightDecay });
  const pairs = encodeExamples(model, request);
  const schedule = batchSchedule(pairs, options);
  const restored =
    request.checkpoints && readCheckpoint(request.checkpoints.dir, parameters, optimizer.state);
  const losses = [...(restored?.losses ?? [])];
  const stepper = await createStepper(training, parameters, { device: request.device ?? 'cpu' });
  const started = performance.now();
  let seen = 0;
  try {
    for (let step = losses.length; step < schedule.steps; step++) {
      if (request.signal?.aborted) throw new EngineError('cancelled', 'Training was stopped.');
      const slices = schedule.slices(step);
      const { loss, gradients } = await accumulate(stepper, slices, { model, pairs, examples });
      const norm = clipGlobalNorm(gradients, options.clipNorm);
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw diverged(step);
      const plan = { warmup: Math.round(options.warmupShare * schedule.steps), total: schedule.steps };
      optimizer.step(gradients, options.learningRate * linearSchedule(step, plan));
      losses.push(loss);
      seen += slices.flat().length;
      const examplesPerSecond = (seen * 1000) / (performance.now() - started);
      request.onStep?.({ step: step + 1, steps: schedule.steps, loss, examplesPerSecond });
      if (request.checkpoints && (step + 1) % request.checkpoints.every === 0) {
        const checkpoint: Checkpoint = { losses, parameters, optimizer: optimizer.state };
        writeCheckpoint(request.checkpoints.dir, checkpoint);
      }
    }
  } finally {
    await stepper.release();
  }
  const seconds = (performance.now() - started) / 1000;
  const values = new Map(parameters.map((p) => [p.name, p.values]));
  return { steps: losses.length, losses, seconds, examplesPerSecond: seen / Math.max(seconds, 1e-9), values };
}

const diverged = (step: number) =>
  new EngineError(
    'diverged',
    `Training went astray at step ${step + 1}: the loss is no longer a number.`,
    'Use a smaller learning rate.',
  );

function encodeExamples(
  { tokenizer, folder }: NliModel,
  { examples, options }: TrainingRequest,
): EncodedPair[] {
  const maxLength = Math.min(options.maxLength, folder.maxLength);
  return examples.map((e) => tokenizer.encodePair(e.premise, e.hypothesis, { maxLength }));
}

/** Which examples each optimizer step sees, as slices of one batch each. */
function batchSchedule(pairs: readonly EncodedPair[], options: TrainingOptions) {
  const lengths = pairs.map((p) => p.inputIds.length);
  const random = createRandom(options.seed);
  const batchesPerEpoch = Math.ceil(pairs.length / options.batchSize);
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / options.accumulation);
  const wanted = options.epochs * stepsPerEpoch;
  const epochs = new Map<number, number[][]>();
  const batchesOf = (epoch: number) => {
    const known = epochs.get(epoch);
    if (known) return known;
    const made = trainingBatches(lengths, {
      batchSize: options.batchSize,
      random: random.fork(`epoch ${epoch}`),
    });
    epochs.clear();
    epochs.set(epoch, made);
    return made;
  };
  return {
    steps: Math.min(wanted, options.maxSteps ?? wanted),
    slices(step: number): number[][] {
      const first = (step % stepsPerEpoch) * options.accumulation;
      return batchesOf(Math.floor(step / stepsPerEpoch)).slice(first, first + options.accumulation);
    },
  };
}

interface Material {
  readonly model: NliModel;
  readonly pairs: readonly EncodedPair[];
  readonly examples: readonly Example[];
}

/** Loss and gradients of the mean over all examples of the slices. */
async function accumulate(
  stepper: Stepper,
  slices: readonly number[][],
  { model, pairs, examples }: Material,
) {
  const total = slices.reduce((sum, slice) => sum + slice.length, 0);
  let loss = 0;
  let gradients: Float32Array[] = [];
  for (const slice of slices) {
    const batch = collate(
      slice.map((i) => pairs[i]!),
      model.tokenizer.padId,
    );
    const targets = targetsFor(
      slice.map((i) => examples[i]!),
      model.classes,
      total,
    );
    const result = await stepper.run(batch, targets);
    loss += result.loss;
    if (slices.length === 1) return { loss, gradients: result.gradients };
    if (gradients.length === 0) gradients = result.gradients.map((g) => g.slice());
    else for (const [p, sum] of gradients.entries()) addTo(sum, result.gradients[p]!);
  }
  return { loss, gradients };
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
}

function targetsFor(examples: readonly Example[], classes: NliClasses, total: number): Float32Array {
  const columns = classCount(classes);
  const targets = new Float32Array(examples.length * columns);
  examples.forEach(({ target }, row) => {
    targets[row * columns + classes[target]] = 1 / total;
  });
  return targets;
}
