import { existsSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { systemWords } from '../../process/systemWords.ts';
import { EngineError } from '../errors.ts';
import { CONFIG, ENCODER } from './layout.ts';

/**
 * The folder that a model's links may point into, as a real path: its own; in the cache of Hugging Face's tools, where
 * `models--owner--name/snapshots/REVISION` has links to `models--owner--name/blobs`, that of the model; of an encoder in a
 * model's folder that of the model, which may have the same tokenizer. `dir` may be a link itself, for a person chose it.
 * Throws where it does not exist.
 */
export function modelRoot(dir: string): string {
  const real = realpathSync(dir);
  for (let folder = real; dirname(folder) !== folder; folder = dirname(folder)) {
    const above = dirname(folder);
    if (basename(above) === 'snapshots' && /^models--.+--.+$/.test(basename(dirname(above))))
      return dirname(above);
  }
  const around = dirname(real);
  return basename(real) === ENCODER && existsSync(join(around, CONFIG)) ? around : real;
}

/**
 * The real path of a file of a model's folder, to be opened instead of its name; null where there is none.
 *
 * Throws `model_link_outside` when a link (on Windows a junction too) leads out of `modelRoot`. A hard link is another
 * name of the same file and leads nowhere: it can't be told from a file that was always there. Throws
 * `model_file_unusable` for a pipe, a socket or a device: opening one may wait for ever.
 */
export function insideModel(dir: string, ...names: readonly string[]): string | null {
  const path = join(dir, ...names);
  let real: string;
  let root: string;
  let info: Stats;
  try {
    root = modelRoot(dir);
    real = realpathSync(path);
    info = statSync(real);
  } catch {
    return null;
  }
  if (isWithin(root, real)) {
    if (info.isFile() || info.isDirectory()) return real;
    throw unusable(path, 'is a pipe, a socket or a device, and no file');
  }
  throw new EngineError(
    'model_link_outside',
    `${path} is a link that leads out of the model's folder.`,
    'Get the model again, with all its files in one folder.',
  );
}

/**
 * The bytes of a small file of a model's folder; null where there is none. Throws like `insideModel`, and
 * `model_file_unusable` for what is no file, is larger than `megabytes`, or can't be read.
 */
export function readInside(dir: string, name: string, megabytes: number): Buffer | null {
  const path = join(dir, name);
  const real = insideModel(dir, name);
  if (real === null) return null;
  try {
    const info = statSync(real);
    if (!info.isFile()) throw unusable(path, 'is a folder, and no file');
    if (info.size > megabytes * 2 ** 20) throw unusable(path, `is larger than ${megabytes} MB`);
    return readFileSync(real);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const why = systemWords((error as NodeJS.ErrnoException).code) ?? 'the disk failed';
    throw unusable(path, `can't be read: ${why}`, error);
  }
}

function unusable(path: string, what: string, cause?: unknown): EngineError {
  return new EngineError('model_file_unusable', `${path} ${what}.`, 'Get the model again.', cause);
}

/** Whether `path` lies below `folder`; both are real paths. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
