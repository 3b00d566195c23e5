import { embeddedModels } from '../../../backend/models/embedded.ts';
import { openProject } from '../../../backend/project/file.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { ENGLISH } from '../../support/languages.ts';
import { runSuggests } from '../../support/runSuggests.ts';
import type { Setting } from '../decisions.ts';
import { expectBothSchemes } from '../story/accessibility.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { projectOfTexts } from './projectOfTexts.ts';

const NOTICE = 'A newer model';
const [NEWEST, OLDER] = embeddedModels().map(({ name }) => name);

/** A project as a version before made it: it names the model that shipped then. */
const projectOf = (home: string, name: string, model: string): string =>
  projectOfTexts(home, { name, label: LABEL, texts: ENGLISH, model });
const LABEL = { name: 'delivery', hypotheses: ['This is about the delivery.'] };

/** A project of before is offered the model that new ones begin with, and keeps its own until somebody takes it. */
export async function newerModel({ browser, home, check, picture }: Setting): Promise<void> {
  expectThat(NEWEST !== undefined && OLDER !== undefined, 'only one model ships');
  const older = projectOf(home, 'older', OLDER ?? '');
  const newest = projectOf(home, 'newest', NEWEST ?? '');
  const app = await startWebApp(home, newest);
  const opened = await openedPage(browser, app.url);
  const { page } = opened;
  const notice = page.getByRole('region', { name: NOTICE });
  const again = async (path: string) => {
    await app.open(path);
    await page.reload();
    await page.locator('article').waitFor();
  };
  /** Read while another project is open. */
  const modelOf = async (path: string) => {
    await app.open(newest);
    const project = openProject(path);
    try {
      project.stores.evidence.columns.readAll();
      return {
        model: project.stores.settings.get('model'),
        suggested: suggestionTable(project).size,
      };
    } finally {
      project.close();
    }
  };
  try {
    await check('a project with the model of this version hears nothing of a newer one', async () => {
      await page.locator('article').waitFor();
      await page.waitForTimeout(1000);
      expectThat((await notice.count()) === 0, 'it is said');
    });
    await check('a project of before is told where suggestions are, and keeps its model', async () => {
      await again(older);
      await notice.waitFor();
      await expectBothSchemes(page, (scheme) => picture(page, `newer-${scheme}`));
      await opened.screen('Import');
      await notice.waitFor({ state: 'detached' });
      await opened.screen('Evaluate');
      await notice.waitFor();
      await notice.getByRole('button', { name: 'Not now' }).click();
      await notice.waitFor({ state: 'detached' });
      expectThat((await modelOf(older)).model === OLDER, 'it has another model');
    });
    await check(
      'taken and undone, the project has its model, and is told of the newer one again',
      async () => {
        const undone = projectOf(home, 'undone', OLDER ?? '');
        await again(undone);
        await notice.getByRole('button', { name: 'Use the newer model' }).click();
        await notice.waitFor({ state: 'detached' });
        await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
        await notice.waitFor();
        await picture(page, 'newer-undone');
        expectThat((await modelOf(undone)).model === OLDER, 'it has another model');
      },
    );
    await check(
      'the newer one taken, all suggestions come from it, and nothing is said any more',
      async () => {
        await again(older);
        await notice.getByRole('button', { name: 'Use the newer model' }).click();
        await notice.waitFor({ state: 'detached' });
        await until(
          async () => {
            // Two models are loaded first.
            await page.waitForTimeout(10_000);
            const { model, suggested } = await modelOf(older);
            if (model === NEWEST && suggested === ENGLISH.length) return true;
            await again(older);
            return false;
          },
          'no suggestions come from it',
          180_000,
        );
        await again(older);
        await page.waitForTimeout(1000);
        expectThat((await notice.count()) === 0, 'it is said again');
      },
    );
    await check('the older one kept, it is not offered again', async () => {
      const kept = projectOf(home, 'kept', OLDER ?? '');
      await again(kept);
      await notice.getByRole('button', { name: 'Keep this model' }).click();
      await notice.waitFor({ state: 'detached' });
      await again(kept);
      await page.waitForTimeout(1000);
      expectThat((await notice.count()) === 0, 'it is said again');
      expectThat((await modelOf(kept)).model === OLDER, 'it has another model');
    });
    await check('a model taken while a run suggests says so, and the run is one click away', async () => {
      const trained = projectOf(home, 'trained', NEWEST ?? '');
      const project = openProject(trained);
      await runSuggests(project, embeddedModels()[0]?.dir ?? '');
      const at = '2026-01-01T00:01:00.000Z';
      project.write(() => project.stores.runs.finish(1, { status: 'done', at, report: {} }));
      project.close();
      await again(trained);
      await opened.screen('Settings');
      await page.getByText('next training begins').waitFor();
      expectThat((await page.getByText('suggests now').count()) === 0, 'a model is said to suggest');
      await page.getByRole('button', { name: `Use ${OLDER}` }).click();
      await page.getByText(/Suggestions come from it now, and no longer from .*1\./).waitFor();
      await page.locator('li').filter({ hasText: OLDER }).getByText('suggests now').waitFor();
      await picture(page, 'newer-run');
      await page.getByRole('button', { name: 'Undo' }).click();
      // The list is on the screen all the time.
      const beginsWith = page.locator('li').filter({ hasText: NEWEST }).getByText('next training begins');
      await beginsWith.waitFor();
      expectThat((await page.getByText('suggests now').count()) === 0, 'a model is said to suggest');
      await picture(page, 'newer-run-back');
      await app.open(newest);
      const after = openProject(trained);
      const { settings } = after.stores;
      const found = `${settings.get('model')} ${settings.get('activeRun')}`;
      after.close();
      expectThat(found === `${NEWEST} 1`, `after the way back it has ${found}`);
    });
  } finally {
    await opened.context.close();
    await app.close();
  }
}
