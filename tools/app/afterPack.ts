import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';
import { setFuses } from './fuses.ts';

/** electron-builder's hook, before anything is signed: the fuses, and nothing beside our own archive. */
export default async function afterPack(context: AfterPackContext): Promise<void> {
  const { appOutDir, packager, electronPlatformName } = context;
  const { productFilename } = packager.appInfo;
  if (electronPlatformName === 'darwin') return setFuses(join(appOutDir, `${productFilename}.app`));
  // A distribution may bring an app of its own.
  rmSync(join(appOutDir, 'resources', 'app'), { recursive: true, force: true });
  const name = electronPlatformName === 'win32' ? `${productFilename}.exe` : 'entail';
  await setFuses(join(appOutDir, name));
}
