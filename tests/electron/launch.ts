import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { APP } from '../../tools/app/build.ts';
import { inspectMain, type MainProcess } from './inspector.ts';

const START_MS = 60_000;

export interface ShellApp {
  readonly page: Page;
  /** null: the packaged app, whose fuses forbid it. */
  readonly main: MainProcess | null;
  readonly pid: number;
  /** What it has written to its error stream. */
  output(): string;
  /** Ends it as a person would. */
  close(): Promise<void>;
}

export interface Launch {
  readonly home: string;
  readonly args?: readonly string[];
  /** The packaged app's executable; absent: the test Electron with dist/app. */
  readonly packaged?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The Electron to test with: the one that ELECTRON_OVERRIDE_DIST_PATH names, which runs as root only unsandboxed. */
export function electronExecutable(): string {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!dist) throw new Error('ELECTRON_OVERRIDE_DIST_PATH names no Electron to test with.');
  return join(dist, 'electron');
}

/** Starts the app and connects to its page. Playwright's own launcher can't drive runtimes as old as the test's. */
export async function launch({ home, args = [], packaged, env = {} }: Launch): Promise<ShellApp> {
  const child = spawn(
    packaged ?? electronExecutable(),
    [
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      ...(packaged ? [] : ['--inspect=0', APP]),
      ...args,
    ],
    {
      env: { ...process.env, ENTAIL_HOME: home, ENTAIL_NODE: process.execPath, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const output = outputOf(child);
  const address = (pattern: RegExp) => addressIn(child, output, pattern);
  const browserUrl = await address(/DevTools listening on (ws:\S+)/);
  const main = packaged ? null : await inspectMain(await address(/Debugger listening on (ws:\S+)/));
  await pageLoaded(browserUrl);
  const browser = await chromium.connectOverCDP(browserUrl, { noDefaults: true, timeout: START_MS });
  const page = await pageOf(browser);
  return {
    page,
    main,
    pid: child.pid!,
    output,
    async close() {
      const gone = child.exitCode !== null || child.signalCode !== null;
      const ended = gone ? null : new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      main?.close();
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
      await browser.close();
    },
  };
}

function outputOf(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += String(chunk);
  });
  return () => output;
}

/** What Chromium and Node print about where they can be reached. */
async function addressIn(child: ChildProcess, output: () => string, pattern: RegExp): Promise<string> {
  for (let waited = 0; waited < START_MS; waited += 50) {
    const found = pattern.exec(output());
    if (found) return found[1]!;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The app does not start: ${output().slice(-500)}`);
}

/** Playwright must not attach while the first page is being replaced. */
async function pageLoaded(browserUrl: string): Promise<void> {
  const list = `http://${new URL(browserUrl).host}/json/list`;
  for (let waited = 0; waited < START_MS; waited += 100) {
    const targets = (await (await fetch(list)).json()) as { url: string; title: string }[];
    // The interface sets its title once it runs.
    if (targets.some(({ url, title }) => url.startsWith('app://') && title !== '' && title !== url)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The page does not load.');
}

async function pageOf(browser: Browser): Promise<Page> {
  const page = browser.contexts().flatMap((context) => context.pages())[0];
  if (!page) throw new Error('The app has no page.');
  page.setDefaultTimeout(15_000);
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  return page;
}
