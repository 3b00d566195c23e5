import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { classesOfFile, insideModel, namedClasses } from '../../engine/index.ts';
import { machineMemory } from '../../process/machineMemory.ts';
import { BackendError } from '../errors.ts';

/** What a model's numbers depend on; those that are not there are left out, as the engine tells what is missing. */
const FILES = [
  join('onnx', 'model.onnx'),
  join('onnx', 'model.onnx_data'),
  'model.onnx',
  'model.onnx_data',
  'tokenizer.json',
];

const known = new Map<string, { readonly stamp: string; readonly digest: Promise<string> }>();

/** The order of the embedded model's outputs; digests without a word of classes mean it, or are of versions before. */
const USUAL = { entailment: 1, contradiction: 0 };

/**
 * Names a model by its content, in 16 hexadecimal digits: what was computed with other weights, another tokenizer or
 * outputs of another meaning is stale. A file is read once, and again when its size or time of change is another. Throws `model_link_outside` for a
 * link that leads out of the folder, `model_too_heavy` for a file that could never be loaded.
 */
export const modelDigest = (dir: string): Promise<string> =>
  digestOf(dir, async (weights) => (await classesOfFile(weights)) ?? (await namedClasses(dir)) ?? USUAL);

/** Whether a folder holds the model that had this digest, also of versions whose digests did not tell what config.json says. */
export async function hasDigest(dir: string, digest: string): Promise<boolean> {
  if ((await modelDigest(dir)) === digest) return true;
  return (await digestOf(dir, async (weights) => (await classesOfFile(weights)) ?? USUAL)) === digest;
}

type Classes = { readonly entailment: number; readonly contradiction: number };

async function digestOf(dir: string, classesOf: (weights: string) => Promise<Classes>): Promise<string> {
  const all = createHash('sha256');
  for (const name of FILES) {
    const real = insideModel(dir, name);
    const digest = real === null ? undefined : await fileDigest(real);
    if (digest === undefined) continue;
    all.update(`${name} ${digest}\n`);
    if (!name.endsWith('.onnx')) continue;
    // With another meaning the same weights give other probabilities: what was computed before is stale.
    const { entailment, contradiction } = await classesOf(digest);
    if (entailment !== USUAL.entailment || contradiction !== USUAL.contradiction)
      all.update(`classes ${entailment} ${contradiction}\n`);
  }
  return all.digest('hex').slice(0, 16);
}

/** In megabytes, of those files alone: what else lies in the folder is none of ours. */
export async function sizeOfModel(dir: string): Promise<number> {
  const sizes = await Promise.all(
    FILES.map(async (name) => (await stat(join(dir, name)).catch(() => undefined))?.size ?? 0),
  );
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

async function fileDigest(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return undefined;
  if (info.size > machineMemory()) throw tooLarge(path, info.size);
  const stamp = `${info.size} ${info.mtimeMs}`;
  const before = known.get(path);
  if (before?.stamp === stamp) return before.digest;
  const digest = read(path);
  known.set(path, { stamp, digest });
  digest.catch(() => known.delete(path));
  return digest;
}

async function read(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Also of one that is nothing but a hole: reading it would take hours. */
const tooLarge = (path: string, bytes: number) =>
  new BackendError(
    'model_too_heavy',
    `"${path}" has ${Math.round(bytes / 1e9)} GB, more than this computer has memory.`,
    'Choose a smaller model.',
    undefined,
    { name: path },
  );
