import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ENCODER } from '../files/layout.ts';
import type { Phase } from '../runtime/progress.ts';

/** How long calls may go without progress. Milliseconds. */
export interface CallLimits {
  readonly withoutProgressMs: Readonly<Record<Phase, number>>;
  /** Loading may take this much longer per byte of the model's files, up to `mostMs`. */
  readonly perByteMs: number;
  /** What took T before may take `patience` × T, */
  readonly patience: number;
  /** but never more than this. */
  readonly mostMs: number;
  /** A call that shares its process with others that do get on may starve this many times longer. */
  readonly starving: number;
  /** Until a stopped call has returned to its caller, and its process is ended if nothing else needs it. */
  readonly stopMs: number;
  readonly tickMs: number;
}

export const CALL_LIMITS: CallLimits = {
  withoutProgressMs: { loading: 120_000, running: 60_000, exporting: 300_000 },
  perByteMs: 1000 / 4e6,
  patience: 20,
  mostMs: 900_000,
  starving: 10,
  stopMs: 1500,
  tickMs: 250,
};

/** What a model may take longer for its size. A file of terabytes that is nothing but a hole buys no more than the bound. */
export const extraTime = (bytes: number, { perByteMs, mostMs }: CallLimits): number =>
  Math.min(bytes * perByteMs, mostMs);

/** The size of a model's files; 0 where they can't be read: whoever loads them says why. */
export async function modelBytes(dir: string): Promise<number> {
  const folders = [dir, join(dir, ENCODER)].flatMap((own) => [own, join(own, 'onnx')]);
  const sizes = folders.map(async (folder) => {
    const names = await readdir(folder).catch(() => []);
    const infos = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
    return infos.reduce((sum, info) => sum + (info?.isFile() ? info.size : 0), 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** What people call the model in a folder: `owner/name` for a downloaded one, whose folder is named by its commit. */
export function modelTitle(dir: string): string {
  const path = resolve(dir);
  const parents = [path, dirname(path), dirname(dirname(path))].map((folder) => basename(folder));
  const cached = parents.map((name) => /^(?:models--)?([\w.-]+?)--([\w.-]+)$/.exec(name)).find(Boolean);
  return cached ? `${cached[1]}/${cached[2]}` : basename(path);
}
