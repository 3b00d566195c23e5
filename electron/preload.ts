import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { areProjects } from './droppedProjects.ts';

/** What the page gets of the shell: functions that take and return plain data, and a port by `postMessage`. */
const bridge = {
  /** Asks for the port to the backend; it comes as a message of this window. false: it was given out already. */
  connect: (): Promise<boolean> => ipcRenderer.invoke('entail:connect') as Promise<boolean>,
  /** Opens a link in the system's browser, from a click only and after asking. */
  openLink: async (url: unknown): Promise<boolean> =>
    navigator.userActivation.isActive && ((await ipcRenderer.invoke('entail:link', String(url))) as boolean),
};
contextBridge.exposeInMainWorld('entail', bridge);

ipcRenderer.on('entail:port', (event, restarted: unknown) => {
  window.postMessage({ entail: 'port', restarted: restarted === true }, location.origin, [...event.ports]);
});

ipcRenderer.on('entail:project', () => window.postMessage({ entail: 'project' }, location.origin));

/** Dropped projects are opened by the shell, and the page sees the drop as taken; all else is the page's to read or refuse. */
window.addEventListener(
  'drop',
  (event) => {
    const projects = [...(event.dataTransfer?.files ?? [])];
    if (!event.isTrusted || !areProjects(projects.map(({ name }) => name))) return;
    event.preventDefault();
    const paths = projects.map(pathOf).filter((path) => path !== '');
    if (paths.length > 0) void ipcRenderer.invoke('entail:dropped', paths.slice(0, 100));
  },
  true,
);
window.addEventListener('dragover', (event) => event.preventDefault(), true);

/** Old runtimes keep the path on the file. */
const pathOf = (file: File): string =>
  webUtils ? webUtils.getPathForFile(file) : ((file as unknown as { path?: string }).path ?? '');
