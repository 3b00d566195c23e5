import type { Device } from '../runtime/session.ts';
import { createDeviceUpdater } from './device.ts';
import { createParallelUpdater } from './parallel/updater.ts';
import { createHostUpdater, type Updater, type UpdaterParts } from './update.ts';

/** The updater of a device: on WebGPU everything stays there; CUDA and DirectML give their gradients back. */
export function createUpdater(parts: UpdaterParts, device: Device): Promise<Updater> {
  if (device === 'cpu') return createParallelUpdater(parts);
  return device === 'webgpu' ? createDeviceUpdater(parts) : createHostUpdater(parts, { device });
}
