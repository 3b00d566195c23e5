import { join } from 'node:path';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { agreeToModel } from '../../../backend/models/agreed.ts';
import { createProject } from '../../../backend/project/file.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';

const SAYS = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
/** So many that the engine works on them for longer than a busy page takes to draw. */
const DOCUMENTS = 10_000;
/** Documents are read, then embedded, each with a bar: gone for as long, nothing follows. */
const REST_MS = 1500;
const NOTED = 'Bob looked at this twice.';

async function unreadProject(home: string): Promise<string> {
  const model = join(home, 'alive-model');
  writeTinyModel(model);
  agreeToModel(model);
  const project = createProject(join(home, 'alive.entail'));
  const { settings, documents } = project.stores;
  addLabels(
    project,
    ['shipping', 'price'].map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  project.write(() => {
    settings.set('model', model);
    for (let i = 0; i < DOCUMENTS; i++) {
      const text = `${SAYS[i % 4]}${' .'.repeat(i % 40)}`;
      const document = { externalId: `d${i + 1}`, text, meta: new Map(), split: null, source: 'test' };
      documents.add(document, '2026-01-01T00:00:00.000Z');
    }
  });
  annotate(project, 'Bob', [{ ...decided(1, { yes: [1], no: [2] }), status: 'draft', note: NOTED }]);
  annotate(project, 'Ada', [{ ...decided(2, { yes: [], no: [1] }), status: 'draft', note: '' }]);
  project.close();
  return project.path;
}

/** What the engine does is seen while it does it, and what others noted is seen by everybody. */
export async function alive({ browser, home, check, picture }: Setting): Promise<void> {
  const app = await startWebApp(home, await unreadProject(home));
  const { context, page, shows, screen } = await openedPage(browser, app.url);
  const bar = page.getByRole('progressbar', { name: 'Suggesting labels' });
  /** What the bar says from now on until it is gone for good: its values in their order. */
  const watched = () =>
    page.evaluate(
      (restMs) =>
        new Promise<number[]>((resolve, reject) => {
          const values: number[] = [];
          const end = setTimeout(() => reject(new Error(`the bar stays: ${values.join()}`)), 120_000);
          let rest: ReturnType<typeof setTimeout> | undefined;
          const observer = new MutationObserver(() => look());
          const ended = () => {
            clearTimeout(end);
            observer.disconnect();
            resolve(values);
          };
          const look = () => {
            const found = document.querySelector('[role="progressbar"][aria-label="Suggesting labels"]');
            const value = found?.getAttribute('aria-valuenow');
            if (value && values.at(-1) !== Number(value)) values.push(Number(value));
            if (found) {
              clearTimeout(rest);
              rest = undefined;
            } else if (values.length > 0) rest ??= setTimeout(ended, restMs);
          };
          observer.observe(document.body, { subtree: true, childList: true, attributes: true });
          look();
        }),
      REST_MS,
    );
  const rises = (values: readonly number[]) =>
    values.length >= 2 && values.some((value) => value > 20 && value < 90);

  await check('while documents get their first suggestions, a bar says how far it is', async () => {
    const values = watched();
    await bar.waitFor();
    await picture(page, 'bar-first');
    expectThat(rises(await values), `the bar says ${(await values).join()}`);
  });
  await check('while a label that was added is worked through, a bar says how far it is', async () => {
    expectThat((await bar.count()) === 0, 'it has not ended');
    await screen('Labels');
    const values = watched();
    await page.getByLabel('New label').fill('colour');
    await page.keyboard.press('Enter');
    await bar.waitFor();
    await picture(page, 'bar-label');
    expectThat(rises(await values), `the bar says ${(await values).join()}`);
  });
  await check(
    'what another annotator noted is on the document that it is about, with who it was',
    async () => {
      await screen('Annotate');
      await page.locator('.queue select').selectOption('order');
      await shows(SAYS[0]!);
      await page.locator('article').focus();
      await page.keyboard.press('i');
      const details = page.getByRole('complementary', { name: 'Note, history and guidelines' });
      await details.getByText(NOTED).waitFor();
      await details.getByText('Bob', { exact: true }).first().waitFor();
      await picture(page, 'others-note');
      expectThat(
        (await details.getByLabel('Note', { exact: true }).inputValue()) === '',
        'it is taken for one’s own',
      );
      await page.keyboard.press('s');
      await until(
        async () => (await details.getByText(NOTED).count()) === 0,
        'it is on the next document, too',
      );
    },
  );
  await context.close();
  await app.close();
}
