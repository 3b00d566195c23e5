import type { MenuItemConstructorOptions } from 'electron';
import type { RecentEntry } from '../backend/process/protocol.ts';

export interface MenuActions {
  create(): void;
  open(): void;
  openRecent(token: string): void;
  openSample(): void;
  closeProject(): void;
  showLog(): void;
  openLink(url: string): void;
  checkForUpdates: (() => void) | null;
}

export interface MenuState {
  readonly platform: NodeJS.Platform;
  readonly appName: string;
  readonly recent: readonly RecentEntry[];
  readonly projectOpen: boolean;
}

/** The menu bar with each system's usual shortcuts. Pure. */
export function menuTemplate(actions: MenuActions, state: MenuState): MenuItemConstructorOptions[] {
  const mac = state.platform === 'darwin';
  return [
    ...(mac ? [appMenu(actions, state)] : []),
    fileMenu(actions, state),
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    helpMenu(actions, state),
  ];
}

const updates = ({ checkForUpdates }: MenuActions): MenuItemConstructorOptions[] =>
  checkForUpdates ? [{ label: 'Check for Updates…', click: checkForUpdates }] : [];

function appMenu(actions: MenuActions, { appName }: MenuState): MenuItemConstructorOptions {
  return {
    label: appName,
    submenu: [
      { role: 'about' },
      ...updates(actions),
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}

function fileMenu(
  actions: MenuActions,
  { platform, recent, projectOpen }: MenuState,
): MenuItemConstructorOptions {
  return {
    label: '&File',
    submenu: [
      { label: 'New Project…', accelerator: 'CmdOrCtrl+N', click: actions.create },
      { label: 'Open Project…', accelerator: 'CmdOrCtrl+O', click: actions.open },
      {
        label: 'Open Recent',
        enabled: recent.length > 0,
        submenu: recent.map(({ token, name, where }) => ({
          label: menuText(`${name} (${where})`),
          click: () => actions.openRecent(token),
        })),
      },
      { label: 'Sample Project', click: actions.openSample },
      { type: 'separator' },
      {
        id: 'close-project',
        label: 'Close Project',
        accelerator: 'CmdOrCtrl+Shift+W',
        enabled: projectOpen,
        click: actions.closeProject,
      },
      { role: platform === 'darwin' ? 'close' : 'quit' },
    ],
  };
}

function helpMenu(actions: MenuActions, { platform }: MenuState): MenuItemConstructorOptions {
  return {
    role: 'help',
    submenu: [
      ...(platform === 'darwin' ? [] : [{ role: 'about' as const }, ...updates(actions)]),
      { label: 'Show Log', click: actions.showLog },
      {
        label: 'Licences of Electron',
        click: () => actions.openLink('https://github.com/electron/electron'),
      },
    ],
  };
}

/** `&` marks a shortcut in a menu; bidirectional and control characters have no business there. */
const menuText = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll('&', '&&')
    .slice(0, 120);
