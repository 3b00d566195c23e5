import { type Engine, entailHome } from '../engine/index.ts';
import type { Session } from './app/context.ts';
import type { Leaving } from './app/leaving.ts';
import { createWorkspace } from './app/workspace.ts';
import type { Host } from './machine/host.ts';
import { createPreferences } from './machine/preferences.ts';
import { createHubTokens, sendTokenOf } from './models/hubToken.ts';

export type { Session } from './app/context.ts';
export { stoppedByLeaving } from './app/leaving.ts';
export { callsWithOpening } from './app/opening.ts';
export { BackendError, type Remedy } from './errors.ts';
export { freePath } from './files/freePath.ts';
export { safeFileName } from './files/names.ts';
export type { Host } from './machine/host.ts';
export { router } from './router.ts';

/** All of Entail behind the interface: at most one open project, its background work, what this machine remembers. */
export interface Backend {
  /** The context of the router. */
  readonly session: Session;
  /** Opens a project by its path, for a host that was given one; the open one is closed. */
  open(path: string, leaving?: Leaving): Promise<void>;
  /** Stops what runs in the background and closes the project. The engine is its owner's to close. */
  close(): Promise<void>;
}

/** Without an open project: the interface shows its start screen. */
export async function createBackend(
  host: Host,
  { engine, home = entailHome() }: { engine: Engine; home?: string },
): Promise<Backend> {
  const hubTokens = createHubTokens(host, home);
  sendTokenOf(hubTokens);
  const preferences = await createPreferences(home);
  const workspace = await createWorkspace({ host, engine, home });
  return {
    session: { host, engine, home, workspace, preferences, hubTokens },
    open: (path, leaving) => workspace.open(path, leaving),
    close: () => workspace.end(),
  };
}
