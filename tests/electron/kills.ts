import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expectThat, until } from '../e2e/story/story.ts';
import { suggestsNow } from '../e2e/story/train.ts';
import type { Checks } from './checks.ts';
import { launch } from './launch.ts';
import { descendants, killNine } from './processes.ts';
import { countDecisions, writeSmallProject } from './smallProject.ts';

const BACKEND = join('backend', 'main.js');
const ENGINE = join('engine', 'process', 'main.js');

/** The backend is killed while someone annotates, the engine while it trains: nothing is lost, the app goes on. */
export async function kills({ check }: Checks, home: string): Promise<void> {
  const path = writeSmallProject(home, { documents: 2000, annotated: 1200, model: 'tiny' });
  const before = countDecisions(path);
  const app = await launch({ home, args: [path] });
  const { page } = app;
  try {
    await check(
      '54: the backend is killed with decisions under way: it is back with the project, all are saved',
      async () => {
        await settled(page);
        await page.keyboard.press('1');
        await page.locator('button[aria-pressed=true]').first().waitFor();
        await page.locator('[data-saving=saved]').waitFor();
        const [old] = descendants(app.pid, BACKEND);
        killNine(app.pid, BACKEND);
        await page.keyboard.press('Shift+2');
        await page.getByText('Nothing was lost').first().waitFor({ timeout: 60_000 });
        await page.locator('article').waitFor();
        expectThat(descendants(app.pid, BACKEND)[0] !== old, 'there is no other backend');
        await until(
          async () => (await page.locator('[data-saving=saved]').count()) > 0,
          'it is not saved',
          30_000,
        );
      },
    );
    await check('54: the engine is killed in a training: it goes on and ends in a run', async () => {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Train' }).click();
      await page.getByRole('button', { name: 'Train', exact: true }).last().click();
      await page
        .getByText(/Step \d+ of \d+/)
        .first()
        .waitFor({ timeout: 120_000 });
      killNine(app.pid, ENGINE);
      await page.getByText('The engine was started again').waitFor({ timeout: 120_000 });
      await suggestsNow(page, 300_000);
    });
  } finally {
    await app.close();
  }
  await check('after both, every decision is in the file', async () => {
    expectThat(countDecisions(path) === before + 2, `${countDecisions(path)} instead of ${before + 2}`);
  });
  await check('the log tells what ended, and has no text of a document', async () => {
    const log = readFileSync(join(home, 'logs', 'entail.log'), 'utf8');
    expectThat(log.includes('backend-ended how=SIGKILL'), log);
    expectThat(!/parcel|price|colour|shipping|Small/.test(log), log);
  });
  await check('when the app has ended, no process of it is left', async () => {
    expectThat(descendants(process.pid, 'main.js').length === 0, 'there are processes left');
  });
}

/** The shell tells the page of a project that it opened, and the page then shows it anew: no key counts in between. */
async function settled(page: Page): Promise<void> {
  await page.locator('article').waitFor();
  await until(async () => {
    const article = await page.locator('article').elementHandle();
    await page.waitForTimeout(300);
    return (await article?.evaluate((element) => element.isConnected)) ?? false;
  }, 'the document does not stay');
}
