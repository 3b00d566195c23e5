import { build, type Configuration, DIR_TARGET, Platform } from 'electron-builder';
import { buildApp, ROOT } from './build.ts';
import { copyNativeModules, type Target } from './nativeModules.ts';

/**
 * `npm run package`: the unpacked app for this machine; `npm run package -- --all` its installers too.
 * ELECTRON_OVERRIDE_DIST_PATH names another Electron to put in, for tests.
 */
await buildApp();
// electron-builder looks for modules before its hook runs.
copyNativeModules({ platform: process.platform as Target['platform'], arch: process.arch as Target['arch'] });
const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
const built = await build({
  projectDir: ROOT,
  publish: 'never',
  ...(process.argv.includes('--all') ? {} : { targets: Platform.current().createTarget(DIR_TARGET) }),
  config: dist ? withElectronOf(dist) : 'electron-builder.yml',
});
for (const file of built) console.log(file);

/** With an Electron so old that a plain Node runs the children, which can't look into an archive. */
function withElectronOf(dist: string): Configuration {
  return {
    extends: 'electron-builder.yml',
    electronDist: dist,
    asarUnpack: ['backend/**', 'engine/**', 'chunks/**', 'migrations/**', 'package.json'],
  };
}
