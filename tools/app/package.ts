import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Configuration, DIR_TARGET, Platform } from 'electron-builder';
import { buildApp, ROOT } from './build.ts';
import { copyNativeModules, type Target } from './nativeModules.ts';
import { noticesText } from './notices.ts';

/**
 * `npm run package`: the unpacked app for this machine; `npm run package -- --all` its installers too.
 * ELECTRON_OVERRIDE_DIST_PATH names another Electron to put in, for tests.
 */
try {
  for (const file of await packageApp()) console.log(file);
} catch (error) {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  console.error(
    `Entail could not be packaged: ${why}. Electron and the tools for installers are fetched at the first run.`,
  );
  process.exitCode = 1;
}

async function packageApp(): Promise<string[]> {
  await buildApp();
  const notices = join(ROOT, 'dist', 'THIRD-PARTY-NOTICES.txt');
  writeFileSync(notices, noticesText(ROOT));
  // electron-builder looks for modules before its hook runs.
  copyNativeModules({
    platform: process.platform as Target['platform'],
    arch: process.arch as Target['arch'],
  });
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  return build({
    projectDir: ROOT,
    publish: 'never',
    ...(process.argv.includes('--all') ? {} : { targets: Platform.current().createTarget(DIR_TARGET) }),
    config: dist ? withElectronOf(dist) : 'electron-builder.yml',
  });
}

/** With an Electron so old that a plain Node runs the children, which can't look into an archive. */
function withElectronOf(dist: string): Configuration {
  return {
    extends: 'electron-builder.yml',
    electronDist: dist,
    asarUnpack: ['backend/**', 'engine/**', 'chunks/**', 'migrations/**', 'package.json'],
  };
}
