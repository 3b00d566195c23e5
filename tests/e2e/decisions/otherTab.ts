import type { Page } from 'playwright-core';
import { embeddedModels } from '../../../backend/models/embedded.ts';
import { runSuggests } from '../../support/runSuggests.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, painted, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

/** Two tabs of one project: what one changes of labels, runs and answers is in the other once that is looked at. */
export async function otherTab({ browser, home, check, picture }: Setting): Promise<void> {
  const labels = ['praise', 'price'];
  const project = quietProject(home, 'shared', { labels, texts: ['One.', 'Two.', 'Three.'] });
  await runSuggests(project, embeddedModels()[0]?.dir ?? '');
  const at = '2026-01-01T00:01:00.000Z';
  project.write(() => project.stores.runs.finish(1, { status: 'done', at, report: {} }));
  project.close();
  const app = await startWebApp(home, project.path);
  const { context, page: one, screen, shows } = await openedPage(browser, app.url);
  await one.locator('.queue select').selectOption('order');
  await shows('One.');
  const [two] = await Promise.all([
    context.waitForEvent('page'),
    one.evaluate(() => void window.open('/', '_blank')),
  ]);
  await two.locator('article').waitFor();
  const goTo = (name: string) =>
    two.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name }).click();
  /** As when the person comes back to it. */
  const look = (page: Page) => page.evaluate(() => void window.dispatchEvent(new Event('focus')));
  const row = (name: string) => one.locator('li[data-label]').filter({ hasText: name });

  await check('what is decided there of the open document is not taken back by Enter here', async () => {
    const answer = (page: Page, id: number) => page.locator(`[data-label="${id}"].yes`);
    const done = (page: Page) => page.getByText('1 of 3 done').first();
    await until(
      async () => (await two.locator('article .text').innerText()).includes('One.'),
      'not the same one',
    );
    await painted(two);
    await two.keyboard.press('1');
    await answer(two, 1).waitFor();
    expectThat((await answer(one, 1).count()) === 0, 'it is there before anyone looks');
    await look(one);
    await answer(one, 1).waitFor();
    await one.getByText('Another window changed this document').waitFor();
    await two.keyboard.press('Enter');
    await done(two).waitFor();
    await look(one);
    await done(one).waitFor();
    await shows('One.');
  });
  await check('a label that is added there is decided here, and the document stays', async () => {
    await one.keyboard.press('Enter');
    await shows('Two.');
    await goTo('Labels');
    await two.getByLabel('New label').fill('refund');
    await two.keyboard.press('Enter');
    await two.getByRole('list', { name: 'Labels' }).getByText('refund', { exact: true }).waitFor();
    expectThat((await row('refund').count()) === 0, 'it is there before anyone looks');
    await look(one);
    await row('refund').waitFor();
    await shows('Two.');
    await one.keyboard.press('3');
    await one.locator('[data-label="3"].yes').waitFor();
  });
  await check('so is another name, and what is deleted is gone', async () => {
    await two.getByRole('list', { name: 'Labels' }).getByRole('button', { name: 'price' }).click();
    await two.getByLabel('Name', { exact: true }).fill('cost');
    await two.keyboard.press('Tab');
    await two.getByRole('list', { name: 'Labels' }).getByText('cost', { exact: true }).waitFor();
    await look(one);
    await row('cost').waitFor();
    await two
      .getByRole('button', { name: 'Delete…' })
      .or(two.getByRole('button', { name: 'Delete' }))
      .first()
      .click();
    const sure = two.getByRole('button', { name: /^Delete/ }).last();
    if (await sure.isVisible()) await sure.click();
    await until(
      async () => (await two.getByRole('list', { name: 'Labels' }).getByText('cost').count()) === 0,
      'it is not deleted',
    );
    await look(one);
    await until(async () => (await row('cost').count()) === 0, 'it is still there');
  });
  await check(
    'what suggests is another one here, too, and the runs are those of now',
    async () => {
      await goTo('Train');
      const toast = two.locator('.toast').filter({ hasText: 'The suggestions are made anew' });
      const back = toast.getByRole('button', { name: 'Undo' });
      await two.getByRole('button', { name: 'Go back to it' }).click();
      await two.getByText('The suggestions are made anew with it.').waitFor();
      await look(two);
      await two.waitForTimeout(500);
      expectThat((await back.count()) === 1, 'the way back is gone');
      const readAgain = one.waitForRequest('**/rpc/annotations/get');
      await look(one);
      await readAgain;
      await screen('Train');
      await one.locator('.untrained').getByText('suggests now').waitFor();
      await back.click();
      await two.getByRole('listitem', { name: 'run 1' }).getByText('suggests now').waitFor();
      await look(one);
      await one.getByRole('listitem', { name: 'run 1' }).getByText('suggests now').waitFor();
      await two.getByRole('button', { name: /^run 1/ }).click();
      await two.getByLabel('Name of the run').fill('the first');
      await two.keyboard.press('Enter');
      await two.getByRole('listitem', { name: 'the first' }).waitFor();
      await look(one);
      await one.getByRole('listitem', { name: 'the first' }).waitFor();
      await picture(one, 'other-tab');
    },
    () => one,
  );
  await context.close();
  await app.close();
}
