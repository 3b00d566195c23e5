import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend, type Host } from '../../backend/index.ts';
import { createEngine } from '../../engine/index.ts';
import { createWebHost } from '../../web/host.ts';
import { serve } from '../../web/server.ts';

export interface WebApp {
  /** Good once. */
  readonly url: string;
  readonly port: number;
  /** Opens another project, as another window of the app would. */
  open(project: string): Promise<void>;
  /** Ends the app; what it saved stays. */
  close(): Promise<void>;
}

/** A folder for the app's projects and settings that is nobody's, and goes when the tests end. */
export function temporaryHome(): { readonly home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'entail-e2e-'));
  process.env.ENTAIL_HOME = home;
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** The app on a loopback port, as `entail serve` starts it, with a project open or on the start screen. `host`: what another host can do. */
export async function startWebApp(
  home: string,
  project?: string,
  { host = {}, port }: { readonly host?: Partial<Host>; readonly port?: number } = {},
): Promise<WebApp> {
  const engine = createEngine();
  const backend = await createBackend({ ...createWebHost(home), ...host }, { engine, home });
  if (project !== undefined) await backend.open(project);
  const server = await serve(backend.session, port === undefined ? {} : { port });
  return {
    url: server.url,
    port: server.port,
    open: (path) => backend.open(path),
    async close() {
      await server.close();
      await backend.close();
      await engine.close();
    },
  };
}
