import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, type Session, screen } from 'electron';
import { fitState, keepState, readState, SMALLEST, type WindowState } from './bounds.ts';
import { type Closing, createClosing } from './closing.ts';
import { isPage, PAGE } from './protocol.ts';
import { WEB_PREFERENCES } from './security.ts';
import { askBeforeLosing } from './unsaved.ts';

const BACKGROUND = { light: '#ffffff', dark: '#16181d' } as const;

/** The one window: Entail shows one project at a time, another one replaces it. */
export interface MainWindow {
  readonly current: BrowserWindow | null;
  /** Creates it, or brings it to the front. */
  show(): void;
  /** Another project is open: the page shows it. */
  tellProject(): void;
  setProject(name: string | null): void;
  isOurs(contents: Electron.WebContents): boolean;
}

export interface WindowOptions {
  readonly session: Session;
  readonly preload: string;
  readonly icon: string;
  readonly userData: string;
  /** Asked before the window closes, where the app ends with it. */
  readonly closing: Closing;
}

export function createMainWindow(options: WindowOptions): MainWindow {
  let current: BrowserWindow | null = null;
  let title = app.name;
  return {
    get current() {
      return current;
    },
    show() {
      if (!current) {
        const own = openWindow(options);
        current = own;
        own.setTitle(title);
        own.on('closed', () => {
          current = null;
        });
        return;
      }
      if (current.isMinimized()) current.restore();
      current.focus();
    },
    tellProject: () => current?.webContents.send('entail:project'),
    setProject(name) {
      title = name === null ? app.name : `${name} – ${app.name}`;
      current?.setTitle(title);
    },
    isOurs: (contents) => current !== null && current.webContents === contents,
  };
}

const areas = () => screen.getAllDisplays().map(({ workArea }) => workArea);

const stateOf = (window: BrowserWindow): WindowState & Electron.Rectangle => ({
  ...window.getNormalBounds(),
  maximized: window.isMaximized(),
});

/** A window whose screen is taken away comes to one that is left; not every system sees to it. */
function followScreens(window: BrowserWindow): void {
  const bringBack = () => {
    const { x, width, height } = fitState(stateOf(window), areas());
    if (x !== undefined || window.isMaximized()) return;
    window.setSize(width, height);
    window.center();
  };
  screen.on('display-removed', bringBack);
  screen.on('display-metrics-changed', bringBack);
  window.once('closed', () => {
    screen.off('display-removed', bringBack);
    screen.off('display-metrics-changed', bringBack);
  });
}

/** Work that would stop with the app holds its window open until the person agrees. */
function askBeforeStopping(window: BrowserWindow, closing: Closing): void {
  const hold = createClosing(closing);
  let quitting = false;
  const quits = () => {
    quitting = true;
  };
  app.on('before-quit', quits);
  window.once('closed', () => app.off('before-quit', quits));
  window.on('close', (event) => {
    // On macOS the app goes on without a window.
    if (process.platform === 'darwin' && !quitting) return;
    hold({
      event,
      again: () => (quitting ? app.quit() : window.close()),
      stay: () => {
        quitting = false;
      },
    });
  });
}

function openWindow({ session, preload, icon, userData, closing }: WindowOptions): BrowserWindow {
  const file = join(userData, 'window.json');
  const { maximized, ...bounds } = readState(file, areas());
  const window = new BrowserWindow({
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { ...WEB_PREFERENCES, session, preload, devTools: !app.isPackaged },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('page-title-updated', (event) => event.preventDefault());
  window.on('close', () => keepState(file, stateOf(window)));
  followScreens(window);
  askBeforeLosing(window);
  askBeforeStopping(window, closing);
  // A blank page is no navigation that can be denied; there is nothing to do on one.
  window.webContents.on('did-navigate', (_event, url) => {
    if (!isPage(url)) void window.loadURL(PAGE);
  });
  void window.loadURL(PAGE);
  return window;
}
