import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Brings a file that was written to the disk. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
