import { mustGet } from '../../../process/must.ts';
import { type BatchSize, bytesAt } from '../../graph/extrapolate.ts';
import { lifetimesOf, peakLiveBytes } from '../../graph/liveBytes.ts';
import { runtimeOrder } from '../../graph/runtimeOrder.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { PreparedModel } from '../../model/prepare.ts';
import type { Parameter } from '../../optim/adamw.ts';
import type { Device } from '../../runtime/session.ts';
import type { TrainingGraph } from '../assemble.ts';
import { isRecomputed } from '../recompute.ts';
import { probeTrainingShapes } from './shapes.ts';

/** What of a training the bytes are counted from. */
export interface Measured {
  readonly prepared: Pick<PreparedModel, 'model' | 'shapes'> & Partial<Pick<PreparedModel, 'sample'>>;
  readonly training: Pick<TrainingGraph, 'model'>;
  readonly parameters: readonly Parameter[];
}

/** Node with the engine's modules, and a worker thread with the same, garbage that is not collected yet included (measured). */
const PROCESS_BYTES = 250e6;
const THREAD_BYTES = 90e6;

/**
 * Bytes that training takes whatever the batch: the model, its training graph in the file's form, weights and
 * AdamW's moments, and in each thread a session (constants, and what the runtime keeps of them in an order of its own)
 * with gradients. On a device: what lies there.
 */
export function fixedBytes(
  { prepared, training, parameters }: Measured,
  { workers, device }: { workers: number; device: Device },
): number {
  const constants = sum([...training.model.graph.initializers.values()], ({ bytes }) => bytes.length);
  const trained = sum(parameters, ({ values }) => values.byteLength);
  // Weights and moments twice while the new ones are computed, and gradients.
  if (device !== 'cpu') return constants + 7 * trained;
  const loaded = sum([...prepared.model.graph.initializers.values()], ({ bytes }: Tensor) => bytes.length);
  const shared = PROCESS_BYTES + 3 * loaded + constants + 6 * trained;
  return shared + workers * (THREAD_BYTES + 2.2 * constants + 2 * trained);
}

/** Where values go and come again, what the runtime holds beside those alive is more (measured: 1.5 times as much). */
const RECOMPUTING = 1.6;

/** Bytes of the values between forward and backward pass of a batch at their most, from the probed training graph. */
export async function batchBytes({
  prepared,
  training,
  parameters,
}: Pick<Measured, 'training' | 'parameters'> & {
  readonly prepared?: Partial<Pick<PreparedModel, 'sample'>>;
}): Promise<(size: BatchSize) => number> {
  const { graph } = training.model;
  const shapes = await probeTrainingShapes(training, parameters, prepared?.sample);
  const lifetimes = lifetimesOf(graph, runtimeOrder(graph));
  const slack = graph.nodes.some(isRecomputed) ? RECOMPUTING : 1;
  return (size) =>
    slack * peakLiveBytes(lifetimes, (value) => bytesAt(mustGet(shapes, value, 'shape'), size));
}

/** No less than `batchBytes`, at no cost: as if every value of the forward pass were kept, and half as much again. */
export function batchBytesAtMost({ prepared }: Pick<Measured, 'prepared'>, size: BatchSize): number {
  const values = prepared.model.graph.nodes.flatMap(({ outputs }) => outputs);
  return (
    1.5 *
    sum(values, (value) => {
      const shape = prepared.shapes.get(value);
      return shape ? bytesAt(shape, size) : 0;
    })
  );
}

const sum = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((total, item) => total + of(item), 0);
