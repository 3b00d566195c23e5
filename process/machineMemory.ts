import { totalmem } from 'node:os';

/** Bytes of memory that this machine, or the container that this runs in, has. */
export const machineMemory = (): number =>
  Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
