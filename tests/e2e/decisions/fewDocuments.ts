import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectBothSchemes } from '../story/accessibility.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { suggestedProject } from './learning.ts';
import { openedPage } from './openedPage.ts';

/** A training on so few documents that none are held out: it is told before, and figures stay. */
export async function fewDocuments({ browser, home, check, picture }: Setting): Promise<void> {
  const path = await suggestedProject(home, 'few');
  const project = openProject(path);
  annotate(
    project,
    'Ada',
    Array.from({ length: 12 }, (_, i) => {
      const yes = [[1], [2], [], [1, 2]][i % 4] ?? [];
      return decided(i + 1, { yes, no: [1, 2].filter((id) => !yes.includes(id)) });
    }),
  );
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, screen } = await openedPage(browser, app.url, 1000);
  const macroF1 = () =>
    page.getByRole('region', { name: 'In all' }).locator('.key-figures > div').first().innerText();
  let before = '';
  await check(
    'Train says that there will be no held-out figures, and how many documents it takes',
    async () => {
      await screen('Evaluate');
      await page.getByText('that you annotated, each judged as if it had not been decided,').waitFor();
      before = await macroF1();
      await screen('Train');
      await page
        .getByText(/from 20 annotated documents on, .+ there are 12\. Annotate 8 more first/)
        .waitFor();
      await picture(page, 'few-plan');
    },
  );
  await check('while it trains, no time of nothing is named', async () => {
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      new MutationObserver(() => {
        const text = document.querySelector('.live .figures')?.textContent?.trim();
        if (text && said.at(-1) !== text) said.push(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await page.getByRole('button', { name: 'Train', exact: true }).last().click();
    await page.getByText('The training is done.').waitFor({ timeout: 180_000 });
    const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
    expectThat(said.length > 0, 'nothing was said');
    const wrong = said.filter((text) => /about 0 s/.test(text));
    expectThat(wrong.length === 0, wrong.join(' | '));
  });
  await check('then Evaluate says so, and shows the figures of what suggested before', async () => {
    await screen('Evaluate');
    const notice = page.getByRole('region', { name: 'Of what suggests now there are no figures yet.' });
    await notice.getByText('annotate 8 more').waitFor();
    const after = await macroF1();
    expectThat(after === before, `${before} became ${after}`);
    await expectBothSchemes(page, (scheme) => picture(page, `few-evaluate-${scheme}`));
  });
  await context.close();
  await app.close();
}
