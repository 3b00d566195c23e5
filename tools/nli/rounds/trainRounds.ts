import { EngineError, invariant } from '../../../engine/errors.ts';
import { createEmbedder, type Embedder } from '../../../engine/inference/embedding.ts';
import { type ContrastView, contrastOf } from '../../../engine/loss/supervisedContrastive.ts';
import type { NliModel } from '../../../engine/model/nliModel.ts';
import { classCount } from '../../../engine/nli/classes.ts';
import { createAdamW, type Parameter } from '../../../engine/optim/adamw.ts';
import { clipGlobalNorm } from '../../../engine/optim/clip.ts';
import { createRandom } from '../../../engine/random.ts';
import type { EncodedPair } from '../../../engine/text/tokenizer.ts';
import { readCheckpoint, writeCheckpoint } from '../../../engine/train/checkpoint.ts';
import { requireFiniteWeights } from '../../../engine/train/finiteWeights.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createTrainables } from '../../../engine/train/trainables.ts';
import { createRowStepper, type RowStepper } from './rowStepper.ts';
import { trapezoidSchedule } from './schedule.ts';
import { tokenBatches } from './tokenBatches.ts';
import { assembleTwoLosses } from './twoLosses.ts';

/** A pair with a distribution over the classes, or (without one) a text alone whose embedding shall stay. */
export interface RoundItem {
  readonly tokens: EncodedPair;
  readonly target?: Float32Array;
}

/** Texts and labels whose embeddings are compared with one another in one step. */
export interface ContrastGroup {
  /** Each encoded alone. */
  readonly rows: readonly EncodedPair[];
  readonly views: readonly ContrastView[];
  /** Weight of the embedding loss that keeps a row near the teacher's, as a mean over the rows. */
  readonly keep: number;
}

export interface RoundOptions {
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly decayShare: number;
  readonly tokensPerBatch: number;
  readonly maxRows: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  /** Weight of a text's embedding loss beside a pair's cross-entropy. */
  readonly embeddingWeight: number;
}

export interface RoundProgress {
  readonly step: number;
  /** Mean per row; of the group where a step has no rows. */
  readonly loss: number;
  /** Of the step's group, where there is one. */
  readonly contrast?: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Rows and padded tokens of the step, and how long it took. */
  readonly rows: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** Logits [rows, classes] of encoded pairs under the current weights. */
export type Scorer = RowStepper['logits'];

export interface RoundRequest {
  /** Items of a round, the same for the same number; called with 0, 1, 2 … in order. None: a step of contrast alone. */
  readonly round: (index: number) => readonly RoundItem[];
  /** Compared beside each step's batch, and the softmax's temperature; the same group for the same step (from 1). */
  readonly contrast?: { readonly temperature: number; readonly group: (step: number) => ContrastGroup };
  /** The model whose embeddings texts keep; default: the trained model as it starts. */
  readonly teacher?: Pick<NliModel, 'prepared'>;
  readonly options: RoundOptions;
  readonly checkpoints: { readonly dir: string; readonly every: number };
  /** Threads sleep while they wait: other programs get the cores. Default: false. */
  readonly background?: boolean;
  /** Go on from the folder's checkpoint. */
  readonly resume: boolean;
  readonly signal?: AbortSignal;
  readonly onStart?: (state: { step: number; parameters: number }) => void;
  /** `values` are the weights of the moment by name, which the next step changes. */
  readonly onStep?: (
    progress: RoundProgress,
    score: Scorer,
    values: ReadonlyMap<string, Float32Array>,
  ) => Promise<void> | void;
}

/**
 * Trains all weights but the embeddings on rounds of items, batched by tokens within a round.
 *
 * Deterministic by seed: a round's batches depend on seed and round only. A resumed run builds the rounds before the
 * checkpoint again (without training on them) and so equals an uninterrupted one. Returns the trained values by name.
 * Throws `weights_invalid` or `diverged` when weights, loss or gradients are not finite, `cancelled` on abort (after writing a checkpoint).
 */
export async function trainRounds(
  model: NliModel,
  request: RoundRequest,
): Promise<{ values: ReadonlyMap<string, Float32Array>; losses: readonly number[] }> {
  const { options, checkpoints } = request;
  requireFiniteWeights(model.prepared);
  const random = createRandom(options.seed);
  const { parameters } = createTrainables(model.prepared, trainingOptions({ method: 'full' }), random);
  const optimizer = createAdamW(parameters, { weightDecay: options.weightDecay });
  const restored = request.resume && readCheckpoint(checkpoints.dir, parameters, optimizer.state);
  const losses = [...(restored ? restored.losses : [])];
  request.onStart?.({ step: losses.length, parameters: countOf(parameters) });
  const padId = model.tokenizer.padId;
  const graph = assembleTwoLosses(model.prepared, parameters, request.contrast?.temperature);
  const stepper = await createRowStepper(graph, parameters, {
    classes: classCount(model.classes),
    padId,
    background: request.background === true,
  });
  const values = new Map(parameters.map((p) => [p.name, p.values]));
  const teacher = await createEmbedder((request.teacher ?? model).prepared, padId);
  const save = () => writeCheckpoint(checkpoints.dir, { losses, parameters, optimizer: optimizer.state });
  try {
    let step = 0;
    for (let index = 0; step < options.steps; index++) {
      const items = request.round(index);
      const lengths = items.map((item) => item.tokens.inputIds.length);
      const { tokensPerBatch, maxRows } = options;
      const batches =
        items.length === 0
          ? [[]]
          : tokenBatches(lengths, {
              tokens: tokensPerBatch,
              maxRows,
              random: random.fork(`round ${index}`),
            });
      // The same weight for every row of a round, whether it sits in a batch of few long rows or of many short ones.
      const weight = batches.length / items.length;
      for (const batch of batches.slice(0, options.steps - step)) {
        step += 1;
        if (step <= losses.length) continue;
        if (request.signal?.aborted) {
          save();
          throw new EngineError('cancelled', 'Training was stopped.');
        }
        const started = performance.now();
        const chosen = batch.map((i) => items[i]!);
        const texts = chosen.filter((item) => item.target === undefined);
        const wanted = texts.length > 0 ? await teacher.embed(texts.map((item) => item.tokens)) : [];
        const vectors = new Map(texts.map((item, i) => [item, wanted[i]!]));
        const rows = chosen.map((item) => ({
          tokens: item.tokens,
          weight: item.target ? weight : weight * options.embeddingWeight,
          target: item.target,
          wanted: vectors.get(item),
        }));
        const pairs = rows.length > 0 ? await stepper.step(rows) : undefined;
        const add = pairs !== undefined;
        const group =
          request.contrast && (await stepGroup(request.contrast.group(step), { stepper, teacher, add }));
        const stepped = group ?? pairs;
        invariant(stepped, 'a step has pairs or a group');
        const { gradients } = stepped;
        const gradientNorm = clipGlobalNorm(gradients, options.clipNorm);
        if (!Number.isFinite((pairs?.loss ?? 0) + (group?.loss ?? 0)) || !Number.isFinite(gradientNorm))
          throw diverged(step);
        const factor = trapezoidSchedule(step - 1, {
          warmup: options.warmupSteps,
          steps: options.steps,
          decayShare: options.decayShare,
        });
        optimizer.step(gradients, options.learningRate * factor);
        const perRow = pairs ? pairs.loss / (weight * rows.length) : stepped.loss;
        losses.push(perRow);
        const width = Math.max(0, ...rows.map((row) => row.tokens.inputIds.length));
        await request.onStep?.(
          {
            step,
            loss: perRow,
            ...(group && { contrast: group.loss }),
            gradientNorm,
            learningRate: options.learningRate * factor,
            rows: rows.length,
            tokens: rows.length * width,
            seconds: (performance.now() - started) / 1000,
          },
          stepper.logits,
          values,
        );
        if (step % checkpoints.every === 0 || step === options.steps) save();
      }
    }
  } finally {
    await stepper.release();
    await teacher.release();
  }
  return { values, losses };
}

/** Forward and backward of a group; with `add` its gradients are added to those of the step's batch. */
async function stepGroup(
  { rows, views, keep }: ContrastGroup,
  { stepper, teacher, add }: { stepper: RowStepper; teacher: Embedder; add: boolean },
): Promise<{ loss: number; gradients: Float32Array[] }> {
  const wanted = keep > 0 ? await teacher.embed(rows) : [];
  return stepper.step(
    rows.map((tokens, row) => ({ tokens, weight: keep / rows.length, wanted: wanted[row] })),
    { contrast: contrastOf(rows.length, views), add },
  );
}

const countOf = (parameters: readonly Parameter[]) => parameters.reduce((sum, p) => sum + p.values.length, 0);

const diverged = (step: number) =>
  new EngineError(
    'diverged',
    `Training went astray at step ${step}: the loss is no longer a number.`,
    'Use a smaller learning rate.',
  );
