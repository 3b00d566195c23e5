import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expectThat, until } from '../e2e/story/story.ts';
import type { Checks } from './checks.ts';
import { launch } from './launch.ts';
import { descendants } from './processes.ts';
import { countDecisions, writeSmallProject } from './smallProject.ts';

const FLAG = '--after-failure=';

/** What nobody catches in the shell or the backend: logged, closed in order, started again with the project. */
export async function failures({ check }: Checks, home: string): Promise<void> {
  const path = writeSmallProject(home, { documents: 50, annotated: 10, model: 'tiny' });
  const before = countDecisions(path);
  const log = () => readFileSync(join(home, 'logs', 'entail.log'), 'utf8');
  const app = await launch({ home, args: [path] });
  const { page, main } = app;
  try {
    await page.locator('article').waitFor({ timeout: 60_000 });
    await check('a rejection that nobody awaits in the shell is logged, and the app goes on', async () => {
      await main!.evaluate('void Promise.reject(new Error("said in confidence"))');
      await until(async () => /shell\[\d+\] unhandled error=Error/.test(log()), log());
      expectThat(alive(app.pid), 'the app ended');
    });
    await check('the app’s files are for their owner alone', async () => {
      const open = readdirSync(home, { recursive: true, encoding: 'utf8' })
        .filter((name) => /^(logs|backups|uploads|desktop|recent|preferences)/.test(name))
        .filter((name) => {
          const info = statSync(join(home, name), { throwIfNoEntry: false });
          return info && (info.isFile() || info.isDirectory()) && (info.mode & 0o077) !== 0;
        });
      expectThat(open.length === 0, `others can read ${open.join(', ')}`);
    });
    await check('a window with something unsaved asks before it closes, and stays by default', async () => {
      await page.evaluate(() => {
        // Before Chromium 119 a page said so by the value.
        const hold = (event: BeforeUnloadEvent) => {
          event.preventDefault();
          event.returnValue = 'unsaved';
        };
        addEventListener('beforeunload', hold);
        addEventListener('let-go', () => removeEventListener('beforeunload', hold));
      });
      // Chromium asks for pages alone that somebody has used.
      await page.locator('article').click();
      await main!.evaluate(`(() => {
        globalThis.asked = [];
        electron.dialog.showMessageBoxSync = (_window, options) => (globalThis.asked.push(options.message), 0);
        electron.BrowserWindow.getAllWindows()[0].close();
      })()`);
      const asked = () =>
        main!.evaluate('JSON.stringify([globalThis.asked, electron.BrowserWindow.getAllWindows().length])');
      await until(async () => (await asked()) === '[["Something is not saved yet."],1]', 'nothing is asked');
      await page.evaluate(() => dispatchEvent(new Event('let-go')));
      expectThat((await page.locator('article').count()) === 1, 'the page is gone');
    });
    await check('what nobody catches in the shell starts the app once more, with the project', async () => {
      const began = new Date().toISOString();
      await main!.evaluate('void setTimeout(() => { throw new TypeError("said in confidence") }, 10)');
      // Node lets no process end that is being inspected.
      main!.close();
      await until(async () => !alive(app.pid), 'the app did not end', 30_000);
      await until(async () => restarted().length > 0, 'it was not started again', 30_000);
      const [pid] = restarted();
      await until(async () => log().includes(`shell[${pid}] started`), log(), 30_000);
      await until(async () => descendants(pid!, 'main.js').length > 0, 'it has no backend', 60_000);
      await until(async () => openedAfter(home, began), 'the project is not opened again', 60_000);
      expectThat(/uncaught error=TypeError/.test(log()), log());
      expectThat(!log().includes('confidence'), 'the log has words of an error');
    });
  } finally {
    for (const pid of restarted()) process.kill(pid, 'SIGTERM');
    await until(async () => restarted().length === 0, 'the second start does not end', 30_000);
    await app.close();
  }
  await check('after it all decisions are in the file', async () => {
    expectThat(countDecisions(path) === before, `${countDecisions(path)} instead of ${before}`);
  });
}

/** Whether a project was opened since then. */
const openedAfter = (home: string, time: string): boolean => {
  const recent = JSON.parse(readFileSync(join(home, 'recent.json'), 'utf8')) as { openedAt: string }[];
  return recent.some(({ openedAt }) => openedAt > time);
};

const alive = (pid: number): boolean => statSync(`/proc/${pid}/exe`, { throwIfNoEntry: false }) !== undefined;

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** The shells that were started after a failure, by this user, whoever started them. */
const restarted = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const command = commandOf(pid);
      return command.includes(FLAG) && !command.includes('--type=');
    });
