import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { homeFolder } from '../../process/home.ts';
import { BackendError } from '../errors.ts';
import { freePath } from '../files/freePath.ts';
import { projectName } from '../machine/recent.ts';
import { stamp } from './dated.ts';
import { identityAt } from './openHere.ts';
import { copyInto } from './store/connection.ts';
import { forgetLog } from './store/session.ts';
import { damageIn } from './store/wholeness.ts';

/**
 * Asks whether the open file is still the one of its name (by device and number, which `stat` tells without touching
 * SQLite's locks). When it is not, all that was decided is saved to a file of its own, beside where it was or where
 * that folder is gone to Entail's own; then it throws `project_moved`, which names the file; or `project_not_rescued`.
 */
export function createGuard(db: Database.Database, path: string, identity: string): () => void {
  let saved: string | undefined;
  return () => {
    if (identityAt(path) === identity) return;
    saved = saved !== undefined && existsSync(saved) ? saved : rescue(db, path);
    throw new BackendError(
      'project_moved',
      `"${basename(path)}" was deleted, moved or replaced while it was open. What was decided until then is saved in "${saved}".`,
      'Open that file to go on; the last step was not saved.',
      undefined,
      { name: basename(path), saved },
    );
  };
}

function rescue(db: Database.Database, path: string): string {
  const failures: unknown[] = [];
  const home = homeFolder();
  for (const folder of [dirname(path), ...(home === null ? [] : [join(home, 'projects')])]) {
    try {
      if (folder !== dirname(path)) mkdirSync(folder, { recursive: true, mode: 0o700 });
      const name = `${projectName(path)} (rescued ${stamp(new Date())})`;
      return saveTo(db, freePath(folder, name, '.entail'));
    } catch (error) {
      failures.push(error);
    }
  }
  throw new BackendError(
    'project_not_rescued',
    `"${basename(path)}" was deleted, moved or replaced while it was open, and it can’t be saved elsewhere.`,
    'Put it back or free some space, and do the last step again; keep Entail open until then.',
    failures[0],
    { name: basename(path) },
  );
}

function saveTo(db: Database.Database, target: string): string {
  // SQLite writes into an empty file, which nobody else may read.
  closeSync(openSync(target, 'wx', 0o600));
  try {
    copyInto(db, target);
    const copy = new Database(target);
    try {
      forgetLog(copy);
    } finally {
      copy.close();
    }
    const damage = damageIn(target);
    if (damage !== null) throw new Error(damage);
    return target;
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
}
