import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Marks } from '../../contract/app.ts';
import type { Engine } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { removeLeftovers } from '../files/atomic.ts';
import { removeAllLeftovers } from '../files/leftovers.ts';
import { safeFileName } from '../files/names.ts';
import { fillSample } from '../importing/sample.ts';
import type { Host } from '../machine/host.ts';
import { createRecentProjects, projectName, type RecentProjects } from '../machine/recent.ts';
import { createTokens, type Tokens } from '../machine/tokens.ts';
import { DEFAULT, lastingName } from '../models/embedded.ts';
import type { Backup } from '../project/backup.ts';
import { createProject, openProject, type Project } from '../project/file.ts';
import { LOG_CODES } from '../project/header.ts';
import { openOrRead } from '../project/reading.ts';
import { restoreBackup } from '../project/restore.ts';
import { moveToTrash, openHere } from '../project/trash.ts';
import { type Leaving, mayLeave } from './leaving.ts';
import { marksOf } from './marks.ts';
import { nameProject, nameProjectAt } from './naming.ts';
import { NONE_OPEN, openingOf } from './openingName.ts';
import { asOpenProject, type Left, type OpenProject } from './openProject.ts';

/** Which project is open, and how others come to be. */
export interface Workspace {
  readonly recent: RecentProjects;
  readonly current: OpenProject | null;
  /** Names the open project, or that none is: see `openingOf`. */
  readonly opening: string;
  /** What a page may always know: the open project's name and token. */
  readonly now: {
    readonly project: string | null;
    readonly token: string | null;
    readonly readOnly: boolean;
  };
  /** Of the open project; null: none is. */
  readonly marks: Marks | null;
  /** Throws `no_project` on the start screen. */
  opened(): OpenProject;
  /** Closes the open project once the other one is known to open. Leaving a project throws what `mayLeave` throws. */
  open(path: string, leaving?: Leaving): Promise<void>;
  /** Names the project at this path, open or not; its file stays as it is. */
  rename(path: string, name: string): Promise<void>;
  /** false: the person cancelled. */
  create(name: string, leaving?: Leaving): Promise<boolean>;
  sample(leaving?: Leaving): Promise<void>;
  /** Backups that the page was told of. */
  readonly backups: Tokens<Backup>;
  /** Opens a backup as a project of its own. false: the person cancelled. */
  restore(backup: Backup, leaving?: Leaving): Promise<boolean>;
  /** Puts the project at this path into the trash, and takes it off the list; what the trash did not take by its names. Throws as `moveToTrash`. */
  trash(path: string, options: { readonly backups: boolean }): Promise<string[]>;
  close(leaving?: Leaving): Promise<void>;
  /** Closes it whatever runs, because Entail ends or begins anew. */
  end(): Promise<void>;
}

export async function createWorkspace({
  host,
  engine,
  home,
}: {
  host: Host;
  engine: Engine;
  home: string;
}): Promise<Workspace> {
  await removeAllLeftovers(home);
  const recent = await createRecentProjects(home);
  let current: OpenProject | null = null;
  let opening = NONE_OPEN;
  // One change of project after the other, however quickly someone clicks.
  let changing: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = changing.catch(() => undefined).then(work);
    changing = turn;
    return turn;
  };
  /** Files whose log is missing, cut, damaged or another's, as the person was told: opening one again is to go on. */
  const told = new Set<string>();
  const openAgreed = (path: string): Project => {
    try {
      const project = openOrRead(path, { badLog: told.has(path) ? 'continue' : 'refuse' });
      told.delete(path);
      return project;
    } catch (error) {
      if (error instanceof BackendError && LOG_CODES.some((code) => code === error.code)) told.add(path);
      throw error;
    }
  };
  const close = async (why: Left) => {
    const old = current;
    current = null;
    opening = NONE_OPEN;
    await old?.close(why);
  };
  /** `prepare`: what is written into it first. A project that comes not to be shown is closed. */
  const show = async (project: Project, prepare: () => void | Promise<void> = () => undefined) => {
    const before = current;
    let next: OpenProject;
    try {
      await prepare();
      await close('another');
      next = await asOpenProject(project, { engine, home });
    } catch (error) {
      project.close();
      if (before && !current) host.projectChanged?.(null);
      throw error;
    }
    current = next;
    opening = openingOf(project);
    host.projectChanged?.(project.path);
    await recent.add(project.path, next.name);
    if (!project.readOnly) void removeLeftovers(dirname(project.path));
  };
  return {
    recent,
    backups: createTokens<Backup>('backup'),
    get current() {
      return current;
    },
    get opening() {
      return opening;
    },
    get now() {
      return {
        project: current?.name ?? null,
        token: current && recent.tokenOf(current.project.path),
        readOnly: current?.project.readOnly ?? false,
      };
    },
    get marks() {
      return current?.project.open ? marksOf(current.project) : null;
    },
    opened() {
      if (current) return current;
      throw new BackendError('no_project', 'No project is open.', 'Open one on the start screen.');
    },
    open: (path, leaving = {}) =>
      inTurn(async () => {
        if (current && isSame(current.project, path)) return;
        mayLeave(current, leaving);
        await show(openAgreed(path));
      }),
    rename: (path, name) =>
      inTurn(async () => {
        if (current && isSame(current.project, path)) {
          nameProject(current.project, name);
          await recent.rename(path, current.name);
        } else await recent.rename(path, nameProjectAt(path, name));
      }),
    create: (name, leaving = {}) =>
      inTurn(async () => {
        mayLeave(current, leaving);
        const fileName = safeFileName(name);
        const path = await host.newProjectDialog(fileName);
        if (path === null) return false;
        const project = beginProject(path);
        // What no file can be called the project is; who chose another name in the dialog means that one.
        await show(project, () => {
          if (projectName(path) === fileName) nameProject(project, name);
        });
        return true;
      }),
    sample: (leaving = {}) =>
      inTurn(async () => {
        const folder = join(home, 'projects');
        const path = join(folder, 'Sample reviews.entail');
        if (current && isSame(current.project, path)) return;
        mayLeave(current, leaving);
        if (existsSync(path)) return show(openProject(path));
        mkdirSync(folder, { recursive: true });
        const project = beginProject(path);
        await show(project, () => fillSample(project));
      }),
    restore: (backup, leaving = {}) =>
      inTurn(async () => {
        mayLeave(current, leaving);
        const path = await restoreBackup(backup, host);
        if (path === null) return false;
        await show(openProject(path));
        return true;
      }),
    trash: (path, { backups }) =>
      inTurn(async () => {
        // One that can only be read is open as a copy of itself.
        if (current && isSame(current.project, path)) throw openHere(basename(path));
        const left = await moveToTrash(path, { home, backups, host });
        await recent.drop(path);
        return left;
      }),
    close: (leaving = {}) =>
      inTurn(async () => {
        mayLeave(current, leaving);
        await close('closed');
        host.projectChanged?.(null);
      }),
    end: () =>
      inTurn(async () => {
        await close('ended');
        host.projectChanged?.(null);
      }),
  };
}

const isSame = ({ path }: Project, other: string) => path === other;

/** A new project, which names the model that it begins with. */
function beginProject(path: string): Project {
  const project = createProject(path);
  project.write(() => project.stores.settings.set('model', lastingName(DEFAULT)));
  return project;
}
