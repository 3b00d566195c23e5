import { RPCHandler } from '@orpc/server/message-port';
import { createBirpc } from 'birpc';
import type { Remedy } from '../contract/index.ts';
import { createEngine, EngineError } from '../engine/index.ts';
import { beginProcess } from '../process/last.ts';
import {
  BackendError,
  callsWithOpening,
  createBackend,
  type Host,
  router,
  stoppedByLeaving,
} from './index.ts';
import { shellChannel } from './process/channel.ts';
import { createPages } from './process/pages.ts';
import type { BackendCalls, ShellCalls, ShellOutcome } from './process/protocol.ts';
import { createShellEngines } from './process/shellEngine.ts';

/** Entry of the backend's process: a child of the desktop shell that ends with it. */
const log = beginProcess('backend', {
  // What was thrown may have left something half done in memory; the file has whole transactions only. The shell starts
  // this process again with the project that was open.
  exception: () => void closeInOrder().finally(() => process.exit(70)),
  // Nobody waits for what failed, and a transaction that failed was rolled back.
  rejection: () => undefined,
});
const channel = shellChannel();
let receiveRpc: (data: unknown) => void = () => undefined;

const shell = createBirpc<ShellCalls, BackendCalls>(
  {
    open: (path, anyway) => outcome(async () => (await backend).open(path, { anyway })),
    openRecent: (token, anyway) =>
      outcome(async () => {
        const { workspace } = (await backend).session;
        await workspace.open(workspace.recent.pathOf(token), { anyway });
      }),
    openSample: (anyway) => outcome(async () => (await backend).session.workspace.sample({ anyway })),
    create: (name, anyway) =>
      outcome(async () => void (await (await backend).session.workspace.create(name, { anyway }))),
    closeProject: (anyway) => outcome(async () => (await backend).session.workspace.close({ anyway })),
    stoppedByLeaving: async () => {
      const { current } = (await backend).session.workspace;
      return current === null ? null : stoppedByLeaving(current);
    },
    recent: async () =>
      (await (await backend).session.workspace.recent.list())
        .filter(({ present }) => present)
        .map(({ token, name, where }) => ({ token, name, where })),
    shutdown: async () => {
      await (await backend).close();
      await engine.close();
    },
    engineExited: (id, how) => engines.exited(id, how),
  },
  {
    post: (data) => channel.post({ kind: 'rpc', data }),
    on: (receive) => {
      receiveRpc = receive;
    },
    timeout: -1,
  },
);

const host: Host = {
  kind: 'electron',
  openProjectDialog: () => shell.openProjectDialog(),
  newProjectDialog: (name) => shell.newProjectDialog(name),
  openFilesDialog: (what) => shell.openFilesDialog(what),
  openModelDialog: () => shell.openModelDialog(),
  saveFileDialog: (name) => shell.saveFileDialog(name),
  saveFolderDialog: (name) => shell.saveFolderDialog(name),
  showInFolder: (path) => shell.showInFolder(path),
  moveToTrash: (path) => shell.moveToTrash(path),
  seal: (text) => shell.seal(text),
  unseal: (sealed) => shell.unseal(sealed),
  projectChanged: (path) => void shell.projectChanged.asEvent(path),
};
const engines = createShellEngines({
  startEngine: (id) => void shell.startEngine.asEvent(id),
  killEngine: (id) => void shell.killEngine.asEvent(id),
});
const engine = createEngine(channel.ports ? { start: engines.start } : {});
const backend = createBackend(host, { engine });

const rpc = new RPCHandler(router, callsWithOpening);
const pages = createPages(channel, async (port) => {
  const { session } = await backend;
  rpc.upgrade(port, { context: session });
});

channel.onMessage((message, ports) => {
  switch (message.kind) {
    case 'rpc':
      return receiveRpc(message.data);
    case 'page-open':
      return pages.open(message.page, ports[0]);
    case 'page-data':
      return pages.receive(message.page, message.data);
    case 'page-close':
      return pages.close(message.page);
    case 'engine-port':
      return engines.connected(message.engine, ports[0]!);
  }
});

const CLOSING_MS = 5000;

/** Folds the project's log into its file, if that can be done in time. */
async function closeInOrder(): Promise<void> {
  const closed = backend.then(({ close }) => close()).catch(() => undefined);
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSING_MS))]);
}

async function outcome(work: () => Promise<void>): Promise<ShellOutcome> {
  try {
    await work();
    return { ok: true };
  } catch (error) {
    const expected = error instanceof BackendError || error instanceof EngineError;
    if (!expected) log.error('unexpected', error);
    return expected
      ? {
          ok: false,
          message: error.message,
          hint: inShell(error.hint),
          stopsWork: error.code === 'work_would_stop',
        }
      : { ok: false, message: 'Something went wrong inside Entail.', hint: null, stopsWork: false };
  }
}

/** The shell has a dialog with sentences and no controls to point at: it words the few remedies that it can meet. */
function inShell(hint: string | Remedy | undefined): string | null {
  if (typeof hint !== 'object') return hint ?? null;
  switch (hint.code) {
    case 'open_backup':
      return 'It was not changed. Open a backup of it from the start screen.';
    case 'set_log_aside':
      return 'Nothing was changed. Put the right file back, or open the project again to go on without it: what lies there is kept beside the project.';
    default:
      return null;
  }
}
