import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Holding } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { Host } from '../machine/host.ts';
import { backupFolders, backupsIn } from './backup.ts';
import { isOpenElsewhere } from './exclusive.ts';
import { describeFailure, openElsewhere } from './failures.ts';
import { isOlder, markOf } from './header.ts';
import { asideIn } from './logAside.ts';
import { LOG_ENDINGS } from './logFile.ts';
import { isOpenHere } from './openHere.ts';
import { openOrRead, openToRead } from './reading.ts';

/** What goes with a project that is put into the trash. Throws `project_missing`, `project_open_already`, `project_open_elsewhere`. */
export function holdingOf(path: string, home: string): Holding {
  const file = fileOf(path);
  return {
    file: basename(file),
    counts: countsOf(file),
    backups: backupsIn(ownBackups(file, home), file).length,
  };
}

/**
 * Puts a project's file into the trash, then what belongs to it: its log, logs that were set aside, and where that is
 * wanted its backups. Returns the names of what the trash did not take. Throws `not_trashed`, where all is as it was, and as
 * `holdingOf`.
 */
export async function moveToTrash(
  path: string,
  { home, backups, host }: { home: string; backups: boolean; host: Pick<Host, 'moveToTrash'> },
): Promise<string[]> {
  const file = fileOf(path);
  const rest = [
    ...(file === resolve(path) ? [] : [resolve(path)].filter(isLink)),
    ...besides(file),
    ...(backups ? ownBackups(file, home) : []),
  ];
  await host.moveToTrash(file).catch((error: unknown) => {
    throw error instanceof BackendError ? error : notTrashed(basename(file), error);
  });
  const left: string[] = [];
  for (const own of rest) await host.moveToTrash(own).catch(() => left.push(basename(own)));
  return left;
}

/** The file itself, also of a link to it, which is open nowhere. */
function fileOf(path: string): string {
  const file = existsSync(path) ? realpathSync(path) : resolve(path);
  if (isOpenHere(file)) throw openHere(basename(file));
  if (!existsSync(file)) {
    throw new BackendError('project_missing', `There is no project "${file}".`, undefined, undefined, {
      name: file,
    });
  }
  if (isOpenElsewhere(file)) throw openElsewhere(basename(file));
  return file;
}

/** Of one that can't be opened nobody knows what is in it. Who only asks has none brought to a newer format. */
function countsOf(file: string): Holding['counts'] {
  try {
    const project = isOlder(file) ? openToRead(file) : openOrRead(file, { badLog: 'refuse' });
    try {
      const { documents, annotations } = project.stores;
      return { documents: documents.count(), decisions: annotations.countAnswers() };
    } finally {
      project.close();
    }
  } catch (error) {
    const described = describeFailure(error, file);
    if (described instanceof BackendError && !described.code.startsWith('project_open_')) return null;
    throw described;
  }
}

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** Where its mark can't be read, backups of its name may be another project's. */
const ownBackups = (file: string, home: string): string[] =>
  markOf(file) === undefined ? [] : backupFolders(file, home).filter((folder) => existsSync(folder));

/** Logs of the file, and those that did not fit it. */
function besides(file: string): string[] {
  const logs = LOG_ENDINGS.map((ending) => file + ending).filter((log) => existsSync(log));
  const folder = dirname(file);
  return [...logs, ...asideIn(readdirSync(folder), file).map((name) => join(folder, name))];
}

export const openHere = (name: string): BackendError =>
  new BackendError('project_open_already', `"${name}" is open.`, 'Close it first.', undefined, { name });

const notTrashed = (name: string, cause: unknown) =>
  new BackendError(
    'not_trashed',
    `"${name}" was not moved to the trash.`,
    'It is where it was: delete it in its folder.',
    cause,
    { name },
  );
