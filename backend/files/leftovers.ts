import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAbandoned } from '../../process/ownerTag.ts';
import { removeLeftovers } from './atomic.ts';

/** Names of ours that tell whose they are; the last group is the owner's tag. */
const UPLOADS = /^([0-9a-f]{8}-\d+)-[0-9a-f]{24}$/;
const CHECKS = /^entail-check-([0-9a-f]{8}-\d+)-\w{6}$/;
/** Made by the program before tags: fixed names, which the next of their kind takes over. */
const UNFINISHED = /^(snapshot\.json|[\w.-]+)\.partial$/;
const OLD_BACKUP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ( kept)?\.entail\.partial(-journal)?$/;
/** What the engine found out about models, and can find out again. */
const CACHES = ['int8', 'checks', 'training-int8'];
const DAY = 24 * 3_600_000;

/**
 * Removes what killed processes left in Entail's own folders: uploads, unfinished backups, exports, checkpoints, verdicts
 * on models and private copies. Only what has a name of ours, and no living process as its owner. Never fails.
 */
export async function removeAllLeftovers(home: string): Promise<void> {
  await removeOwned(join(home, 'uploads'), UPLOADS);
  await removeOwned(tmpdir(), CHECKS);
  for (const name of ['', 'exports', 'projects', ...CACHES]) await removeLeftovers(join(home, name));
  for (const name of CACHES) await removeOld(join(home, name), UNFINISHED);
  for (const folder of await foldersIn(join(home, 'backups'))) {
    await removeLeftovers(folder);
    await removeOld(folder, OLD_BACKUP);
  }
  for (const project of await foldersIn(join(home, 'checkpoints'))) {
    for (const run of await foldersIn(project)) {
      await removeLeftovers(run);
      await removeOld(run, UNFINISHED);
    }
  }
}

async function removeOwned(folder: string, pattern: RegExp): Promise<void> {
  for (const name of await namesIn(folder)) {
    const tag = pattern.exec(name)?.[1];
    if (tag !== undefined && isAbandoned(tag)) await remove(join(folder, name));
  }
}

async function removeOld(folder: string, pattern: RegExp): Promise<void> {
  for (const name of (await namesIn(folder)).filter((own) => pattern.test(own))) {
    const path = join(folder, name);
    const info = await lstat(path).catch(() => null);
    if (info && Date.now() - info.mtimeMs > DAY) await remove(path);
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

/** A link is removed, not what it leads to. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined);
