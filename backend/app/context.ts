import type { Engine } from '../../engine/index.ts';
import type { Host } from '../machine/host.ts';
import type { Preferences } from '../machine/preferences.ts';
import type { HubTokens } from '../models/hubToken.ts';
import type { Workspace } from './workspace.ts';

/** What procedures work with. The open project is asked of the workspace, since it changes. */
export interface Session {
  readonly host: Host;
  readonly engine: Engine;
  /** Entail's folder on this machine. */
  readonly home: string;
  readonly workspace: Workspace;
  readonly preferences: Preferences;
  readonly hubTokens: HubTokens;
  /** Which project the call means, as it came over a transport; null: it does not say. Absent: no transport. */
  readonly opening?: string | null;
}
