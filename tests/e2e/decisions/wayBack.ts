import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { suggestToAll } from '../../support/evidence.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

const TEXTS = Array.from({ length: 12 }, (_, i) => `Document number ${i + 1}.`);
const LABELS = ['Technical problem', 'Feature request'];

/** What was done to many documents at once is seen, and taken back also after its notice has gone. */
export async function wayBack({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'way-back', { labels: LABELS, texts: TEXTS });
  const { path } = project;
  suggestToAll(
    project,
    new Map([
      [1, 3],
      [2, 3],
    ]),
  );
  annotate(
    project,
    'Ada',
    [1, 2, 3].map((id) => ({ ...decided(id, { yes: [1, 2], no: [] }), status: 'done' as const })),
  );
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, screen } = await openedPage(browser, app.url);
  const accepted = page.locator('[role="grid"] .chip.model');
  const search = page.getByRole('searchbox');
  const accept = async () => {
    await page.getByRole('button', { name: 'Accept suggestions…' }).click();
    await page.getByRole('button', { name: /^Accept \d+ suggestions$/ }).click();
    await until(async () => (await accepted.count()) === 18, 'they are not accepted');
  };
  const away = async () => {
    const close = page.getByRole('button', { name: 'Close this notice' });
    while ((await close.count()) > 0) await close.first().click();
  };
  const none = () => until(async () => (await accepted.count()) === 0, 'they are still accepted');

  await check('Ctrl+Z takes back what was accepted, without its notice, from the search field', async () => {
    await screen('Browse');
    await accept();
    await picture(page, 'accepted');
    await away();
    await search.focus();
    await page.keyboard.press('Control+z');
    await none();
  });
  await check('a button takes it back, also after another screen was shown', async () => {
    await accept();
    await away();
    await screen('Labels');
    await screen('Browse');
    await page.getByRole('button', { name: 'Undo the last' }).click();
    await none();
  });
  await check('Ctrl+Z in a field with something in it is of the field', async () => {
    await accept();
    await away();
    await search.fill('Document');
    await page.keyboard.press('Control+z');
    await page.waitForTimeout(300);
    await search.fill('');
    await until(async () => (await accepted.count()) === 18, 'they were taken back');
  });
  await check('two accepted labels are read in full', async () => {
    const cut = await accepted
      .locator('bdi')
      .evaluateAll((names) => names.filter((name) => name.scrollWidth > name.clientWidth + 1).length);
    await picture(page, 'two-accepted');
    expectThat(cut === 0, `${cut} names are cut`);
  });
  await check('what was exported is downloaded, under a name that says once what it is', async () => {
    await screen('Export');
    await page
      .getByRole('button', { name: /^Export as/ })
      .first()
      .click();
    const button = page.getByRole('button', { name: 'Download' });
    await button.waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expectThat(file.suggestedFilename() === 'way-back.xlsx', file.suggestedFilename());
    const [there, here] = [join(home, 'exports', 'way-back.xlsx'), await file.path()].map((own) =>
      readFileSync(own),
    );
    expectThat(there !== undefined && here?.equals(there) === true, 'another file came');
    await picture(page, 'downloaded');
  });
  await context.close();
  await app.close();
}
