import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { APP, buildApp, ROOT } from './build.ts';

/** What `npm start` runs: Electron with the sample project, or the same interface in a browser. */
const DOWNLOAD_MS = 180_000;

const executable = electronExecutable();
const reason = executable === null ? 'Electron is not here and can’t be downloaded' : displayMissing();
if (executable !== null && reason === null) {
  await buildApp();
  console.log('Entail opens with its sample project.');
  process.exitCode = await run(executable, [APP, '--sample', ...process.argv.slice(2)]);
} else {
  console.log(`${reason}: the same interface is served for your browser instead.`);
  process.exitCode = await run(process.execPath, [join(ROOT, 'cli', 'entail.js'), 'serve', '--sample']);
}

/** The override's, or the package's own, fetched at the first start. null: it can't be had. */
function electronExecutable(): string | null {
  const folder = createRequire(import.meta.url)
    .resolve('electron/package.json')
    .replace(/package\.json$/, '');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const own = join(override, platformPath());
    return existsSync(own) ? own : null;
  }
  if (!existsSync(join(folder, 'path.txt'))) {
    console.log('Fetching Electron, once …');
    spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', timeout: DOWNLOAD_MS });
  }
  if (!existsSync(join(folder, 'path.txt'))) return null;
  const own = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
  return existsSync(own) ? own : null;
}

function platformPath(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Why no window can be shown here; null: it can. Chromium's own sandbox does not work for root. */
function displayMissing(): string | null {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display';
  return process.getuid?.() === 0 ? 'Electron’s sandbox does not work for root' : null;
}

/** Runs until it ends; Ctrl-C is the child's to handle. Answers with its exit code. */
function run(command: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  const child = spawn(command, args, { stdio: 'inherit', env });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', () => resolve(1));
  });
}
