import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AdamWState, Parameter } from '../optim/adamw.ts';

/** All that training needs to go on: the losses so far (one per step), the weights, the optimizer's moments. */
export interface Checkpoint {
  readonly losses: readonly number[];
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamWState;
}

const Manifest = z.strictObject({
  format: z.literal(1),
  losses: z.array(z.number()),
  file: z.string().regex(/^step-\d+\.bin$/),
  sha256: z.string().length(64),
  layout: z.array(z.strictObject({ name: z.string(), length: z.int().nonnegative() })),
});

const MANIFEST = 'checkpoint.json';
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Writes the data first and the small manifest last: without a valid manifest a checkpoint does not exist. */
export function writeCheckpoint(dir: string, { losses, parameters, optimizer }: Checkpoint): void {
  mkdirSync(dir, { recursive: true });
  const arrays = [...parameters.map((p) => p.values), ...optimizer.first, ...optimizer.second];
  const bytes = Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
  const file = `step-${losses.length % 2}.bin`;
  writeDurably(dir, file, bytes);
  const layout = parameters.map((p) => ({ name: p.name, length: p.values.length }));
  const manifest = { format: 1, losses, file, sha256: digest(bytes), layout };
  writeDurably(dir, MANIFEST, Buffer.from(JSON.stringify(manifest)));
}

/** Temporary file in the same folder, synced, then renamed over the old one. */
function writeDurably(dir: string, name: string, bytes: Uint8Array): void {
  const temporary = join(dir, `${name}.partial`);
  const descriptor = openSync(temporary, 'w');
  try {
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, join(dir, name));
}

/**
 * Restores parameters and optimizer in place from a folder's checkpoint and returns the losses so far; undefined when
 * there is none, or when it is damaged or of another model (training then begins anew).
 */
export function readCheckpoint(
  dir: string,
  parameters: readonly Parameter[],
  optimizer: AdamWState,
): { losses: readonly number[] } | undefined {
  const manifest = readManifest(dir);
  if (!manifest || !sameLayout(manifest.layout, parameters)) return undefined;
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(dir, manifest.file));
  } catch {
    return undefined;
  }
  if (digest(bytes) !== manifest.sha256) return undefined;
  let offset = 0;
  for (const array of [...parameters.map((p) => p.values), ...optimizer.first, ...optimizer.second]) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(
      bytes.subarray(offset, offset + array.byteLength),
    );
    offset += array.byteLength;
  }
  optimizer.step = manifest.losses.length;
  return { losses: manifest.losses };
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
