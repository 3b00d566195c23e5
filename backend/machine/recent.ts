import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { RecentProject } from '../../contract/index.ts';
import { readRemembered, remember } from './remembered.ts';
import { createTokens } from './tokens.ts';

const Entries = z
  .array(z.strictObject({ path: z.string().min(1).max(4096), openedAt: z.string().max(40) }))
  .max(1000);

const MOST = 20;

/** Projects that were opened on this machine, the last one first. */
export interface RecentProjects {
  list(): RecentProject[];
  /** Never fails: a list that can't be written must not keep anyone from a project. */
  add(path: string): Promise<void>;
  forget(token: string): Promise<RecentProject[]>;
  pathOf(token: string): string;
}

export async function createRecentProjects(home: string): Promise<RecentProjects> {
  const file = join(home, 'recent.json');
  const tokens = createTokens<string>('project');
  let entries = (await readRemembered(file, Entries, [])).slice(0, MOST);
  const save = () => remember(file, entries).catch(() => undefined);
  const list = () =>
    entries.map(({ path, openedAt }) => ({
      token: tokens.give(path, path),
      name: projectName(path),
      where: shortened(dirname(path)),
      openedAt,
      present: existsSync(path),
    }));
  return {
    list,
    async add(path) {
      const own = resolve(path);
      const others = entries.filter((entry) => entry.path !== own);
      entries = [{ path: own, openedAt: new Date().toISOString() }, ...others].slice(0, MOST);
      await save();
    },
    async forget(token) {
      const path = tokens.take(token);
      entries = entries.filter((entry) => entry.path !== path);
      await save();
      return list();
    },
    pathOf: (token) => tokens.take(token),
  };
}

export const projectName = (path: string): string => basename(path, '.entail');

/** A folder for people: the home folder is "~". */
export function shortened(folder: string): string {
  const home = homedir();
  return home !== '' && (folder === home || folder.startsWith(`${home}/`) || folder.startsWith(`${home}\\`))
    ? `~${folder.slice(home.length)}`
    : folder;
}
