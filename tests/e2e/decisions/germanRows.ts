import { suggestToAll } from '../../support/evidence.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { quietProject } from './project.ts';

/** German words are longer: what belongs in one row stands in one, in a window 1280 pixels wide. */
export async function germanRows({ browser, home, check, picture }: Setting): Promise<void> {
  const labels = ['Lieferung und Versand', 'Preis', 'Qualität der Verarbeitung', 'Kundendienst'];
  const project = quietProject(home, 'Kundenstimmen', { labels, texts: ['Eins.', 'Zwei.'] });
  const { path } = project;
  // One suggestion is accepted: that has the longest words on the button.
  suggestToAll(
    project,
    new Map([
      [1, 3],
      [2, -3],
      [3, -3],
      [4, -3],
    ]),
  );
  project.close();
  const app = await startWebApp(home, path);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'de-DE' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(app.url);
  const screen = (name: string) =>
    page.getByRole('navigation', { name: 'Ansichten' }).getByRole('button', { name }).click();
  const rowsOf = (selector: string) =>
    page
      .locator(selector)
      .evaluateAll((all) => new Set(all.map((own) => Math.round(own.getBoundingClientRect().top))).size);

  await check('the buttons below a document', async () => {
    await screen('Einordnen');
    await page.locator('[role=toolbar] button').first().waitFor();
    await picture(page, 'german-actions');
    const rows = await rowsOf('[role=toolbar]:has(button kbd) button');
    expectThat(rows === 1, `they stand in ${rows} rows`);
    await page.locator('article').focus();
    for (const key of ['1', '2', '3', '4']) await page.keyboard.press(key);
    await page.locator('[data-label="4"].yes').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 von 2 fertig').first().waitFor();
  });
  await check('the tables of results', async () => {
    await screen('Export');
    await page.locator('.formats').first().waitFor();
    await picture(page, 'german-export');
    const first = page.locator('.formats').first().locator('label');
    const tops = await first.evaluateAll((all) => all.map((own) => own.getBoundingClientRect().top));
    expectThat(tops.length === 4 && new Set(tops).size === 1, `they stand at ${tops.join()}`);
  });
  await check('how many more labels a document has stands behind the second, and is not cut', async () => {
    await screen('Dokumente');
    const more = page.locator('.pair.more > .quiet').first();
    await more.waitFor();
    await picture(page, 'german-browse');
    const [cell, chip, own] = await Promise.all([
      page.locator('.chips:has(.pair.more)').first().boundingBox(),
      page.locator('.pair.more .chip').nth(1).boundingBox(),
      more.boundingBox(),
    ]);
    expectThat(cell !== null && chip !== null && own !== null, 'one of them is not to be seen');
    expectThat(Math.abs(own.y + own.height / 2 - chip.y - chip.height / 2) < 4, 'it stands in another row');
    expectThat(own.x + own.width <= cell.x + cell.width, 'it is cut');
  });
  await context.close();
  await app.close();
}
