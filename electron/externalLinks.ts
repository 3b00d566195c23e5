import { dialog, shell } from 'electron';
import { withUsualFiles } from '../process/last.ts';
import type { Log } from '../process/log.ts';
import { leavingUrl } from './leavingUrl.ts';

/** Opens a link in the system's browser after asking. false: it was refused, or the person said no. */
export async function openLink(link: unknown, log: Log): Promise<boolean> {
  const url = leavingUrl(link);
  if (!url) {
    log.write('link-refused');
    return false;
  }
  const { response } = await dialog.showMessageBox({
    type: 'question',
    buttons: ['Open', 'Cancel'],
    defaultId: 0,
    cancelId: 1,
    message: `Open ${url.hostname} in your browser?`,
    detail: url.href,
  });
  if (response !== 0) return false;
  await withUsualFiles(() => shell.openExternal(url.href));
  return true;
}
