import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';

/** A validated id of the hub, `owner/name`. */
export interface ModelId {
  readonly owner: string;
  readonly name: string;
}

const ID_PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/** Whether the text could be an id of the hub: two safe names with a slash between. */
export function isModelId(id: string): boolean {
  const parts = id.split('/');
  return parts.length === 2 && parts.every(isSafePart);
}

function isSafePart(part: string): boolean {
  return (
    ID_PART.test(part) &&
    !part.includes('..') &&
    !part.includes('--') &&
    !part.endsWith('.') &&
    !DEVICE.test(part)
  );
}

/** Throws `model_id_invalid` for anything but `owner/name` in letters, digits, dot, hyphen and underscore. */
export function parseModelId(id: string): ModelId {
  const [owner = '', name = ''] = id.split('/');
  if (isModelId(id)) return { owner, name };
  throw new EngineError(
    'model_id_invalid',
    `"${id.slice(0, 100)}" is not a model id.`,
    'Write it as owner/name.',
  );
}

/** The folder of a model in the cache; below it, one folder per commit. */
export function modelCacheDir(home: string, id: ModelId): string {
  return join(home, 'models', `${id.owner}--${id.name}`);
}

/**
 * The folder of a downloaded model, or null: of this commit, or of the one downloaded last. Needs no network.
 */
export async function findCachedModel(home: string, id: ModelId, wanted?: string): Promise<string | null> {
  const dir = modelCacheDir(home, id);
  const commit = wanted ?? (await readFile(join(dir, 'current'), 'utf8').catch(() => ''));
  if (!isCommit(commit)) return null;
  const info = await stat(join(dir, commit)).catch(() => null);
  return info?.isDirectory() ? join(dir, commit) : null;
}

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/**
 * Makes a complete download the one that `findCachedModel` finds, and drops what broken ones left. Nothing but a
 * complete folder gets the name.
 */
export async function publishModel(dir: string, staging: string, commit: string): Promise<string> {
  const final = join(dir, commit);
  await rm(final, { recursive: true, force: true });
  await rename(staging, final);
  await makeCurrent(dir, commit);
  for (const name of await readdir(dir)) {
    if (name.endsWith('.partial')) await rm(join(dir, name), { recursive: true, force: true });
  }
  return final;
}

/** Writes which commit was downloaded last. */
export async function makeCurrent(dir: string, commit: string): Promise<void> {
  const pointer = join(dir, `current.${process.pid}`);
  await writeSynced(pointer, commit);
  await rename(pointer, join(dir, 'current'));
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What a file must hash to: the SHA-256 of its bytes, or the SHA-1 that Git gives its blob. */
export type Digest = { readonly kind: 'sha256' | 'gitSha1'; readonly hex: string };

/** Whether the bytes of a file are those that the digest names. */
export async function matchesDigest(path: string, digest: Digest, bytes: number): Promise<boolean> {
  const hash = createHash(digest.kind === 'sha256' ? 'sha256' : 'sha1');
  if (digest.kind === 'gitSha1') hash.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === digest.hex;
}
