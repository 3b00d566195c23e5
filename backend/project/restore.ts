import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';
import { describeWriting } from '../files/atomic.ts';
import { freePath } from '../files/freePath.ts';
import { safeFileName } from '../files/names.ts';
import type { Host } from '../machine/host.ts';
import { projectName } from '../machine/recent.ts';
import type { Backup } from './backup.ts';
import { DATABASE } from './database.ts';
import { stamp } from './dated.ts';
import { openProject } from './file.ts';
import { newMark } from './mark.ts';
import { setMark } from './store/session.ts';

/**
 * Copies a backup to a project file of its own: beside the original, or where its folder is gone to where the host
 * says. The file gets its name when it was opened and checked. Returns its path; null: the person cancelled.
 *
 * Throws `backup_missing`, `backup_damaged`, `project_exists`, `not_written`; nothing is then left.
 */
export async function restoreBackup(
  backup: Backup,
  host: Pick<Host, 'newProjectDialog'>,
): Promise<string | null> {
  if (!existsSync(backup.path)) {
    throw new BackendError('backup_missing', 'This backup is not there any more.', 'Choose another one.');
  }
  const target = await targetOf(backup, host);
  if (target === null) return null;
  const temporary = temporaryBeside(target);
  try {
    await copyFile(backup.path, temporary, constants.COPYFILE_EXCL);
    // A copy has the rights of what was copied, and backups of older versions could be read by others.
    await chmod(temporary, 0o600);
    makeItsOwn(temporary);
    if (existsSync(target)) {
      throw new BackendError(
        'project_exists',
        'A file of that name exists already.',
        'Choose another name.',
        undefined,
        { name: basename(target) },
      );
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw describeWriting(error, target);
  }
  return target;
}

const UNUSABLE = new Set(['project_damaged', 'project_altered', 'not_a_project']);

/** A project with a mark of its own: a log that the original left is never taken for one of the copy's. */
function makeItsOwn(path: string): void {
  try {
    const project = openProject(path, { backUp: false });
    try {
      project.write(() => {
        setMark(project[DATABASE], newMark());
        // Called as its file, which says of when it is: two of one name could not be told apart.
        project.stores.settings.set('name', '');
      });
    } finally {
      project.close();
    }
  } catch (error) {
    if (!(error instanceof BackendError) || !UNUSABLE.has(error.code)) throw error;
    throw new BackendError(
      'backup_damaged',
      'This backup is damaged.',
      'It was not changed. Choose another one.',
      error,
    );
  }
}

async function targetOf(backup: Backup, host: Pick<Host, 'newProjectDialog'>): Promise<string | null> {
  const folder = dirname(backup.original);
  const name = nameOf(backup);
  if (!existsSync(folder)) return host.newProjectDialog(name);
  return freePath(folder, name, '.entail');
}

/** "Reviews (backup of 2026-03-20 14.05)", by this machine's clock. */
function nameOf({ original, madeAt }: Backup): string {
  return `${safeFileName(projectName(original))} (backup of ${stamp(new Date(madeAt))})`;
}
