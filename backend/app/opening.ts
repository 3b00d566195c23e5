import type { StandardHandlerOptions } from '@orpc/server/standard';
import { OPENING_HEADER } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { Session } from './context.ts';
import type { Workspace } from './workspace.ts';

/** For each transport: what a call says of the project it means goes into its context; null: nothing. */
export const callsWithOpening: Pick<StandardHandlerOptions<Session>, 'interceptors'> = {
  interceptors: [
    ({ next, ...call }) => {
      const given = call.request.headers[OPENING_HEADER];
      return next({
        ...call,
        context: { ...call.context, opening: typeof given === 'string' ? given : null },
      });
    },
  ],
};

/**
 * The workspace as a call sees it: the open project only while it is the one that the call means. Procedures reach a
 * project by no other way, so this is the one place where it is checked; after an `await` it is checked again.
 */
export function meantBy(opening: string | null, workspace: Workspace): Workspace {
  const check = () => {
    if (workspace.opening === opening) return;
    const open = workspace.now.project;
    throw new BackendError(
      'stale_page',
      open === null
        ? 'The project that this window shows is no longer open.'
        : `This window shows a project that is no longer open: "${open}" is open now.`,
      'Nothing was changed. Load the page again.',
      undefined,
      { name: open ?? '' },
    );
  };
  return {
    recent: workspace.recent,
    backups: workspace.backups,
    get opening() {
      return workspace.opening;
    },
    get now() {
      return workspace.now;
    },
    get marks() {
      return workspace.marks;
    },
    get current() {
      check();
      return workspace.current;
    },
    opened() {
      check();
      return workspace.opened();
    },
    async close(leaving) {
      check();
      await workspace.close(leaving);
    },
    end: () => workspace.end(),
    open: (path, leaving) => workspace.open(path, leaving),
    rename: (path, name) => workspace.rename(path, name),
    trash: (path, options) => workspace.trash(path, options),
    create: (name, leaving) => workspace.create(name, leaving),
    sample: (leaving) => workspace.sample(leaving),
    restore: (backup, leaving) => workspace.restore(backup, leaving),
  };
}
