import { copyFileSync, lstatSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackendError } from '../errors.ts';
import { freePath } from '../files/freePath.ts';
import { syncFile } from '../files/sync.ts';
import { projectName } from '../machine/recent.ts';
import { stamp } from './dated.ts';
import type { LogProblem } from './header.ts';
import { LOG_ENDINGS } from './logFile.ts';

/** The sentence for the person, and what they can do. */
export const logError = ({ code, message }: LogProblem, name: string): BackendError =>
  new BackendError(code, message, { code: 'set_log_aside' }, undefined, { name });

/**
 * Keeps a log that does not belong to its file, or is damaged, beside it under a name with the date. Of a damaged one
 * the whole first part stays in its place. Returns a sentence that names what was kept; null: there was none.
 */
export function setLogAside(path: string, { usable }: LogProblem): string | null {
  const kept: string[] = [];
  for (const ending of LOG_ENDINGS) {
    const log = path + ending;
    // A link that leads nowhere is there, too.
    if (lstatSync(log, { throwIfNoEntry: false }) === undefined) continue;
    const name = `${asideOf(path)}${stamp(new Date())})`;
    const aside = freePath(dirname(path), name, `.entail${ending}`);
    renameSync(log, aside);
    kept.push(aside.slice(dirname(aside).length + 1));
    if (ending !== '-wal' || usable === 0) continue;
    // The part gets its name when it is complete.
    const part = `${aside}.part`;
    try {
      copyFileSync(aside, part);
      truncateSync(part, usable);
      syncFile(part);
      renameSync(part, log);
    } catch (error) {
      rmSync(part, { force: true });
      renameSync(aside, log);
      throw error;
    }
  }
  return kept.length === 0 ? null : `The log that did not fit is kept as "${kept.join('", "')}".`;
}

/** How the names of logs of a project begin that were set aside. */
const asideOf = (path: string): string => `${projectName(path)} (log of `;

/** The logs of a project that were set aside: names in its folder. Not those of a project that is itself called so. */
export const asideIn = (names: readonly string[], path: string): string[] =>
  names.filter(
    (name) =>
      name.startsWith(asideOf(path)) &&
      LOG_ENDINGS.some((ending) => name.endsWith(`.entail${ending}`)) &&
      !LOG_ENDINGS.some((ending) => names.includes(name.slice(0, -ending.length)) && name.endsWith(ending)),
  );
