import { isDeepStrictEqual } from 'node:util';
import { openProject } from '../../../backend/project/file.ts';
import { suggest } from '../../support/evidence.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { decidedOf, quietProject } from './project.ts';

const TEXTS = [1, 2, 3, 4, 5, 6].map((n) => `Document number ${n}.`);

/** Two labels are scored, the third is new: Enter must not say anything of it. */
export async function halfScored({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'half', { labels: ['praise', 'price', 'refund'], texts: TEXTS });
  const { path } = project;
  for (const id of [1, 2, 3, 4, 5, 6])
    suggest(
      project,
      id,
      new Map([
        [1, 3],
        [2, -3],
      ]),
    );
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, text } = await openedPage(browser, app.url);
  const asked = page.getByRole('alert').getByText(/no suggestion yet/);
  const next = (before: string) => until(async () => (await text()) !== before, 'no other document comes');
  await page.locator('.queue select').selectOption('order');
  await page.locator('article').focus();

  await check('Enter on a half-scored document asks once, and decides nothing yet', async () => {
    expectThat((await text()) === TEXTS[0], 'another document is first');
    await page.keyboard.press('Enter');
    await asked.waitFor();
    await picture(page, 'asked');
    expectThat((await text()) === TEXTS[0], 'the document was left');
  });
  await check('0 says that none of them apply, and goes on', async () => {
    await page.keyboard.press('0');
    await next(TEXTS[0]!);
    expectThat((await asked.count()) === 0, 'it is still asked');
  });
  await check('Enter again leaves nothing open: it is asked until it is answered', async () => {
    const second = await text();
    await page.keyboard.press('Enter');
    await asked.waitFor();
    expectThat((await page.locator('kbd', { hasText: /^Enter$/ }).count()) === 1, 'two buttons have Enter');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(300);
    expectThat((await text()) === second, 'the document was left');
    expectThat((await asked.count()) === 1, 'it is not asked any more');
  });
  await check('“.” waits: the document stays open, and it is not asked any more', async () => {
    const second = await text();
    await page.keyboard.press('.');
    await next(second);
    await page.getByText(/^Left open/).waitFor();
    await picture(page, 'left-open');
    const third = await text();
    await page.keyboard.press('Enter');
    await next(third);
    expectThat((await asked.count()) === 0, 'it is asked again');
  });
  await check('a label that is decided by hand is not asked for', async () => {
    const fourth = await text();
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await next(fourth);
  });
  await check('Backspace clears the last decision; “,” goes back to what was seen, “.” forward', async () => {
    const fifth = await text();
    await page.keyboard.press('Shift+2');
    await page.locator('[data-label="2"].no').waitFor();
    await page.keyboard.press('Backspace');
    await until(async () => (await page.locator('[data-label="2"].no').count()) === 0, 'it is still a no');
    await page.keyboard.press(',');
    await until(async () => (await text()) === TEXTS[3], 'the document before does not come back');
    await page.keyboard.press(',');
    await until(async () => (await text()) === TEXTS[2], 'the one before that does not come back');
    await page.keyboard.press('.');
    await until(async () => (await text()) === TEXTS[3], 'it does not go forward');
    await page.keyboard.press('.');
    await until(async () => (await text()) === fifth, 'it does not go forward to where it was');
  });
  await check(
    'documents that were done know nothing of a new label, and are gone through in one go',
    async () => {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Labels' }).click();
      await page.getByLabel('New label').fill('return');
      await page.keyboard.press('Enter');
      await page.getByText('2 documents that you finished know nothing of “return”.').waitFor();
      await picture(page, 'unknown-to');
      await page.getByRole('button', { name: 'Show them' }).click();
      await page.getByText('2 documents', { exact: true }).waitFor();
      await picture(page, 'browse-undecided');
      // Documents that came with nothing but a text: the columns stand beside each other all the same.
      const tops = await page
        .getByRole('columnheader')
        .evaluateAll((heads) => heads.map((head) => Math.round(head.getBoundingClientRect().top)));
      expectThat(tops.length >= 4 && new Set(tops.slice(1)).size === 1, `columns stand at ${tops.join()}`);
      // What is left open stands beside the state, on one line and whole.
      const cut = await page.locator('.row .state').evaluateAll((cells) =>
        cells
          .filter((cell) => {
            const line = Number.parseFloat(getComputedStyle(cell).lineHeight);
            return cell.scrollWidth > cell.clientWidth || cell.clientHeight >= 2 * line;
          })
          .map((cell) => cell.textContent),
      );
      expectThat(cut.length === 0, `it breaks or is cut: ${cut.join()}`);
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Labels' }).click();
      await page.getByRole('list', { name: 'Labels' }).getByRole('button', { name: 'return' }).click();
      await page.getByRole('button', { name: 'Go through them' }).click();
      await until(async () => (await text()) === TEXTS[0], 'the first of them does not come');
      await picture(page, 'gone-through');
      // “None apply” is about what was left undecided, and takes no answer back.
      await page.keyboard.press('0');
      await next(TEXTS[0]!);
      await page.keyboard.press('4');
      await page.keyboard.press('Enter');
      await page.getByText('Nothing is left undecided').waitFor();
    },
  );
  await page.locator('[data-saving=saved]').waitFor();
  await context.close();
  await app.close();
  await check('the file has exactly what was said', async () => {
    const kept = openProject(path);
    const found = [1, 2, 3, 4, 5].map((id) => decidedOf(kept, id));
    kept.close();
    const wanted = [
      { status: 'done', values: { praise: 'yes', price: 'no', refund: 'no', return: 'no' } },
      { status: 'draft', values: { praise: 'yes', price: 'no' } },
      { status: 'draft', values: { praise: 'yes', price: 'no' } },
      { status: 'done', values: { praise: 'yes', price: 'no', refund: 'yes', return: 'yes' } },
      { status: 'draft', values: {} },
    ];
    expectThat(isDeepStrictEqual(found, wanted), JSON.stringify(found));
  });
}
