import { createBirpc } from 'birpc';
import { MessageChannelMain } from 'electron';
import type { BackendCalls, BackendMessage, ShellCalls, ShellMessage } from '../backend/process/protocol.ts';
import type { Log } from '../process/log.ts';
import { type Child, startChild } from './children.ts';
import type { Dialogs } from './dialogs.ts';
import type { KeyStore } from './keyStore.ts';
import { createPagePorts, type PagePorts } from './pages.ts';
import type { AppPaths } from './paths.ts';

const MAX_STARTS = 4;
const WINDOW_MS = 60_000;
const SHUTDOWN_MS = 10_000;

/** The backend's process as the shell sees it, started again when it dies, with the project that was open. */
export interface BackendProcess {
  readonly calls: Pick<
    BackendCalls,
    'open' | 'openRecent' | 'openSample' | 'create' | 'closeProject' | 'stoppedByLeaving' | 'recent'
  >;
  readonly pages: PagePorts;
  /** Closes the project in order, for at most ten seconds; then the process is ended. */
  stop(): Promise<void>;
}

export interface BackendOptions {
  readonly paths: AppPaths;
  readonly node: string | null;
  readonly dialogs: Dialogs;
  readonly keys: KeyStore;
  readonly log: Log;
  onProject(path: string | null): void;
  /** It died too often to be started again. */
  onGivenUp(): void;
}

export function startBackend(options: BackendOptions): BackendProcess {
  const { paths, node, dialogs, keys, log } = options;
  const engines = new Map<number, Child>();
  const starts: number[] = [];
  let child: Child | null = null;
  let project: string | null = null;
  let stopping = false;
  let receiveRpc: (data: unknown) => void = () => undefined;

  const tell = (message: ShellMessage, ports?: Electron.MessagePortMain[]) => child?.post(message, ports);
  const pages = createPagePorts(() => child);

  const { sayFailure: _sayFailure, askToLeave: _askToLeave, ...asked } = dialogs;
  const calls = createBirpc<BackendCalls, ShellCalls>(
    {
      ...asked,
      ...keys,
      projectChanged(path) {
        if (stopping) return;
        project = path;
        options.onProject(path);
      },
      startEngine: (engine) => startEngine(engine),
      killEngine: (engine) => engines.get(engine)?.kill(),
    },
    {
      post: (data) => tell({ kind: 'rpc', data }),
      on: (receive) => {
        receiveRpc = receive;
      },
      timeout: -1,
    },
  );

  function startEngine(engine: number): void {
    const own = startChild(paths.engine, { node, name: 'Entail engine' });
    engines.set(engine, own);
    own.onExit((how, where) => {
      engines.delete(engine);
      log.write('engine-ended', { how, where });
      void calls.engineExited.asEvent(engine, how);
    });
    const { port1, port2 } = new MessageChannelMain();
    own.post(null, [port1]);
    tell({ kind: 'engine-port', engine }, [port2]);
  }

  function start(): void {
    const now = Date.now();
    while (starts.length > 0 && now - starts[0]! > WINDOW_MS) starts.shift();
    if (starts.length >= MAX_STARTS) {
      options.onGivenUp();
      return;
    }
    starts.push(now);
    const own = startChild(paths.backend, { node, name: 'Entail backend' });
    child = own;
    own.onMessage((message) => {
      const sent = message as BackendMessage;
      if (sent.kind === 'rpc') receiveRpc(sent.data);
      else pages.deliver(sent.page, sent.data);
    });
    own.onExit((how, where) => {
      if (child === own) child = null;
      for (const engine of engines.values()) engine.kill();
      calls.$rejectPendingCalls();
      log.write('backend-ended', { how, where });
      if (!stopping) void restart();
    });
  }

  /** The project is opened before pages are joined: what they ask for is there again. */
  async function restart(): Promise<void> {
    start();
    if (!child) return;
    if (project !== null) {
      const opened = await calls.open(project, true);
      if (!opened.ok) await dialogs.sayFailure(opened.message, opened.hint);
    }
    pages.reconnect();
  }

  start();
  return {
    calls,
    pages,
    async stop() {
      stopping = true;
      const own = child;
      if (!own) return;
      const late = new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_MS));
      await Promise.race([calls.shutdown().catch(() => undefined), late]);
      own.kill();
    },
  };
}
