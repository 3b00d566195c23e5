import { titleOfDevice } from '../runtime/devices.ts';
import { isDeviceFailure, isOutOfMemory, reasonOf } from '../runtime/failures.ts';
import type { Device } from '../runtime/session.ts';
import type { UpdateResult, Updater } from './update.ts';

export interface ResilientOptions {
  readonly device: Device;
  /** Makes an updater that starts from the parameters and the optimizer's state as they are now. */
  readonly open: (device: Device) => Promise<Updater>;
  /** One sentence for people whenever something was done otherwise than asked. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Steps between copies of the device's state to this process: what a lost device costs at most. */
  readonly readBackEvery?: number;
}

/** An updater that outlives its device. */
export interface ResilientUpdater extends Omit<Updater, 'step' | 'readBack'> {
  /** Where it computes now. */
  readonly device: Device;
  /**
   * As `Updater.step`. Memory that runs out splits the slices, which gives the same sums; a device that fails is left
   * for the CPU: 'rewound' says that parameters and optimizer are at `optimizer.state.step` again.
   */
  step(...args: Parameters<Updater['step']>): Promise<UpdateResult | 'aborted' | 'rewound'>;
  /** As `Updater.readBack`; 'rewound' as for `step`. */
  readBack(): Promise<'done' | 'rewound'>;
}

/** Opens an updater on the device, or on the CPU when the device cannot hold the model. */
export async function createResilientUpdater(options: ResilientOptions): Promise<ResilientUpdater> {
  const { open, onNotice, readBackEvery = 50 } = options;
  let { device } = options;
  let longest = Number.POSITIVE_INFINITY;
  let sinceReadBack = 0;
  const openOrFallBack = async () => {
    try {
      return await open(device);
    } catch (error) {
      if (device === 'cpu' || !isDeviceFailure(error)) throw error;
      onNotice?.(
        `${titleOfDevice(device)} cannot train this model (${reasonOf(error)}); the processor does it.`,
      );
      device = 'cpu';
      return open(device);
    }
  };
  let inner = await openOrFallBack();

  const leaveDevice = async (error: unknown) => {
    onNotice?.(
      `${titleOfDevice(device)} stopped working (${reasonOf(error)}); training goes on on the processor.`,
    );
    // A lost device may refuse even this, and there is nothing left on it that could be kept.
    await inner.release().catch(() => undefined);
    device = 'cpu';
    longest = Number.POSITIVE_INFINITY;
    inner = await open(device);
  };

  const copyState = async () => {
    await inner.readBack();
    sinceReadBack = 0;
  };

  return {
    get device() {
      return device;
    },
    prepare(slices) {
      // Of a batch that will be split, nobody knows yet how.
      if (longest === Number.POSITIVE_INFINITY) inner.prepare?.(slices);
    },
    async step(slices, learningRate, signal) {
      for (;;) {
        const parts =
          longest === Number.POSITIVE_INFINITY
            ? slices
            : slices.flatMap((slice) => splitEvenly(slice, longest));
        try {
          const result = await inner.step(parts, learningRate, signal);
          sinceReadBack += 1;
          if (device !== 'cpu' && sinceReadBack >= readBackEvery) await copyState();
          return result;
        } catch (error) {
          const size = Math.max(...parts.map((part) => part.length));
          if (device !== 'cpu' && isOutOfMemory(error) && size > 1) {
            longest = Math.ceil(size / 2);
            onNotice?.(
              `Memory ran out with ${size} examples at a time; from now on ${longest} are computed at a time, with the same result.`,
            );
          } else if (device !== 'cpu' && isDeviceFailure(error)) {
            await leaveDevice(error);
            return 'rewound';
          } else throw error;
        }
      }
    },
    async readBack() {
      try {
        await copyState();
        return 'done';
      } catch (error) {
        if (device === 'cpu' || !isDeviceFailure(error)) throw error;
        await leaveDevice(error);
        return 'rewound';
      }
    },
    release: () => inner.release(),
  };
}

/** Consecutive parts of nearly equal length, none longer than `longest`. */
function splitEvenly(slice: readonly number[], longest: number): (readonly number[])[] {
  const count = Math.max(1, Math.ceil(slice.length / longest));
  const size = Math.ceil(slice.length / count);
  return Array.from({ length: count }, (_, i) => slice.slice(i * size, (i + 1) * size)).filter(
    (part) => part.length > 0,
  );
}
