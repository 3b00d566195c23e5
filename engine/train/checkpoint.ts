import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import type { AdamWState, Parameter } from '../optim/adamw.ts';
import type { Best, Evaluation } from './earlyStop.ts';

/** All that training needs to go on: the losses so far (one per step), weights, the optimizer's moments, evaluations. */
export interface Checkpoint {
  readonly losses: readonly number[];
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamWState;
  readonly evaluations?: readonly Evaluation[];
  readonly best?: Best | undefined;
  /** Which window of each example is learnt in this epoch; absent where every premise fits. */
  readonly windows?: readonly number[] | undefined;
  /** How long it took so far, whatever was paused between; absent: of a version before. */
  readonly seconds?: number | undefined;
}

const Manifest = z.strictObject({
  format: z.literal(2),
  losses: z.array(z.number()),
  evaluations: z.array(z.strictObject({ epoch: z.int(), step: z.int(), macroF1: z.number() })),
  bestEpoch: z.int().nullable(),
  file: z.string().regex(/^step-\d+\.bin$/),
  sha256: z.string().length(64),
  windows: z.array(z.int().nonnegative()).optional(),
  seconds: z.number().nonnegative().optional(),
  layout: z.array(z.strictObject({ name: z.string(), length: z.int().nonnegative() })),
});

const MANIFEST = 'checkpoint.json';
const FILES = ['step-0.bin', 'step-1.bin'] as const;
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Writes the data first and the small manifest last: without a valid manifest a checkpoint does not exist. */
export function writeCheckpoint(dir: string, checkpoint: Checkpoint): void {
  const { losses, parameters, optimizer, evaluations = [], best, windows, seconds } = checkpoint;
  const arrays = [...stateOf(parameters, optimizer), ...(best?.values ?? [])];
  const bytes = Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
  // Never the file that the valid manifest names: a crash between the two renames must leave that one whole.
  const file = readManifest(dir)?.file === FILES[0] ? FILES[1] : FILES[0];
  writeDurably(dir, file, bytes);
  const layout = parameters.map((p) => ({ name: p.name, length: p.values.length }));
  const bestEpoch = best?.epoch ?? null;
  const sha256 = digest(bytes);
  const manifest = { format: 2, losses, evaluations, bestEpoch, file, sha256, windows, seconds, layout };
  writeDurably(dir, MANIFEST, Buffer.from(JSON.stringify(manifest)));
}

const stateOf = (parameters: readonly Parameter[], optimizer: AdamWState) => [
  ...parameters.map((p) => p.values),
  ...optimizer.first,
  ...optimizer.second,
];

const { O_CREAT, O_TRUNC, O_WRONLY, O_SYNC } = constants;
/** A process with Node's permissions (`process/rights.ts`) may sync no descriptor: there each write waits for the disk. */
const DURABLE = process.permission ? O_CREAT | O_TRUNC | O_WRONLY | O_SYNC : 'w';

/** Temporary file in the same folder, which is made, of no other process, synced, then renamed over the old one. */
export function writeDurably(dir: string, name: string, bytes: Uint8Array): void {
  mkdirSync(dir, { recursive: true });
  const temporary = temporaryBeside(join(dir, name));
  const descriptor = openSync(temporary, DURABLE);
  try {
    writeFileSync(descriptor, bytes);
    if (!process.permission) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, join(dir, name));
}

/**
 * Restores parameters and optimizer in place from a folder's checkpoint and returns losses and evaluations so far;
 * undefined when there is none, or when it is damaged or of another model (training then begins anew).
 */
export function readCheckpoint(
  dir: string,
  parameters: readonly Parameter[],
  optimizer: AdamWState,
): Required<Pick<Checkpoint, 'losses' | 'evaluations' | 'best' | 'windows' | 'seconds'>> | undefined {
  const manifest = readManifest(dir);
  if (!manifest || !sameLayout(manifest.layout, parameters)) return undefined;
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(dir, manifest.file));
  } catch {
    return undefined;
  }
  if (digest(bytes) !== manifest.sha256) return undefined;
  const { losses, evaluations, bestEpoch, windows, seconds = 0 } = manifest;
  const bestValues = bestEpoch === null ? [] : parameters.map((p) => new Float32Array(p.values.length));
  let offset = 0;
  for (const array of [...stateOf(parameters, optimizer), ...bestValues]) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(
      bytes.subarray(offset, offset + array.byteLength),
    );
    offset += array.byteLength;
  }
  optimizer.step = losses.length;
  const best = bestEpoch === null ? undefined : { epoch: bestEpoch, values: bestValues };
  return { losses, evaluations, best, windows, seconds };
}

/** What a training that is gone on with has behind it, as its checkpoint tells. */
export interface TrainingHistory {
  /** By step. */
  readonly losses: readonly number[];
  readonly evaluations: readonly Evaluation[];
}

/** Of the checkpoint in a folder, whose weights are not read; nothing where there is none. */
export function checkpointHistory(dir: string): TrainingHistory {
  const { losses = [], evaluations = [] } = readManifest(dir) ?? {};
  return { losses, evaluations };
}

function readManifest(dir: string): z.infer<typeof Manifest> | undefined {
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(dir, MANIFEST), 'utf8')));
  } catch {
    return undefined;
  }
}

function sameLayout(
  layout: readonly { name: string; length: number }[],
  parameters: readonly Parameter[],
): boolean {
  const matches = parameters.every(
    (p, i) => layout[i]?.name === p.name && layout[i]?.length === p.values.length,
  );
  return matches && layout.length === parameters.length;
}
