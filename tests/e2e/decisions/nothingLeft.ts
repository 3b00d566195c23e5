import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

/** Who has nothing left is told whether that is one's own doing. */
export async function nothingLeft({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'nothing-left', { labels: ['praise'], texts: ['First.', 'Second.'] });
  const labels = project.stores.labels.all().map(({ id }) => id);
  annotate(
    project,
    'Bob',
    [1, 2].map((id) => decided(id, { yes: labels, no: [] })),
  );
  project.close();
  const app = await startWebApp(home, project.path);
  const { context, page } = await openedPage(browser, app.url);
  await check('where another annotator did all documents, that is what is said', async () => {
    await page.getByRole('heading', { name: 'Nothing is left to do' }).waitFor();
    await page.getByText('by you or by another annotator').waitFor();
    expectThat(
      (await page.getByText('Every document is done', { exact: true }).count()) === 0,
      'all is done',
    );
    await picture(page, 'nothing-left');
  });
  await check('nothing can be saved then, and one gets to the export', async () => {
    const actions = page.getByRole('toolbar', { name: 'Actions' });
    expectThat(await actions.getByRole('button', { name: 'Save and next' }).isDisabled(), 'one can save');
    expectThat(await actions.getByRole('button', { name: 'Undo' }).isEnabled(), 'one can not undo');
    await page.getByRole('main').getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('heading', { name: 'Export', level: 1 }).waitFor();
  });
  await context.close();
  await app.close();
}
