import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { homeFolder } from '../../process/home.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';
import { syncFile } from '../files/sync.ts';
import { folderOf, nameAt } from './backupNames.ts';
import { copyInto } from './store/connection.ts';
import { markIn } from './store/session.ts';
import { damageIn } from './store/wholeness.ts';

/**
 * Copies a project of an older format to its backups, as one that someone asked for: opened, read from end to end and
 * on the disk before it has its name. Throws `migration_no_backup`; the project is then as it was.
 */
export function backUpBeforeMigrating(db: Database.Database, path: string): string {
  const mark = markIn(db);
  const folder = folderOf(path, typeof mark === 'string' ? mark : '', homeFolder() ?? dirname(path));
  let temporary: string | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = freeTarget(folder);
    temporary = temporaryBeside(target);
    closeSync(openSync(temporary, 'wx', 0o600));
    copyInto(db, temporary);
    const damage = damageIn(temporary);
    if (damage !== null) throw new Error(damage);
    syncFile(temporary);
    renameSync(temporary, target);
    return target;
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw new BackendError(
      'migration_no_backup',
      `"${basename(path)}" is of an older Entail and is brought up to date only after a copy is made, which failed.`,
      `It was not changed. Make room for the copy in "${folder}" and open it again.`,
      error,
      { name: basename(path) },
    );
  }
}

/** Names have seconds. */
function freeTarget(folder: string): string {
  for (let at = Date.now(); ; at += 1000) {
    const target = join(folder, nameAt(new Date(at), true));
    if (!existsSync(target)) return target;
  }
}
