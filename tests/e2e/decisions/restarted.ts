import { isDeepStrictEqual } from 'node:util';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { decidedOf, quietProject } from './project.ts';

/** The host ends and is started again at the same port, while a page is open with a decision that it could not save. */
export async function restarted({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'restarted', { labels: ['praise', 'price'], texts: ['One.', 'Two.'] });
  const { path } = project;
  project.close();
  const before = await startWebApp(home, path);
  const { context, page, shows } = await openedPage(browser, before.url);
  await page.locator('.queue select').selectOption('order');
  await shows('One.');
  await before.close();
  await page.locator('article').focus();
  await page.keyboard.press('1');
  await page
    .getByRole('alert')
    .getByText(/Entail is starting again|Entail does not answer/)
    .waitFor();
  const after = await startWebApp(home, path, { port: before.port });
  const told = page.getByRole('alert').getByText('Entail was started again and no longer knows this tab.');
  await check(
    'a tab whose key is of before is told what to do, and that Entail is back is not said',
    async () => {
      await told.waitFor();
      await picture(page, 'unknown-tab');
      expectThat((await page.getByText('Entail is back').count()) === 0, 'it is said to be back');
      await page.getByRole('alert').getByText('Not saved: 1 change.').waitFor();
    },
  );
  await check('a link that is none of this host opens nothing', async () => {
    await page.evaluate(() => {
      location.hash = `#k=${'x'.repeat(43)}`;
    });
    await page.locator('.toast').filter({ hasText: 'only with the key of a link' }).waitFor();
    await told.waitFor();
  });
  await check('a new link in this tab goes on where it was, and what was not saved is', async () => {
    await page.evaluate((url) => {
      location.hash = new URL(url).hash;
    }, after.url);
    await page.getByText('Entail is back. Nothing was lost.').waitFor();
    await page.locator('[data-saving=saved]').waitFor();
    await picture(page, 'known-again');
    expectThat((await told.count()) === 0, 'it is still told');
    expectThat(new URL(page.url()).hash === '', 'the key stands in the address');
  });
  await context.close();
  await after.close();
  await check('the file has what was decided while nobody answered', async () => {
    const kept = openProject(path);
    const found = decidedOf(kept, 1);
    kept.close();
    expectThat(isDeepStrictEqual(found.values, { praise: 'yes' }), JSON.stringify(found));
  });
}
