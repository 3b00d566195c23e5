import { basename, join } from 'node:path';
import { app, protocol, safeStorage } from 'electron';
import { beginProcess } from '../process/last.ts';
import { startBackend } from './backend.ts';
import { type Change, changeProject } from './changing.ts';
import { createDialogs } from './dialogs.ts';
import { openLink } from './externalLinks.ts';
import { answerPages } from './ipc.ts';
import { createKeyStore } from './keyStore.ts';
import { followLifeCycle, logCrashes } from './lifeCycle.ts';
import { createOpenQueue, isProjectName, projectsNamed, wantsSample } from './openFile.ts';
import { appPaths, nodeFrom } from './paths.ts';
import { readPageFiles, SCHEME, servePage } from './protocol.ts';
import { restartInOrder, sayRestarted } from './restart.ts';
import { createPageSession, guardAllContents, hardenProcess } from './security.ts';
import { showMenu } from './shellMenu.ts';
import { createMainWindow } from './windows.ts';

/** The shell: windows, menus, processes. Nothing of documents or models is in this process. */
app.setName('Entail');
if (process.env.ENTAIL_HOME) app.setPath('userData', join(process.env.ENTAIL_HOME, 'desktop'));
let stop = async (): Promise<void> => undefined;
let project: string | null = null;
const log = beginProcess('shell', {
  exception: () => void restartInOrder({ stop: () => stop(), project: () => project }),
  // Nobody waits for what failed.
  rejection: () => undefined,
});
logCrashes(log);
log.write('started', { version: app.getVersion() });
hardenProcess();
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
guardAllContents(log);

const NOT_DROPPED = [
  'A project on a server is not opened by dropping it.',
  'Copy it to this computer, or choose it with “Open project”.',
] as const;

// macOS names files by events, which may come before anything is ready.
const early: string[] = [];
let openProjects = (paths: readonly string[]): void => void early.push(...paths);
app.on('open-file', (event, path) => {
  event.preventDefault();
  openProjects([path]);
});

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

function start(): void {
  const packaged = app.isPackaged;
  const paths = appPaths(app.getAppPath());
  const session = createPageSession(log);
  servePage(session, readPageFiles(paths.page), log);
  const { preload, icon } = paths;
  const window = createMainWindow({
    session,
    preload,
    icon,
    userData: app.getPath('userData'),
    closing: {
      stops: () => backend.calls.stoppedByLeaving(),
      ask: (sentence) => dialogs.askToLeave(sentence),
    },
  });
  const dialogs = createDialogs(() => window.current);
  const backend = startBackend({
    paths,
    node: nodeFrom(process.env, { packaged, node: process.versions.node }),
    dialogs,
    keys: createKeyStore(safeStorage),
    log,
    onProject(path) {
      project = path;
      window.setProject(path === null ? null : basename(path, '.entail'));
      if (path !== null) app.addRecentDocument(path);
      void showMenu(menu, path !== null);
    },
    onGivenUp: () => void giveUp(),
  });

  /** Does what was asked outside the page, says what went wrong, and shows the result. */
  const change = (work: Change): Promise<void> =>
    changeProject(work, {
      askToLeave: dialogs.askToLeave,
      sayFailure: dialogs.sayFailure,
      done: window.tellProject,
    });
  stop = backend.stop;
  const menu = { backend, dialogs, log, change };
  const queue = createOpenQueue((path) => change((anyway) => backend.calls.open(path, anyway)));
  openProjects = queue.add;

  answerPages(
    {
      connect: (contents) => backend.pages.connect(contents),
      dropped: (paths) => {
        const own = paths.filter(isProjectName);
        if (own.length > 0) openProjects(own);
        else void dialogs.sayFailure(...NOT_DROPPED);
      },
      link: (url) => openLink(url, log),
    },
    window.isOurs,
    log,
  );
  followLifeCycle({ show: window.show, openProjects, stop: backend.stop });
  void showMenu(menu, false);

  const named = [...early, ...projectsNamed({ argv: process.argv, cwd: process.cwd(), packaged })];
  if (named.length > 0) queue.add(named);
  else if (wantsSample(process.argv)) void change((anyway) => backend.calls.openSample(anyway));
  window.show();
  sayRestarted(process.argv, dialogs);

  async function giveUp(): Promise<void> {
    await dialogs.sayFailure(
      'Entail stopped several times within a minute.',
      'All that was decided is in the project file. Start Entail again; its settings say where its log is.',
    );
    app.exit(1);
  }
}
