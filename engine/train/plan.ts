import { z } from 'zod';
import { EngineError } from '../errors.ts';
import type { TrainedLayers } from './layers.ts';

const isTrainedLayers = (value: unknown) =>
  typeof value === 'string' && /^(all|top:[1-9]\d{0,2})$/.test(value);

const Options = z.strictObject({
  method: z.enum(['lora', 'full']).default('lora'),
  /** Which layers get adapters: all per-token linear layers, or query and value only. */
  targets: z.enum(['all', 'qv']).default('all'),
  /** Which encoder layers: all, or the N nearest to the output ("top:N"); what is below those is computed once. */
  layers: z.custom<TrainedLayers>(isTrainedLayers, 'it is "all" or "top:N"').default('all'),
  /** Of products with weights. int8: rounded to 8-bit integers; auto: for adapters, where a test finds it right and faster. */
  precision: z.enum(['auto', 'fp32', 'int8']).default('auto'),
  rank: z.int().min(1).max(256).default(8),
  alpha: z.number().positive().max(10_000).default(16),
  epochs: z.int().min(1).max(1000).default(3),
  learningRate: z.number().positive().max(1).optional(),
  batchSize: z.int().min(1).max(1024).default(16),
  accumulation: z.int().min(1).max(1024).default(1),
  /** Of memory that training may take, in 10^6 bytes; absent: half of what is free. Batches are cut to fit. */
  memoryMb: z.int().min(1).max(100_000_000).optional(),
  /** Activations within a layer are computed again in the backward pass rather than kept: less memory, more time. */
  recompute: z.boolean().default(false),
  maxSteps: z.int().min(1).max(10_000_000).optional(),
  /** Longest pair in tokens; longer premises are cut. */
  maxLength: z.int().min(8).max(8192).default(256),
  warmupShare: z.number().min(0).max(1).default(0.1),
  clipNorm: z.number().positive().default(1),
  weightDecay: z.number().min(0).max(1).default(0.01),
  /** Share of the base model's weights in the result (`keepBase`): what it knows of other labels is kept better. */
  keep: z.number().min(0).max(0.9).default(0),
  /** Epochs without a better held-out F1 before training stops. */
  patience: z.int().min(1).default(3),
  seed: z
    .int()
    .min(0)
    .max(2 ** 53 - 1)
    .default(1),
});

export type TrainingOptions = z.infer<typeof Options> & { readonly learningRate: number };

const DEFAULT_RATE = { lora: 1e-3, full: 5e-5 } as const;

/** Options with their defaults; throws `option_invalid`, naming the option and its range. */
export function trainingOptions(given: z.input<typeof Options>): TrainingOptions {
  const parsed = Options.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new EngineError(
      'option_invalid',
      `The training option "${issue.path.join('.')}" is out of range: ${issue.message}.`,
    );
  }
  return { ...parsed.data, learningRate: parsed.data.learningRate ?? DEFAULT_RATE[parsed.data.method] };
}
