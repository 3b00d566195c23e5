import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

const TEXTS = [1, 2, 3, 4].map((n) => `Document number ${n}.`);

/** Ada and Bob disagree on two documents; a third person settles it. */
export async function disputed({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'disputed', { labels: ['praise', 'price'], texts: TEXTS });
  const { path } = project;
  annotate(
    project,
    'Ada',
    [1, 2, 3].map((id) => decided(id, { yes: [1], no: [2] })),
  );
  annotate(
    project,
    'Bob',
    [1, 2].map((id) => decided(id, { yes: [], no: [1, 2] })),
  );
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, shows, screen } = await openedPage(browser, app.url);

  await check('Train says where annotators disagree, what counts and what is left open', async () => {
    await screen('Train');
    await page.getByText('2 of them are left open').waitFor();
    await page.getByLabel('What counts').selectOption('latest');
    await page.getByText('The rule leaves none of them open.').waitFor();
    await page.getByLabel('What counts').selectOption('adjudicated');
    await page.getByLabel('Whose answer').waitFor();
    await page.getByText('2 of them are left open').waitFor();
    await picture(page, 'disagreements');
  });
  await check('they are opened one by one, and settled label by label', async () => {
    await page.getByRole('button', { name: 'Settle them' }).click();
    await shows(TEXTS[0]!);
    await page.locator('[data-label="1"]').getByText('Ada').waitFor();
    await page.locator('article').focus();
    await picture(page, 'settle');
    await page.keyboard.press('1');
    await page.locator('[data-label="1"].yes').waitFor();
    await page.keyboard.press('Enter');
    await shows(TEXTS[1]!);
    await page.keyboard.press('0');
    await page.getByText('No disagreement is open').waitFor();
    await page.locator('[data-saving=saved]').waitFor();
  });
  await context.close();
  await app.close();
  await check('the file has what was settled, and nothing else of who settled it', async () => {
    const kept = openProject(path);
    const found = [...kept.stores.settled.answers()].map(
      ({ documentId, labelId, value }) => `${documentId} ${labelId} ${value}`,
    );
    const judge = kept.stores.settings.get('adjudicator');
    const who = kept.stores.annotations.annotators().find(({ name }) => name === judge)?.id ?? 0;
    const own = [1, 2].map((id) => [...kept.stores.annotations.decisions(id, who)].join());
    kept.close();
    const wanted = ['1 1 yes', '1 2 no', '2 1 no', '2 2 no', '3 1 yes', '3 2 no'];
    expectThat(found.join('; ') === wanted.join('; '), found.join('; '));
    expectThat(own.join('; ') === '1,yes; 1,no', own.join('; '));
  });
}
