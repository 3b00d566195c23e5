import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import type { Log } from '../process/log.ts';
import { systemChecks, whyNoUpdates } from './signature.ts';

/**
 * Looking for a newer Entail, when a person asks. null: off, because the package names no place where updates are
 * published (electron-builder writes app-update.yml only where one is set). Builds whose updates can't be checked
 * against a signature say so and look for none.
 */
export function updateCheck(log: Log): (() => void) | null {
  const config = join(process.resourcesPath, 'app-update.yml');
  if (!app.isPackaged || !existsSync(config)) return null;
  return () => {
    void check(log, readFileSync(config, 'utf8')).catch(async (error: unknown) => {
      log.error('update-failed', error);
      await dialog.showMessageBox({
        message: 'Entail could not look for updates.',
        detail: 'Try again later.',
      });
    });
  };
}

async function check(log: Log, config: string): Promise<void> {
  const why = await whyNoUpdates(systemChecks(config));
  if (why !== null) {
    log.write('update-refused', { platform: process.platform });
    await dialog.showMessageBox({ message: 'There are no updates for this build.', detail: why });
    return;
  }
  const { autoUpdater } = (await import('electron-updater')).default;
  autoUpdater.autoDownload = false;
  autoUpdater.allowDowngrade = false;
  // Its failures come as events too, and an error event that nobody hears ends the app.
  autoUpdater.removeAllListeners('error').on('error', (error) => log.error('update-failed', error));
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
