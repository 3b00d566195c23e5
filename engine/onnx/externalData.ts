import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { EngineError } from '../errors.ts';
import { isWithin, modelRoot } from '../files/inside.ts';

/** Where an initializer's bytes lie when they are not in the model file itself. */
export interface ExternalRange {
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}

/** Reads the entries of TensorProto.external_data; throws `external_data` on offsets that are no sizes. */
export function externalRange(entries: ReadonlyMap<string, string>, tensor: string): ExternalRange {
  const location = entries.get('location');
  if (!location) throw refused(tensor, 'names no file');
  const offset = size(entries.get('offset') ?? '0', tensor);
  const length = entries.get('length');
  return { location, offset, length: length === undefined ? undefined : size(length, tensor) };
}

function size(text: string, tensor: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw refused(tensor, `has the offset or length "${text}"`);
  return value;
}

/**
 * Reads one range from a file beside the model.
 *
 * Four checks, as ONNX's own security page asks: the path stays inside the model's folder after resolving, it is
 * no symbolic link (but one within a model of Hugging Face's cache: see `modelRoot`), it is opened without following
 * links, and the file has no second (hard) link. ONNX Runtime never sees the path.
 */
export function readExternal(
  modelPath: string,
  range: ExternalRange,
  byteLength: number,
  tensor: string,
): Uint8Array {
  if (range.length !== undefined && range.length !== byteLength) {
    throw refused(tensor, `needs ${byteLength} bytes, and its record says ${range.length}`);
  }
  const descriptor = openInside(modelPath, range.location, tensor);
  try {
    const available = fstatSync(descriptor).size;
    if (range.offset + byteLength > available) {
      throw refused(
        tensor,
        `ends at byte ${range.offset + byteLength} of "${range.location}", which has ${available}`,
      );
    }
    const bytes = new Uint8Array(byteLength);
    let done = 0;
    while (done < byteLength) {
      const count = readSync(descriptor, bytes, done, byteLength - done, range.offset + done);
      if (count === 0) throw refused(tensor, `could not be read from "${range.location}"`);
      done += count;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function openInside(modelPath: string, location: string, tensor: string): number {
  if (isAbsolute(location) || /^[a-zA-Z]:|\\|\0/.test(location) || location.split('/').includes('..')) {
    throw refused(tensor, `points outside the model's folder ("${location}")`);
  }
  const folder = realpathSync(dirname(resolve(modelPath)));
  const missing = () => refused(tensor, `needs "${location}" beside the model, which is not there`);
  const path = join(folder, location);
  const root = modelRoot(folder);
  let real: string;
  try {
    // Only Hugging Face's cache has links of its own making, from the model's folder into the one that holds it.
    real = root === folder ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
  } catch {
    throw missing();
  }
  if (!isWithin(root, real)) throw refused(tensor, `points outside the model's folder ("${location}")`);
  const stat = lstatSync(real, { throwIfNoEntry: false });
  if (!stat) throw missing();
  if (!stat.isFile()) throw refused(tensor, `points to "${location}", which is a link or no regular file`);
  if (stat.nlink > 1) throw refused(tensor, `points to "${location}", which has a second hard link`);
  const descriptor = openSync(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  const opened = fstatSync(descriptor);
  if (opened.dev === stat.dev && opened.ino === stat.ino && opened.nlink <= 1) return descriptor;
  closeSync(descriptor);
  throw refused(tensor, `points to "${location}", which was changed while it was opened`);
}

const refused = (tensor: string, what: string) =>
  new EngineError(
    'external_data',
    `The external data of initializer "${tensor}" ${what}.`,
    'Get the model again, with all its files in one folder.',
  );
