import { createRandom } from '../random.ts';
import { trainingBatches } from '../text/batches.ts';
import type { TrainingOptions } from './plan.ts';

/** Which examples each optimizer step sees. */
export interface BatchSchedule {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Indices of examples, one list per batch; their gradients are accumulated. */
  slices(step: number): number[][];
}

/** lengths: tokens per example. The batches of an epoch depend on the seed and the epoch only. */
export function batchSchedule(lengths: readonly number[], options: TrainingOptions): BatchSchedule {
  const random = createRandom(options.seed);
  const batchesPerEpoch = Math.ceil(lengths.length / options.batchSize);
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / options.accumulation);
  const wanted = options.epochs * stepsPerEpoch;
  let current: { epoch: number; batches: number[][] } | undefined;
  const batchesOf = (epoch: number) => {
    if (current?.epoch !== epoch) {
      const own = random.fork(`epoch ${epoch}`);
      current = {
        epoch,
        batches: trainingBatches(lengths, { batchSize: options.batchSize, random: own }),
      };
    }
    return current.batches;
  };
  return {
    steps: Math.min(wanted, options.maxSteps ?? wanted),
    stepsPerEpoch,
    slices(step) {
      const first = (step % stepsPerEpoch) * options.accumulation;
      return batchesOf(Math.floor(step / stepsPerEpoch)).slice(first, first + options.accumulation);
    },
  };
}
