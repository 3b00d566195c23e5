import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { entailHome, isRunning } from '../files/home.ts';

/** Where what frozen layers give is kept while a training runs: a folder per process, named after it. */
const parent = () => join(entailHome(), 'training-layers');

/** Makes a folder of this process. */
export function makeLayerFolder(): string {
  mkdirSync(parent(), { recursive: true });
  return mkdtempSync(join(parent(), `${process.pid}-`));
}

/** Removes the folders of processes that ended without doing so, however they ended. */
export function removeLeftLayerFolders(): void {
  let names: string[];
  try {
    names = readdirSync(parent());
  } catch {
    // There is none yet.
    return;
  }
  for (const name of names) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (!(pid > 0) || isRunning(pid)) continue;
    try {
      rmSync(join(parent(), name), { recursive: true, force: true });
    } catch {
      // Another process removes it too, or may not: the next training tries again.
    }
  }
}
