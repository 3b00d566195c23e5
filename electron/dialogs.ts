import { type BrowserWindow, dialog, shell } from 'electron';
import { importOptions, modelOptions } from './openOptions.ts';

const PROJECT = [{ name: 'Entail project', extensions: ['entail'] }];

export interface Dialogs {
  openProjectDialog(): Promise<string | null>;
  newProjectDialog(suggestedName: string): Promise<string | null>;
  openFilesDialog(what: 'files' | 'folder'): Promise<string[]>;
  openModelDialog(): Promise<string | null>;
  saveFileDialog(suggestedName: string): Promise<string | null>;
  saveFolderDialog(suggestedName: string): Promise<string | null>;
  showInFolder(path: string): Promise<void>;
  moveToTrash(path: string): Promise<void>;
  /** Whether what the sentence says may stop. */
  askToLeave(sentence: string): Promise<boolean>;
  /** One sentence and what to do. */
  sayFailure(message: string, hint: string | null): Promise<void>;
}

/** The system's dialogs over the window that is open. */
export function createDialogs(window: () => BrowserWindow | null): Dialogs {
  const save = async (options: Electron.SaveDialogOptions): Promise<string | null> => {
    const own = window();
    const shown = own ? dialog.showSaveDialog(own, options) : dialog.showSaveDialog(options);
    const { canceled, filePath } = await shown;
    return canceled || !filePath ? null : filePath;
  };
  const open = async (options: Electron.OpenDialogOptions): Promise<string[]> => {
    const own = window();
    const shown = own ? dialog.showOpenDialog(own, options) : dialog.showOpenDialog(options);
    const { canceled, filePaths } = await shown;
    return canceled ? [] : filePaths;
  };
  return {
    openProjectDialog: async () =>
      (await open({ title: 'Open project', filters: PROJECT, properties: ['openFile'] }))[0] ?? null,
    newProjectDialog: async (name) => {
      const path = await save({ title: 'New project', defaultPath: `${name}.entail`, filters: PROJECT });
      return path === null || path.endsWith('.entail') ? path : `${path}.entail`;
    },
    openFilesDialog: (what) => open(importOptions(what)),
    openModelDialog: async () => (await open(modelOptions()))[0] ?? null,
    saveFileDialog: (name) => save({ title: 'Export', defaultPath: name }),
    saveFolderDialog: (name) => save({ title: 'Export to a new folder', defaultPath: name }),
    showInFolder: async (path) => shell.showItemInFolder(path),
    moveToTrash: (path) => shell.trashItem(path),
    async askToLeave(message) {
      const own = window();
      const buttons = ['Stay', 'Leave anyway'];
      const options = { type: 'question' as const, message, buttons, defaultId: 0, cancelId: 0 };
      const { response } = await (own ? dialog.showMessageBox(own, options) : dialog.showMessageBox(options));
      return response === 1;
    },
    async sayFailure(message, hint) {
      const own = window();
      const options = { type: 'error' as const, message, detail: hint ?? '', buttons: ['OK'] };
      await (own ? dialog.showMessageBox(own, options) : dialog.showMessageBox(options));
    },
  };
}
