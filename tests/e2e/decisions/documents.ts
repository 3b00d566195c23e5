import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

const TEXTS = [1, 2, 3, 4, 5].map((n) => `Document number ${n}.`);

/** Documents go and come back, texts are corrected, by keyboard alone. */
export async function documents({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'documents', { labels: ['praise', 'price'], texts: TEXTS });
  const { path } = project;
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, text, shows } = await openedPage(browser, app.url);
  const rows = page.getByRole('grid').getByRole('row');
  const count = (wanted: number) =>
    until(async () => (await rows.count()) === wanted + 1, 'the list is another');
  const undo = page.getByRole('button', { name: 'Undo', exact: true }).last();
  await page.locator('.queue select').selectOption('order');
  await page.locator('article').focus();

  await check('Delete takes the open document away, and undo brings it back', async () => {
    await shows(TEXTS[0]!);
    await page.keyboard.press('Delete');
    await shows(TEXTS[1]!);
    await page.getByText('Deleted: 1 document.').waitFor();
    await picture(page, 'deleted-annotate');
    await page.keyboard.press('u');
    await shows(TEXTS[0]!);
  });
  await check(
    'F2 corrects the text; what was decided stays, the earlier text is in the history',
    async () => {
      await page.keyboard.press('1');
      await page.locator('[data-label="1"].yes').waitFor();
      await page.keyboard.press('F2');
      const field = page.getByRole('textbox', { name: 'Correct the text' });
      await until(async () => (await field.inputValue()) === TEXTS[0], 'the text is not in the field');
      await field.fill('Corrected, with a line\nmore.');
      await picture(page, 'correct');
      await page.keyboard.press('Control+Enter');
      await until(async () => (await text()).startsWith('Corrected'), 'the text is as it was');
      expectThat((await page.locator('[data-label="1"].yes').count()) === 1, 'the answer went');
      await page.locator('article').focus();
      await page.keyboard.press('i');
      await page.getByText('The earlier text', { exact: true }).click();
      await picture(page, 'corrected-history');
      await page.keyboard.press('i');
    },
  );
  await check(
    'several are deleted from Browse by keyboard, and come back with the notice’s undo',
    async () => {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Browse' }).click();
      await count(5);
      await page.getByRole('grid').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await picture(page, 'browse-chosen');
      await page.keyboard.press('Delete');
      await page.getByText('Deleted: 2 documents.').waitFor();
      await count(3);
      await undo.click();
      await count(5);
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Delete');
      await count(4);
      await picture(page, 'browse-deleted');
    },
  );
  await context.close();
  await app.close();
  await check('the file has what is left, with the corrected text', async () => {
    const kept = openProject(path);
    const found = [...kept.stores.documents.ids()].map((id) => kept.stores.documents.get(id)?.text);
    kept.close();
    const wanted = ['Corrected, with a line\nmore.', ...TEXTS.slice(1, 4)];
    expectThat(JSON.stringify(found) === JSON.stringify(wanted), JSON.stringify(found));
  });
}
