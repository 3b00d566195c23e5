import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/app/build.ts';
import { expectThat, until } from '../e2e/story/story.ts';
import type { Checks } from './checks.ts';
import { launch } from './launch.ts';

const START = join(ROOT, 'tools', 'app', 'start.ts');
/** The first start builds the interface. */
const PATIENCE_MS = 240_000;

/** `npm start`: the window with the sample project; where there can be none, one line and the web host. */
export async function start({ check }: Checks, home: string): Promise<void> {
  await check('without a display npm start says so in one line and serves the interface', async () => {
    await served({ DISPLAY: '', WAYLAND_DISPLAY: '' }, 'There is no display', join(home, 'display'));
  });
  await check(
    'without Electron’s binary npm start says so in one line and serves the interface',
    async () => {
      const nowhere = { ELECTRON_OVERRIDE_DIST_PATH: join(home, 'nowhere') };
      await served(nowhere, 'Electron is not here and can’t be downloaded', join(home, 'binary'));
    },
  );
  await window(check, join(home, 'window'));
}

/** Starts it, reads what it says, asks the address that it names, ends it. */
async function served(env: Readonly<Record<string, string>>, reason: string, home: string): Promise<void> {
  const child = spawn(process.execPath, [START], {
    env: { ...process.env, ENTAIL_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  try {
    await until(
      async () => /Open http\S+\n/.test(output()) || child.exitCode !== null,
      `it says: ${output()}`,
      PATIENCE_MS,
    );
    const lines = output().split('\n');
    const url = lines[1]?.replace('Open ', '') ?? '';
    expectThat(lines[0] === `${reason}: the same interface is served for your browser instead.`, output());
    expectThat(/^http:\/\/(127\.0\.0\.1|localhost):\d+\//.test(url), output());
    const { status } = await fetch(url, { redirect: 'manual' });
    expectThat(status < 400, `${url} answers ${status}`);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    if (child.exitCode === null) await ended;
  }
}

function collect(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += String(chunk);
    });
  return () => said;
}

/** What npm start opens; as root only with a switch that only tests give. */
async function window(check: Checks['check'], home: string): Promise<void> {
  const app = await launch({ home, args: ['--sample'] });
  const { page, main } = app;
  try {
    await check('the window opens with the sample project, and labels are suggested', async () => {
      await page.locator('article').waitFor({ timeout: 60_000 });
      await page.getByText('Sample reviews').first().waitFor();
      const shown = async () => /\d+\s?%/.test(await page.locator('main').innerText());
      await until(shown, 'no suggestion is shown', 120_000);
    });
    await check('nothing on Annotate has to be scrolled but the document and its labels', async () => {
      const over = await page.evaluate(() =>
        [document.scrollingElement!, document.querySelector('main')!].map(
          (element) => element.scrollHeight - element.clientHeight,
        ),
      );
      expectThat(over.join() === '0,0', `${over.join(' and ')} pixels too tall`);
    });
    await check('87: when its screen is taken away, the window comes to one that is left', async () => {
      const shown = await main!.evaluate<boolean>(`(() => {
        const [window] = electron.BrowserWindow.getAllWindows();
        window.setPosition(20_000, 20_000);
        electron.screen.emit('display-removed', {}, {});
        const { x, y } = window.getBounds();
        return electron.screen.getAllDisplays().some(({ bounds }) => x < bounds.x + bounds.width && y < bounds.y + bounds.height);
      })()`);
      expectThat(shown, 'it stays where nobody sees it');
    });
  } finally {
    await app.close();
  }
}
