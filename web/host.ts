import { mkdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { BackendError, freePath, type Host, type Remedy, safeFileName } from '../backend/index.ts';

/** A browser has no dialogs that tell a path: what is made goes to Entail's own folder. */
export function createWebHost(home: string): Host {
  return {
    kind: 'web',
    openProjectDialog: () =>
      refuse('Projects can’t be chosen in the browser.', { code: 'start_with_project' }),
    newProjectDialog: async (name) => join(folder(home, 'projects'), `${safeFileName(name)}.entail`),
    openFilesDialog: () => refuse('Files are chosen in the page.', 'Drop them there.'),
    openModelDialog: () => refuse('A folder can’t be chosen in the browser.', { code: 'add_model_folder' }),
    saveFileDialog: async (name) => free(folder(home, 'exports'), name),
    saveFolderDialog: async (name) => free(folder(home, 'exports'), name),
    seal: async () => null,
    unseal: async () => null,
    showInFolder: () => refuse('The browser can’t open a folder.', 'Its place is written beside it.'),
    moveToTrash: () => refuse('The browser has no trash.', 'Delete the file in its folder.'),
  };
}

function folder(home: string, name: string): string {
  const path = join(home, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** A name in the folder that nothing has yet: "labels.csv", "labels (2).csv". */
function free(dir: string, wanted: string): string {
  const extension = extname(wanted);
  const stem = safeFileName(wanted.slice(0, wanted.length - extension.length));
  return freePath(dir, stem, extension);
}

const refuse = async (message: string, hint: string | Remedy): Promise<never> => {
  throw new BackendError('not_in_browser', message, hint);
};
