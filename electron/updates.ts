import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import type { Log } from '../process/log.ts';

/**
 * Looking for a newer Entail, when a person asks. null: off, because the package names no place where updates are
 * published (electron-builder writes app-update.yml only where one is set).
 */
export function updateCheck(log: Log): (() => void) | null {
  if (!app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return null;
  return () => {
    void check().catch(async (error: unknown) => {
      log.write('update-failed', { error: error instanceof Error ? error.name : 'unknown' });
      await dialog.showMessageBox({
        message: 'Entail could not look for updates.',
        detail: 'Try again later.',
      });
    });
  };
}

async function check(): Promise<void> {
  const { autoUpdater } = (await import('electron-updater')).default;
  autoUpdater.autoDownload = false;
  const found = await autoUpdater.checkForUpdates();
  if (!found?.isUpdateAvailable) {
    await dialog.showMessageBox({ message: 'This is the newest Entail.' });
    return;
  }
  const { response } = await dialog.showMessageBox({
    message: `Entail ${found.updateInfo.version} is there.`,
    detail: 'It is downloaded now and installed when you quit.',
    buttons: ['Download', 'Later'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) await autoUpdater.downloadUpdate();
}
