import { app, type Session, session, type WebContents } from 'electron';
import type { Log } from '../process/log.ts';
import { isPage, ORIGIN, PAGE } from './protocol.ts';

/** What the page's process may be: the test compares these with what the window really got. */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
} as const;

/** The only thing a page may do without asking: put text on the clipboard. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/** Before ready: the sandbox for all, and nothing of Chromium's own that calls home. */
export function hardenProcess(): void {
  // A test that runs as root has to start Chromium without it; asking for both ends every helper process.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  for (const name of ['disable-background-networking', 'disable-component-update', 'no-pings']) {
    app.commandLine.appendSwitch(name);
  }
}

/** A session in memory with one origin in it: no permission, no network, no other scheme. */
export function createPageSession(log: Log): Session {
  const own = session.fromPartition('entail', { cache: false });
  own.setPermissionRequestHandler((contents, permission, answer) => {
    const granted = permission === ALLOWED_PERMISSION && isPage(contents.getURL());
    if (!granted) log.write('permission-denied', { permission });
    answer(granted);
  });
  own.setPermissionCheckHandler(
    (_contents, permission, origin) =>
      permission === ALLOWED_PERMISSION && origin.replace(/\/$/, '') === ORIGIN,
  );
  own.setDevicePermissionHandler(() => false);
  if ('setDisplayMediaRequestHandler' in own)
    own.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  own.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !isAllowedRequest(details.url);
    if (cancel) log.write('request-blocked', { scheme: details.url.split(':')[0] ?? '' });
    answer({ cancel });
  });
  own.on('will-download', (event) => event.preventDefault());
  own.setSpellCheckerEnabled(false);
  return own;
}

/** Our own files, and the developer tools' where they are on. */
const isAllowedRequest = (url: string): boolean =>
  url.startsWith(PAGE) || (!app.isPackaged && url.startsWith('devtools://'));

/** No content of this app navigates, opens a window or attaches a view; registered before any exists. */
export function guardAllContents(log: Log): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, log));
}

function guardContents(contents: WebContents, log: Log): void {
  const deny = (what: string) => (event: { preventDefault(): void }) => {
    log.write('navigation-denied', { what });
    event.preventDefault();
  };
  contents.on('will-navigate', deny('will-navigate'));
  contents.on('will-frame-navigate', deny('will-frame-navigate'));
  contents.on('will-redirect', deny('will-redirect'));
  contents.on('will-attach-webview', deny('will-attach-webview'));
  contents.setWindowOpenHandler(() => {
    log.write('window-denied');
    return { action: 'deny' };
  });
}
