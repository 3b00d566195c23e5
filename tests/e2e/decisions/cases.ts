import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { suggestedProject } from './learning.ts';
import { openedPage } from './openedPage.ts';

/** A decision that the model contradicts is looked at, and one is back where one was. */
export async function cases({ browser, home, check, picture }: Setting): Promise<void> {
  const path = await suggestedProject(home, 'cases');
  const project = openProject(path);
  annotate(
    project,
    'Ada',
    [1, 2, 3, 4, 5, 6].map((id) => ({ ...decided(id, { yes: [1], no: [2] }), status: 'done' as const })),
  );
  // Whatever is thought of the second label suggests it.
  project.write(() => project.stores.runs.setThreshold(0, 2, 0.001));
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, screen } = await openedPage(browser, app.url);
  await check('from a case the label in question is marked, and a button leads back to it', async () => {
    await screen('Evaluate');
    const region = page.getByRole('region', { name: 'Worst mistakes' });
    const third = region.locator('.cases button').nth(2);
    const text = await third.locator('.text').innerText();
    const label = await third.locator('.chip bdi').innerText();
    await third.click();
    const row = page.locator('li[data-label]').filter({ hasText: 'this is in question' });
    await row.waitFor();
    await picture(page, 'in-question');
    expectThat((await row.locator('.name bdi').innerText()) === label, 'another label is marked');
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await until(() => third.evaluate((own) => own === document.activeElement), 'it has not the focus');
    expectThat((await third.locator('.text').innerText()) === text, 'another case is there');
    await picture(page, 'back-at-case');
  });
  await context.close();
  await app.close();
}
