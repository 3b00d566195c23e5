import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { RecentProject } from '../../contract/index.ts';
import { isOnServer } from '../../process/serverPath.ts';
import { readRemembered, remember } from './remembered.ts';
import { createTokens } from './tokens.ts';

const Entries = z
  .array(
    z.strictObject({
      path: z.string().min(1).max(4096),
      openedAt: z.string().max(40),
      /** What the project is called, where that is not its file's name. */
      name: z.string().max(200).optional(),
    }),
  )
  .max(1000);

const MOST = 20;

/** Projects that were opened on this machine, the last one first. */
export interface RecentProjects {
  list(): Promise<RecentProject[]>;
  /** Never fails: a list that can't be written must not keep anyone from a project. */
  add(path: string, name: string): Promise<void>;
  /** Another name of a project that is in the list. */
  rename(path: string, name: string): Promise<void>;
  forget(token: string): Promise<RecentProject[]>;
  /** Brings back what was forgotten since this process began. */
  recall(token: string): Promise<RecentProject[]>;
  /** What is there no more is not to be brought back. */
  drop(path: string): Promise<void>;
  pathOf(token: string): string;
  tokenOf(path: string): string;
}

export async function createRecentProjects(home: string): Promise<RecentProjects> {
  const file = join(home, 'recent.json');
  const tokens = createTokens<string>('project');
  let entries = (await readRemembered(file, Entries, []))
    .filter(({ path }) => !isOnServer(path))
    .slice(0, MOST);
  const forgotten = new Map<string, (typeof entries)[number]>();
  const save = () => remember(file, entries).catch(() => undefined);
  const list = () =>
    Promise.all(
      entries.map(async ({ path, openedAt, name }) => ({
        token: tokens.give(path, path),
        name: name ?? projectName(path),
        // Of a project with a name of its own the file is named, too.
        where: shortened(name === undefined ? dirname(path) : path),
        openedAt,
        present: await isPresent(path),
      })),
    );
  return {
    list,
    async rename(path, name) {
      const own = resolve(path);
      entries = entries.map((entry) => (entry.path === own ? named(entry, name) : entry));
      await save();
    },
    async add(path, name) {
      const own = resolve(path);
      if (isOnServer(own)) return;
      const others = entries.filter((entry) => entry.path !== own);
      const entry = named({ path: own, openedAt: new Date().toISOString() }, name);
      entries = [entry, ...others].slice(0, MOST);
      await save();
    },
    async forget(token) {
      const path = tokens.take(token);
      for (const entry of entries) if (entry.path === path) forgotten.set(path, entry);
      entries = entries.filter((entry) => entry.path !== path);
      await save();
      return list();
    },
    async drop(path) {
      const own = resolve(path);
      entries = entries.filter((entry) => entry.path !== own);
      await save();
    },
    async recall(token) {
      const entry = forgotten.get(tokens.take(token));
      if (entry !== undefined && entries.every(({ path }) => path !== entry.path)) {
        entries = [...entries, entry].sort((a, b) => Date.parse(b.openedAt) - Date.parse(a.openedAt));
        await save();
      }
      return list();
    },
    pathOf: (token) => tokens.take(token),
    tokenOf: (path) => tokens.give(resolve(path), resolve(path)),
  };
}

const named = ({ path, openedAt }: z.infer<typeof Entries>[number], name: string) => ({
  path,
  openedAt,
  ...(name !== projectName(path) && { name }),
});

/** A drive that does not answer within this time is not waited for. */
const PRESENT_MS = 500;

const looking = new Map<string, Promise<boolean>>();

/** Whether the file can be reached now; a network drive that hangs can't. */
export async function isPresent(
  path: string,
  look: (path: string) => Promise<unknown> = stat,
): Promise<boolean> {
  const seen =
    looking.get(path) ??
    look(path)
      .then(
        () => true,
        () => false,
      )
      .finally(() => looking.delete(path));
  // One look at a time: each that hangs keeps a thread.
  looking.set(path, seen);
  return Promise.race([seen, delay(PRESENT_MS, false, { ref: false })]);
}

export const projectName = (path: string): string => basename(path, '.entail');

/** A folder for people: the home folder is "~". */
export function shortened(folder: string): string {
  const home = homedir();
  return home !== '' && (folder === home || folder.startsWith(`${home}/`) || folder.startsWith(`${home}\\`))
    ? `~${folder.slice(home.length)}`
    : folder;
}
