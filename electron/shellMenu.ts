import { app, Menu, shell } from 'electron';
import type { Log } from '../process/log.ts';
import type { BackendProcess } from './backend.ts';
import type { Change } from './changing.ts';
import type { Dialogs } from './dialogs.ts';
import { openLink } from './externalLinks.ts';
import { type MenuActions, menuTemplate } from './menu.ts';
import { updateCheck } from './updates.ts';

export interface ShellMenuOptions {
  readonly backend: BackendProcess;
  readonly dialogs: Dialogs;
  readonly log: Log;
  /** Does what changes the project, and shows the result. */
  change(work: Change): Promise<void>;
}

/** Makes the menu bar as things are now; to be called again when another project is open. */
export async function showMenu(options: ShellMenuOptions, projectOpen: boolean): Promise<void> {
  const { calls } = options.backend;
  const recent = await calls.recent().catch(() => []);
  const { platform } = process;
  const template = menuTemplate(actionsOf(options), { platform, appName: app.name, recent, projectOpen });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function actionsOf({ backend: { calls }, dialogs, log, change }: ShellMenuOptions): MenuActions {
  const open = async () => {
    const path = await dialogs.openProjectDialog();
    if (path !== null) await change((anyway) => calls.open(path, anyway));
  };
  return {
    create: () => void change((anyway) => calls.create('My project', anyway)),
    open: () => void open(),
    openRecent: (token) => void change((anyway) => calls.openRecent(token, anyway)),
    openSample: () => void change((anyway) => calls.openSample(anyway)),
    closeProject: () => void change((anyway) => calls.closeProject(anyway)),
    showLog: () => shell.showItemInFolder(log.file),
    openLink: (url) => void openLink(url, log),
    checkForUpdates: updateCheck(log),
  };
}
