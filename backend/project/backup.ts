import { readdirSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';
import { safeFileName } from '../files/names.ts';
import { projectName } from '../machine/recent.ts';
import { folderOf, nameAt } from './backupNames.ts';
import { damageInWords } from './damage.ts';
import { DATABASE } from './database.ts';
import type { Project } from './file.ts';
import { markOf } from './header.ts';
import { markIn } from './store/session.ts';
import { damageIn } from './store/wholeness.ts';

/** When it was made, in UTC without colons, and whether someone asked for it. */
const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z( kept)?\.entail$/;
/** Pages per turn: annotating goes on between them. */
const PAGES = 500;

/** A backup as its name tells about it. */
export interface Backup {
  readonly path: string;
  /** The project's file, which may be gone. */
  readonly original: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly bytes: number;
  /** Someone asked for it. */
  readonly byHand: boolean;
}

/** Where backups of a project go: named for people, and told apart by the project's mark. */
export function backupFolder(project: Project, home: string): string {
  const mark = String(markIn(project[DATABASE]));
  return folderOf(project.path, mark, home);
}

/**
 * Where backups of a project that is not open may lie. Where its file is gone or damaged its mark is not known: then of
 * all projects of its name.
 */
export function backupFolders(path: string, home: string): string[] {
  const mark = markOf(path);
  if (mark !== undefined) return [folderOf(path, mark, home)];
  const all = join(home, 'backups');
  const name = safeFileName(projectName(path));
  return namesIn(all)
    .filter((own) => own.slice(0, -9) === name && /^ [0-9a-f]{8}$/.test(own.slice(-9)))
    .map((own) => join(all, own));
}

/** The backups in these folders, the newest first. */
export function backupsIn(folders: readonly string[], original: string): Backup[] {
  return folders
    .flatMap((folder) => namesIn(folder).map((name) => backupAt(folder, name, original)))
    .filter((backup) => backup !== null)
    .sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
}

export function backupAt(folder: string, name: string, original: string): Backup | null {
  const [, day, hour, minute, second, kept] = NAME.exec(name) ?? [];
  const path = join(folder, name);
  const info = day === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (!info?.isFile()) return null;
  const madeAt = `${day}T${hour}:${minute}:${second}.000Z`;
  return { path, original, madeAt, bytes: info.size, byHand: kept !== undefined };
}

/** Nothing where there is no such folder. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Copies an open project while it is used (https://www.sqlite.org/backup.html). The copy gets its name when it was
 * opened, checked and synced; then old ones go. Returns its name; throws what copying throws, and leaves nothing.
 */
export async function backUp(
  project: Project,
  folder: string,
  { now = new Date(), byHand = false }: { now?: Date; byHand?: boolean } = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = nameAt(now, byHand);
  const temporary = temporaryBeside(join(folder, name));
  try {
    await project[DATABASE].backup(temporary, { progress: () => PAGES });
    const damage = await damageElsewhere(temporary);
    if (damage !== null) throw unsound(basename(project.path), damage);
    await sync(temporary);
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  const names = (await readdir(folder)).filter((own) => NAME.test(own));
  for (const old of outdated(names, now)) await rm(join(folder, old), { force: true });
  return name;
}

const unsound = (name: string, damage: string) =>
  new BackendError(
    'backup_unsound',
    `A copy of "${name}" was made and is damaged, so it was not kept: ${damageInWords(damage)}.`,
    'The disk may be failing: copy the project to another one.',
    undefined,
    { name },
  );

/** `damageIn` in a thread; here, where no thread can be had. */
function damageElsewhere(path: string): Promise<string | null> {
  return new Promise<string | null>((resolve, reject) => {
    const thread = new Worker(join(import.meta.dirname, 'damageThread.ts'), { workerData: path });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The thread that checks a backup stopped.')));
  }).catch(() => damageIn(path));
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

/**
 * Which backups go: the newest three of today stay, of other days the newest one, ten in all; and the newest ten of
 * those that someone asked for.
 */
export function outdated(names: readonly string[], now: Date): string[] {
  const newest = [...names].sort().reverse();
  const asked = newest.filter(isAskedFor);
  const today = now.toISOString().slice(0, 10);
  const perDay = new Map<string, number>();
  const thinned = newest.filter((name) => {
    if (isAskedFor(name)) return false;
    const day = name.slice(0, 10);
    const count = (perDay.get(day) ?? 0) + 1;
    perDay.set(day, count);
    return count <= (day === today ? OF_TODAY : 1);
  });
  const stay = new Set([...asked.slice(0, IN_ALL), ...thinned.slice(0, IN_ALL)]);
  return newest.filter((name) => !stay.has(name));
}

const isAskedFor = (name: string): boolean => NAME.exec(name)?.[5] !== undefined;
