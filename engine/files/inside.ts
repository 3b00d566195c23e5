import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { EngineError } from '../errors.ts';

/**
 * The folder that a model's links may point into, as a real path: its own; in the cache of Hugging Face's tools, where
 * `models--owner--name/snapshots/REVISION` has links to `models--owner--name/blobs`, that of the model.
 * `dir` may be a link itself, for a person chose it. Throws where it does not exist.
 */
export function modelRoot(dir: string): string {
  const real = realpathSync(dir);
  for (let folder = real; dirname(folder) !== folder; folder = dirname(folder)) {
    const above = dirname(folder);
    if (basename(above) === 'snapshots' && /^models--.+--.+$/.test(basename(dirname(above))))
      return dirname(above);
  }
  return real;
}

/**
 * The real path of a file of a model's folder, to be opened instead of its name; null where there is none.
 *
 * Throws `model_link_outside` when a link (on Windows a junction too) leads out of `modelRoot`. A hard link is another
 * name of the same file and leads nowhere: it can't be told from a file that was always there.
 */
export function insideModel(dir: string, ...names: readonly string[]): string | null {
  const path = join(dir, ...names);
  let real: string;
  let root: string;
  try {
    root = modelRoot(dir);
    real = realpathSync(path);
  } catch {
    return null;
  }
  if (isWithin(root, real)) return real;
  throw new EngineError(
    'model_link_outside',
    `${path} is a link that leads out of the model's folder.`,
    'Get the model again, with all its files in one folder.',
  );
}

/** Whether `path` lies below `folder`; both are real paths. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
