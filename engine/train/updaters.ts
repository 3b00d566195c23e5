import type { Device } from '../runtime/session.ts';
import type { TrainingGraph } from './assemble.ts';
import { createDeviceUpdater } from './device.ts';
import { halfIsBetter } from './halfTest.ts';
import { sliceForWorkers } from './parallel/slices.ts';
import { createParallelUpdater } from './parallel/updater.ts';
import { createHostUpdater, type Updater, type UpdaterParts } from './update.ts';

/** Bytes of constants below which a model is done with before threads of its own have started. */
const LEAST_FOR_THREADS = 4_000_000;

/**
 * The updater of a device: on WebGPU everything stays there, with float16 products where `half` allows them and a test
 * finds them right and faster; CUDA and DirectML give their gradients back.
 */
export async function createUpdater(
  parts: UpdaterParts,
  device: Device,
  { half = false }: { readonly half?: boolean } = {},
): Promise<Updater> {
  if (device === 'webgpu') {
    const updater = await createDeviceUpdater({
      ...parts,
      half: half && (await halfIsBetter(parts, device)),
    });
    return withinMemory(updater, parts);
  }
  return device === 'cpu' && sizeOf(parts.training) >= LEAST_FOR_THREADS
    ? createParallelUpdater(parts)
    : withinMemory(await createHostUpdater(parts, { device }), parts);
}

/** Cuts batches of more rows than the plan of memory allows, or of lengths that must not share one; their gradients are accumulated. */
function withinMemory(updater: Updater, { memory, encoded }: UpdaterParts): Updater {
  const { padding } = encoded;
  if (!memory && padding) return updater;
  const limits = {
    workers: 1,
    tokensPerSlice: Number.POSITIVE_INFINITY,
    padding,
    ...(memory && { rowsOf: memory.rowsOf }),
  };
  return {
    ...updater,
    step: (slices, ...rest) =>
      updater.step(
        slices.flatMap((slice) => sliceForWorkers(slice, encoded.lengths, limits)[0]!),
        ...rest,
      ),
  };
}

function sizeOf({ model, weights }: TrainingGraph): number {
  const tensors = [...model.graph.initializers.values(), ...weights.values()];
  return tensors.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
