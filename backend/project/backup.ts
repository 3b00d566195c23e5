import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { safeFileName } from '../files/names.ts';
import { projectName } from '../recent.ts';
import type { Project } from './file.ts';

const SUFFIX = '.entail';
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.entail$/;
/** Pages per turn: annotating goes on between them. */
const PAGES = 500;

/** Where backups of a project go: named for people, and told apart by the project's mark. */
export function backupFolder(project: Project, home: string): string {
  const mark = project.db.prepare('SELECT mark FROM session').pluck().get() as string;
  return join(home, 'backups', `${safeFileName(projectName(project.path))} ${mark.slice(-8)}`);
}

/**
 * Copies an open project while it is used (https://www.sqlite.org/backup.html). The copy gets its name when it was
 * opened, checked and synced; then old ones go. Returns its path; throws what copying throws, and leaves nothing.
 */
export async function backUp(project: Project, folder: string, now = new Date()): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z${SUFFIX}`;
  const temporary = join(folder, `${name}.partial`);
  try {
    await rm(temporary, { force: true });
    await project.db.backup(temporary, { progress: () => PAGES });
    requireWhole(temporary);
    await sync(temporary);
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  const names = (await readdir(folder)).filter((own) => NAME.test(own));
  for (const old of outdated(names, now)) await rm(join(folder, old), { force: true });
  return join(folder, name);
}

function requireWhole(path: string): void {
  const copy = new Database(path);
  try {
    copy.pragma('locking_mode = exclusive');
    const found = copy.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(`The backup is damaged: ${String(found)}`);
    copy.prepare('SELECT count(*) FROM revisions').get();
  } finally {
    copy.close();
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const OF_TODAY = 3;
const IN_ALL = 10;

/** Which backups go: the newest three of today stay, of other days the newest one, ten in all. */
export function outdated(names: readonly string[], now: Date): string[] {
  const today = now.toISOString().slice(0, 10);
  const perDay = new Map<string, number>();
  let kept = 0;
  return [...names]
    .sort()
    .reverse()
    .filter((name) => {
      const day = name.slice(0, 10);
      const count = (perDay.get(day) ?? 0) + 1;
      perDay.set(day, count);
      const stays = kept < IN_ALL && count <= (day === today ? OF_TODAY : 1);
      if (stays) kept += 1;
      return !stays;
    });
}
