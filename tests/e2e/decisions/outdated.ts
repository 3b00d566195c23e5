import { embeddedModels } from '../../../backend/models/embedded.ts';
import { runSuggests } from '../../support/runSuggests.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

/** Sentences of a label are others: until they are read, Browse shows what is of those before as such. */
export async function outdated({ browser, home, check, picture }: Setting): Promise<void> {
  const labels = ['praise', 'price'];
  const project = quietProject(home, 'outdated', { labels, texts: ['One.', 'Two.', 'Three.'] });
  await runSuggests(project, embeddedModels()[0]?.dir ?? '');
  project.close();
  const app = await startWebApp(home, project.path);
  const { context, page, screen } = await openedPage(browser, app.url);
  const rows = page.locator('.row[role=row]:not(.head)');
  const old = rows.locator('.chip.outdated');
  await check('suggestions of now are no old ones', async () => {
    await screen('Browse');
    await rows.locator('.chip').first().waitFor();
    expectThat((await old.count()) === 0, 'they are shown as old');
  });
  await check(
    'those of sentences of before are, until the new ones are there',
    async () => {
      await screen('Labels');
      await picture(page, 'labels-compete');
      await page.getByText('Until you train, labels compete').waitFor();
      const sentence = page.getByRole('textbox', { name: /[Ss]entence/ }).first();
      await sentence.fill('It is about praise alone.');
      await sentence.press('Tab');
      await page.getByText('praise').first().waitFor();
      await page.waitForTimeout(1500);
      await screen('Browse');
      await until(async () => (await old.count()) === 3, 'they are shown as those of now');
      expectThat((await old.first().innerText()).endsWith('…'), await old.first().innerText());
      await picture(page, 'outdated');
    },
    () => page,
  );
  await context.close();
  await app.close();
}
