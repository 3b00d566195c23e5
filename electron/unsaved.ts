import { type BrowserWindow, dialog, type MessageBoxSyncOptions } from 'electron';

/** What is asked where a window is closed while something is not saved; the first answer keeps it open. */
const UNSAVED: MessageBoxSyncOptions = {
  type: 'warning',
  buttons: ['Stay', 'Close without saving'],
  defaultId: 0,
  cancelId: 0,
  message: 'Something is not saved yet.',
  detail: 'Stay, and it is saved as soon as that works; Annotate says why it does not.',
};

/**
 * A page that is not done saving holds its window open. Electron asks nobody by itself, so that closing would do nothing,
 * without a word (https://www.electronjs.org/docs/latest/api/web-contents, "will-prevent-unload").
 */
export function askBeforeLosing(window: BrowserWindow): void {
  window.webContents.on('will-prevent-unload', (event) => {
    if (dialog.showMessageBoxSync(window, UNSAVED) === 1) event.preventDefault();
  });
}
