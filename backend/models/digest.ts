import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  classesOfFile,
  ENCODER,
  insideModel,
  namedClasses,
  outsideFiles,
  sha256Of,
  weightsDigest,
} from '../../engine/index.ts';
import { machineMemory } from '../../process/machineMemory.ts';
import { BackendError } from '../errors.ts';

/**
 * What a model's numbers depend on, beside the same of an encoder of its own; those that are not there are left out, as the
 * engine tells what is missing. Files that hold weights outside of the graphs are found in them (`outsideFiles`).
 */
const MODELS = [join('onnx', 'model.onnx'), 'model.onnx'];
const TOKENIZER = 'tokenizer.json';
const ENCODER_MODELS = MODELS.map((name) => join(ENCODER, name));

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
  for (const name of MODELS) {
    const digest = await digestIn(dir, name);
    if (digest === undefined) continue;
    all.update(`${name} ${digest}\n`);
    const outside: string[] = [];
    const lines: string[] = [];
    for (const other of outsideOf(dir, name)) {
      const own = await digestIn(dir, other);
      if (own === undefined) continue;
      outside.push(own);
      lines.push(`${other} ${own}\n`);
    }
    // With another meaning the same weights give other probabilities: what was computed before is stale.
    const { entailment, contradiction } = await classesOf(weightsDigest(digest, outside));
    if (entailment !== USUAL.entailment || contradiction !== USUAL.contradiction)
      all.update(`classes ${entailment} ${contradiction}\n`);
    for (const line of lines) all.update(line);
  }
  const tokenizer = await digestIn(dir, TOKENIZER);
  if (tokenizer !== undefined) all.update(`${TOKENIZER} ${tokenizer}\n`);
  const ofEncoder = ENCODER_MODELS.flatMap((name) => [name, ...outsideOf(dir, name)]);
  for (const name of [...ofEncoder, join(ENCODER, TOKENIZER)]) {
    const own = await digestIn(dir, name);
    if (own !== undefined) all.update(`${name} ${own}\n`);
  }
  return all.digest('hex').slice(0, 16);
}

/** The files beside a model's file that hold weights of it, by their names from the folder. */
function outsideOf(dir: string, name: string): string[] {
  const real = insideModel(dir, name);
  return real === null ? [] : outsideFiles(real).map((other) => join(dirname(name), other));
}

async function digestIn(dir: string, name: string): Promise<string | undefined> {
  const real = insideModel(dir, name);
  return real === null ? undefined : fileDigest(real);
}

/** In megabytes, of those files alone: what else lies in the folder is none of ours. */
export async function sizeOfModel(dir: string): Promise<number> {
  const models = [...MODELS, ...ENCODER_MODELS].flatMap((name) => [name, ...outsideOf(dir, name)]);
  const sizes = await Promise.all(
    [...models, TOKENIZER, join(ENCODER, TOKENIZER)].map(
      async (name) => (await stat(join(dir, name)).catch(() => undefined))?.size ?? 0,
    ),
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
  const digest = sha256Of(path);
  known.set(path, { stamp, digest });
  digest.catch(() => known.delete(path));
  return digest;
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
