import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AdamW, AdamWOptions, Parameter } from '../optim/adamw.ts';
import { clipGlobalNorm } from '../optim/clip.ts';
import type { Device } from '../runtime/session.ts';
import type { TrainingGraph } from './assemble.ts';
import type { EncodedExamples } from './examples.ts';
import type { MemoryPlan } from './memory/plan.ts';
import { createStepper, type Stepper } from './step.ts';

/** What an optimizer step found. A loss or norm that is not finite: no weight was changed. */
export interface UpdateResult {
  readonly loss: number;
  /** L2 norm of all gradients together, before clipping. */
  readonly norm: number;
  /** Of the step: clipping and AdamW. */
  readonly updatingMs: number;
}

/** Does optimizer steps. Where weights, gradients and moments live meanwhile is its own affair. */
export interface Updater {
  /** Says what the next step will be, so that its batches can be made while this one runs. */
  prepare?(slices: readonly (readonly number[])[]): void;
  /** One step over the slices (indices of examples), whose gradients are accumulated; 'aborted' changes nothing. */
  step(
    slices: readonly (readonly number[])[],
    learningRate: number,
    signal?: AbortSignal,
  ): Promise<UpdateResult | 'aborted'>;
  /** Brings weights and moments into the parameters and the optimizer's state that it was made with. */
  readBack(): Promise<void>;
  release(): Promise<void>;
}

/** What an updater works with: a training graph, its parameters and their optimizer, and the examples. */
export interface UpdaterParts {
  readonly training: TrainingGraph;
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly encoded: EncodedExamples;
  readonly clipNorm: number;
  /** What the optimizer was made with. */
  readonly adamW?: AdamWOptions;
  /** How batches are cut to stay within a budget of memory. */
  readonly memory?: MemoryPlan | undefined;
}

/** Weights and moments in this process: ONNX Runtime computes gradients, clipping and AdamW work in place. */
export async function createHostUpdater(
  parts: UpdaterParts,
  options: { readonly device?: Device } = {},
): Promise<Updater> {
  const { training, parameters, optimizer, encoded, clipNorm } = parts;
  const stepper = await createStepper(training, parameters, options);
  return {
    async step(slices, learningRate, signal) {
      const sum = await accumulate(stepper, slices, encoded, signal);
      if (sum === 'aborted') return sum;
      const { loss, gradients } = sum;
      const started = performance.now();
      const norm = clipGlobalNorm(gradients, clipNorm);
      if (Number.isFinite(loss) && Number.isFinite(norm)) optimizer.step(gradients, learningRate);
      return { loss, norm, updatingMs: performance.now() - started };
    },
    readBack: async () => undefined,
    release: () => stepper.release(),
  };
}

/** Loss and gradients of the mean over all examples of the slices. */
async function accumulate(
  stepper: Stepper,
  slices: readonly (readonly number[])[],
  encoded: EncodedExamples,
  signal?: AbortSignal,
): Promise<{ loss: number; gradients: Float32Array[] } | 'aborted'> {
  const total = slices.reduce((sum, slice) => sum + slice.length, 0);
  let loss = 0;
  let gradients: Float32Array[] = [];
  for (const slice of slices) {
    // The runtime blocks this thread; between batches a message that says "cancel" can come in.
    await nextTurn();
    if (signal?.aborted) return 'aborted';
    const { tokens, targets } = encoded.batch(slice, total);
    const result = await stepper.run(tokens, targets);
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
