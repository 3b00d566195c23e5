import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { addLabels } from '../../../backend/labels/labels.ts';
import { agreeToModel } from '../../../backend/models/agreed.ts';
import { createProject } from '../../../backend/project/file.ts';
import { embedDocuments } from '../../../backend/suggesting/embedding.ts';
import { APP_PRECISION } from '../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { createEngine } from '../../../engine/index.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';

const TEXTS = Array.from({ length: 24 }, (_, i) => {
  const what = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
  return `${what[i % 4]}${' .'.repeat(Math.floor(i / 4))}`;
});

/** A project whose documents a tiny model has read. */
export async function suggestedProject(home: string, name: string): Promise<string> {
  const model = join(home, `${name}-model`);
  writeTinyModel(model);
  agreeToModel(model);
  const project = createProject(join(home, `${name}.entail`));
  const { settings, documents } = project.stores;
  addLabels(
    project,
    ['shipping', 'price'].map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  project.write(() => {
    settings.set('model', model);
    for (const [i, text] of TEXTS.entries()) {
      const document = { externalId: `d${i + 1}`, text, meta: new Map(), split: null, source: 'test' };
      documents.add(document, '2026-01-01T00:00:00.000Z');
    }
  });
  const engine = createEngine();
  await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
  await embedDocuments(project, engine, { last: TEXTS.length });
  await engine.close();
  project.close();
  return project.path;
}

/** Probabilities and thresholds of the open document, as they are drawn, by label. */
const barsOf = (page: Page): Promise<string> =>
  page.locator('li[data-label]').evaluateAll((rows) =>
    rows
      .map((row) =>
        [...row.querySelectorAll<HTMLElement>('.filled, .threshold')].map(({ style }) => style.cssText),
      )
      .sort()
      .join(' | '),
  );

/** Suggestions of every document follow what is decided, with no key but that of the decision. */
export async function learning({ browser, home, check, picture }: Setting): Promise<void> {
  const app = await startWebApp(home, await suggestedProject(home, 'learning'));
  const { context, page, text, screen } = await openedPage(browser, app.url);
  await screen('Annotate');
  await page.locator('article').waitFor();
  /** The bars of a card that is read once what is known now was learnt: on an open one no mark turns round. */
  const readAgain = async () => {
    const learnt = page.waitForResponse(/\/rpc\/suggestions\/learn/);
    await page.reload();
    await learnt;
    await page.locator('li[data-label]').first().waitFor();
    return barsOf(page);
  };
  const untaught = await readAgain();
  /** Without decisions labels are suggested from a half on; which card comes first is chosen by what is known. */
  const fromHalf = (bars: string) => bars.split('|').every((bar) => bar.includes('left: 50%'));
  expectThat(fromHalf(untaught), 'something is learnt before anything is decided');
  let taught = untaught;
  const decided = page.locator('li[data-label="1"] .filled');
  await check('a decision on a label moves the bars of others, and not its own', async () => {
    const open = await text();
    const own = await decided.getAttribute('style');
    await page.locator('article').focus();
    const read = page.waitForResponse(/\/rpc\/annotations\/get/);
    await page.keyboard.press('1');
    await read;
    expectThat((await text()) === open, 'another document is open');
    expectThat((await decided.getAttribute('style')) === own, 'its own bar follows the answer');
    await picture(page, 'learnt-of-one');
    await until(async () => {
      taught = await readAgain();
      return !fromHalf(taught);
    }, 'thresholds stay as they were');
  });
  await check('taking it back takes back what it taught', async () => {
    await page.locator('article').focus();
    await page.keyboard.press('Control+z');
    await until(async () => fromHalf(await readAgain()), 'what it taught is still there');
  });
  await check('a document that is done teaches those that come next', async () => {
    for (let i = 0; i < 5; i++) {
      const open = await text();
      await page.keyboard.press(i % 2 === 0 ? '1' : '2');
      await page.keyboard.press('Enter');
      await until(async () => (await text()) !== open, 'no other document comes');
    }
    await page.locator('[data-saving=saved]').waitFor();
    const shown = await barsOf(page);
    expectThat(shown !== untaught && shown !== taught, 'nothing was learnt');
    await picture(page, 'learnt-of-five');
  });
  await check(
    'Evaluate says that decisions are part of its figures, and shows the model before them',
    async () => {
      await screen('Evaluate');
      await page.getByText(/What is suggested has learnt from decisions on 5 documents/).waitFor();
      await page.getByText('each judged as if it had not been decided').waitFor();
      await picture(page, 'learnt-evaluate');
      const broken = await page
        .getByRole('region', { name: 'Label by label', exact: true })
        .locator('td .few')
        .evaluateAll((all) =>
          all
            .filter((own) => own.clientHeight >= 2 * Number.parseFloat(getComputedStyle(own).lineHeight))
            .map((own) => own.textContent),
        );
      expectThat(broken.length === 0, `intervals break over lines: ${broken.join()}`);
    },
  );
  for (const [name, figures] of [
    ['Evaluate', 'evaluation/get'],
    ['Progress', 'progress/learnt'],
    ['Export', 'documents/doubts'],
  ] as const)
    await check(`figures of ${name} are read again when suggestions have come`, async () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      let released = false;
      await page.route('**/rpc/suggestions/refresh', async (route) => {
        await held;
        released = true;
        await route.continue();
      });
      await screen('Labels');
      await page.getByLabel('New label').fill(`asked on ${name}`);
      const added = page.waitForResponse(/\/rpc\/labels\/add/);
      await page.keyboard.press('Enter');
      await added;
      const isAsked = new RegExp(`/rpc/${figures}`);
      const first = page.waitForResponse(isAsked);
      await screen(name);
      await first;
      // Longer than the figures rest between two readings.
      await page.waitForTimeout(2000);
      let readings = 0;
      page.on('request', (request) => {
        if (released && isAsked.test(request.url())) readings += 1;
      });
      release();
      await until(async () => readings > 0, 'they are not read again');
      await page.waitForTimeout(2000);
      expectThat(readings <= 3, `they are read ${readings} times`);
      await page.unroute('**/rpc/suggestions/refresh');
    });
  await context.close();
  await app.close();
}
