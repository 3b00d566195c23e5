import type { OpenDialogOptions } from 'electron';

/**
 * How documents to import are asked for. Never files and folders in one dialog: Windows and Linux have none for both,
 * and show that for folders (https://www.electronjs.org/docs/latest/api/dialog), in which no file can be chosen.
 */
export const importOptions = (what: 'files' | 'folder'): OpenDialogOptions =>
  what === 'files'
    ? { title: 'Documents to import', properties: ['openFile', 'multiSelections'] }
    : { title: 'Folder to import', properties: ['openDirectory', 'multiSelections'] };

/** How the folder of a model is asked for. */
export const modelOptions = (): OpenDialogOptions => ({
  title: 'Folder of a model',
  properties: ['openDirectory'],
});
