import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import type { Page } from 'playwright-core';
import { ROOT } from '../../tools/app/build.ts';
import { readFuses } from '../../tools/app/fuses.ts';
import { expectThat, until } from '../e2e/story/story.ts';
import { suggestsNow } from '../e2e/story/train.ts';
import type { Checks } from './checks.ts';
import { launch } from './launch.ts';
import { threadsOf } from './processes.ts';
import { countDecisions, writeSmallProject } from './smallProject.ts';

const FOLDER = join(ROOT, 'dist', 'package', 'linux-unpacked');
const EXECUTABLE = join(FOLDER, 'entail');
const ENGINE = join('engine', 'process', 'main.js');

/** Written out here, in the order of the wire, so that a change in tools/app/fuses.ts has to be made twice. */
const EXPECTED: readonly (readonly [name: string, on: boolean])[] = [
  ['RunAsNode', false],
  ['EnableCookieEncryption', false],
  ['EnableNodeOptionsEnvironmentVariable', false],
  ['EnableNodeCliInspectArguments', false],
  ['EnableEmbeddedAsarIntegrityValidation', true],
  ['OnlyLoadAppFromAsar', true],
  ['LoadBrowserProcessSpecificV8Snapshot', false],
  ['GrantFileProtocolExtraPrivileges', false],
  ['WasmTrapHandlers', true],
];

/** Written out for the same reason: what a source starts by its path. */
const STARTED = [
  'backend/main.js',
  'engine/process/main.js',
  'engine/inference/parallel/worker.js',
  'engine/train/parallel/worker.js',
  'engine/export/verifyProcess.js',
];

/** The app as `npm run package` makes it: what is in it, its fuses, and that it works. */
export async function packaged({ check }: Checks, home: string): Promise<void> {
  await check('npm run package makes the app', async () => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools', 'app', 'package.ts')], {
      encoding: 'utf8',
    });
    expectThat(status === 0 && existsSync(EXECUTABLE), stderr.slice(-500));
  });
  await check('every fuse of the packaged binary is as decided, and none is new', async () => {
    const names = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
    expectThat(names.join() === EXPECTED.map(([name]) => name).join(), `the library knows ${names.join()}`);
    const read = await readFuses(EXECUTABLE);
    expectThat(read.length >= 7 && read.length <= EXPECTED.length, `the binary has ${read.length} fuses`);
    const said = read.map((on, i) => `${EXPECTED[i]![0]} ${on}`).join(', ');
    expectThat(
      said ===
        EXPECTED.slice(0, read.length)
          .map((fuse) => fuse.join(' '))
          .join(', '),
      said,
    );
  });
  await check('only this platform’s native files are inside, and nothing but the app', async () => {
    const native = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('node_modules') && /\.(node|dll|dylib|so[.\d]*)$/.test(name))
      .map((name) => name.split('node_modules/')[1])
      .sort();
    const own = `${process.platform}/${process.arch}`;
    expectThat(
      native.join() ===
        [
          `better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`,
          `onnxruntime-node/bin/napi-v6/${own}/libonnxruntime.so.1`,
          `onnxruntime-node/bin/napi-v6/${own}/onnxruntime_binding.node`,
        ].join(),
      native.join(),
    );
    expectThat(
      readdirSync(join(FOLDER, 'resources')).sort().join() === 'app.asar,app.asar.unpacked',
      'more is inside',
    );
  });
  await check('the notices of all that Entail is made of are beside it', async () => {
    const notices = readFileSync(join(FOLDER, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const part of ['onnxruntime-node', '@fontsource-variable/inter', 'all-MiniLM-L6-v2'])
      expectThat(notices.includes(part), `${part} is not named`);
    for (const name of ['LICENSE.txt', 'LICENSE.electron.txt', 'LICENSES.chromium.html'])
      expectThat(existsSync(join(FOLDER, name)), `${name} is missing`);
  });
  await check('every process and thread that is started by a path is inside', async () => {
    for (const entry of STARTED)
      expectThat(existsSync(join(FOLDER, 'resources', 'app.asar.unpacked', entry)), `${entry} is missing`);
  });
  await check('74: the packaged binary is no Node, whatever the environment says', async () => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', ENTAIL_HOME: home };
    const { stdout } = spawnSync(EXECUTABLE, ['-e', 'console.log("node here")'], {
      encoding: 'utf8',
      env,
      timeout: 5000,
      killSignal: 'SIGKILL',
    });
    expectThat(!stdout.includes('node here'), 'it ran as Node');
  });
  await smoke(check, home);
  await sample(check, join(home, 'sample'));
}

/** What lies beside the archive: the sample project. */
async function sample(check: Checks['check'], home: string): Promise<void> {
  const app = await launch({ home, packaged: EXECUTABLE, args: ['--sample'] });
  try {
    await check('the packaged app has its sample project', async () => {
      await app.page.locator('article').waitFor({ timeout: 60_000 });
    });
  } finally {
    await app.close();
  }
}

/** A script that leaves a mark when it runs, as a file to require and as an app beside the archive. */
function plant(home: string): { readonly script: string; readonly mark: string; remove(): void } {
  const [script, mark] = [join(home, 'evil.cjs'), join(home, 'mark')];
  const folder = join(FOLDER, 'resources', 'app');
  writeFileSync(script, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
  mkdirSync(folder);
  copyFileSync(script, join(folder, 'index.js'));
  writeFileSync(join(folder, 'package.json'), '{"name":"evil","main":"index.js"}');
  return { script, mark, remove: () => rmSync(folder, { recursive: true }) };
}

async function suggested(page: Page): Promise<void> {
  const shown = async () => /\d+\s?%/.test(await page.locator('main').innerText());
  await until(shown, 'no suggestion is shown', 120_000);
}

/** Whether the engine has worker threads: it has no other way to work with them than the entries in the package. */
function inThreads(app: number): boolean {
  try {
    return threadsOf(app, ENGINE).includes('WorkerThread');
  } catch {
    // The engine is not there yet, or just started anew.
    return false;
  }
}

async function smoke(check: Checks['check'], home: string): Promise<void> {
  const path = writeSmallProject(home, { documents: 60, annotated: 40, model: 'embedded' });
  const before = countDecisions(path);
  const traces = plant(home);
  const app = await launch({
    home,
    packaged: EXECUTABLE,
    args: [path, '--inspect=0'],
    env: { NODE_OPTIONS: `--require ${traces.script}` },
  });
  // The threads end with the work, which may be done before anyone looks.
  let threaded = false;
  const watch = setInterval(() => {
    threaded ||= inThreads(app.pid);
  }, 20);
  try {
    await check('74: NODE_OPTIONS, --inspect and a folder beside the archive change nothing', async () => {
      await app.page.locator('article').waitFor();
      expectThat(!app.output().includes('Debugger listening'), 'there is a debugger');
      expectThat(!existsSync(traces.mark), 'code of someone else has run');
    });
    await check('the packaged app opens a project from its command line and saves decisions', async () => {
      await app.page.locator('article').waitFor();
      const decided = () => app.page.locator('main [aria-pressed=true]').count();
      await app.page.keyboard.press('1');
      await until(async () => (await decided()) === 1, 'the yes is not shown');
      await app.page.keyboard.press('Shift+2');
      await until(async () => (await decided()) === 2, 'the no is not shown');
      await app.page.locator('[data-saving=saved]').waitFor();
    });
    await check('the packaged app suggests, in threads', async () => {
      await suggested(app.page);
      expectThat(threaded, threadsOf(app.pid, ENGINE).join());
    });
    // A model of this size is trained in threads or not at all.
    await check('the packaged app trains', async () => {
      const { page } = app;
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Train' }).click();
      await page.getByRole('button', { name: 'Train', exact: true }).last().click();
      await suggestsNow(page, 300_000);
    });
    await check('--no-sandbox is nowhere but in the tests', async () => {
      const { stdout } = spawnSync(
        'grep',
        [
          '-rl',
          '--exclude-dir=node_modules',
          'no-sandbox',
          'electron-builder.yml',
          'package.json',
          'tools/app',
          'cli',
          'web',
        ],
        { cwd: ROOT, encoding: 'utf8' },
      );
      expectThat(stdout === '', stdout);
    });
  } finally {
    clearInterval(watch);
    await app.close();
    traces.remove();
  }
  await check('what was decided in the packaged app is in the file', async () => {
    expectThat(countDecisions(path) === before + 2, `${countDecisions(path)} instead of ${before + 2}`);
  });
}
