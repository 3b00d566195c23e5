import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

const TEXTS = [1, 2, 3].map((n) => `Document number ${n}.`);

/** What the page says when something goes wrong, and that it stops saying it when that is over. */
export async function notices({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'notices', { labels: ['praise', 'price'], texts: TEXTS });
  const { path } = project;
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, shows, screen } = await openedPage(browser, app.url);
  const failures = page.getByRole('alert');

  await check('a backend that does not answer does not mean that every document is done', async () => {
    await page.locator('article').waitFor();
    await screen('Labels');
    await page.getByLabel('New label').waitFor();
    await page.route('**/rpc/annotations/next', (route) => route.abort());
    await screen('Annotate');
    await page.getByRole('heading', { name: 'The documents could not be read' }).waitFor();
    await picture(page, 'not-read');
    expectThat((await page.getByText('Every document is done').count()) === 0, 'all is said to be done');
    await page.unroute('**/rpc/annotations/next');
    // Then the page is read anew; what comes next must not fall into that.
    await page.getByText('Entail is back. Nothing was lost.').waitFor();
    await page.locator('article').waitFor();
    await page.locator('.queue select').selectOption('order');
    await shows(TEXTS[0]!);
  });
  await check('a red notice goes when what failed has worked', async () => {
    await screen('Labels');
    await page.getByLabel('New label').fill('Praise');
    await page.keyboard.press('Enter');
    await failures.getByText(/differ only in case/).waitFor();
    await page.getByLabel('New label').fill('refund');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Labels' }).getByText('refund', { exact: true }).waitFor();
    await until(
      async () => (await failures.getByText(/differ only in case/).count()) === 0,
      'the failure of before is still told',
    );
  });
  await check('so does one of what nobody pressed, as soon as it works', async () => {
    const failure = { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: 'On purpose.' };
    await page.route('**/rpc/training/runs', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/json',
        body: JSON.stringify({ json: failure }),
      }),
    );
    await screen('Train');
    await failures.getByText('On purpose.').waitFor();
    await page.unroute('**/rpc/training/runs');
    await screen('Labels');
    await page.getByLabel('New label').waitFor();
    expectThat((await failures.getByText('On purpose.').count()) === 1, 'it went though nothing was tried');
    await screen('Train');
    await until(
      async () => (await failures.getByText('On purpose.').count()) === 0,
      'it is still told',
      5000,
    );
  });
  await check('a project that can only be read says so, and refuses decisions in a sentence', async () => {
    const state = '**/rpc/app/state';
    await page.route(state, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      expectThat(text.includes('"readOnly":false'), `the state is ${text}`);
      await route.fulfill({ response: answer, body: text.replace('"readOnly":false', '"readOnly":true') });
    });
    // As the page learns it when such a project is opened.
    await page.reload();
    await page.getByRole('note').getByText('This project can only be read').waitFor();
    await page.locator('.queue select').selectOption('order');
    await shows(TEXTS[0]!);
    let asked = 0;
    await page.route('**/rpc/annotations/decide', (route) => {
      asked += 1;
      return route.continue();
    });
    await page.keyboard.press('1');
    await page.getByRole('status').getByText('This project can only be read').first().waitFor();
    await picture(page, 'read-only');
    expectThat(asked === 0, 'it was sent');
    expectThat((await page.locator('[data-saving=failed]').count()) === 0, 'it is told as a failure');
    for (const [name, button] of [
      ['Labels', 'Add the label'],
      ['Import', 'Choose files…'],
    ] as const) {
      await screen(name);
      const writes = page.getByRole('button', { name: button });
      await writes.waitFor();
      expectThat(await writes.isDisabled(), `${button} can be pressed`);
    }
    await screen('Annotate');
    await page.unroute(state);
    await page.unroute('**/rpc/annotations/decide');
    await page.reload();
    await page.locator('article').waitFor();
    expectThat((await page.getByRole('note').count()) === 0, 'it is still said');
  });
  await check('Import is left with a chosen file, for another project, and nothing is wrong', async () => {
    await screen('Import');
    await page.getByRole('heading', { name: 'Import', level: 1 }).waitFor();
    await page.getByLabel('Files', { exact: true }).setInputFiles({
      name: 'more.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('text\none more\ntwo more\n'),
    });
    await page.getByText('Import 2 documents').waitFor();
    const discarded = page.waitForResponse(/\/rpc\/imports\/discard/);
    await page.getByRole('button', { name: /all projects/ }).click();
    await (await discarded).finished();
    await page.getByRole('heading', { name: 'Entail' }).waitFor();
    // The page hears of the answer a turn after the browser has it.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expectThat((await failures.count()) === 0, (await failures.allTextContents()).join());
  });
  await check('a chosen file is there still when the page has reconnected, as it was read', async () => {
    await page
      .getByRole('button', { name: /notices/ })
      .first()
      .click();
    await page.locator('article').waitFor();
    await screen('Import');
    const columns = page.getByRole('region', { name: 'What is what' });
    await page.getByLabel('Files', { exact: true }).setInputFiles({
      name: 'more.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('text,kind\none more,a\ntwo more,b\n'),
    });
    await columns.getByLabel('What kind becomes').selectOption('ignore');
    await page.getByText('Import 2 documents').waitFor();
    const interrupted = async (forgotten: boolean) => {
      await page.getByText('Entail is back. Nothing was lost.').waitFor({ state: 'hidden' });
      if (forgotten)
        await page.evaluate(() => {
          const own = window.fetch;
          // As a backend that was started anew: it knows none of the tokens of before.
          window.fetch = async (input, init) => {
            const request = new Request(input, init);
            if (!request.url.includes('/rpc/imports/preview')) return own(request);
            window.fetch = own;
            const text = (await request.text()).replace(/"token":"[^"]*"/, `"token":"${'x'.repeat(32)}"`);
            return own(new Request(request.url, { method: 'POST', headers: request.headers, body: text }));
          };
        });
      await page.route('**/rpc/imports/census', (route) => route.abort());
      const failed = page.waitForEvent('requestfailed');
      await columns.getByLabel('What kind becomes').selectOption('meta');
      await failed;
      await page.unroute('**/rpc/imports/census');
      await page.getByText('Entail is back. Nothing was lost.').waitFor();
      await page.getByText('Import 2 documents').waitFor();
      expectThat((await columns.getByLabel('What kind becomes').inputValue()) === 'meta', 'it is read anew');
    };
    await interrupted(false);
    await interrupted(true);
    await picture(page, 'import-reconnected');
    await page.getByRole('button', { name: /all projects/ }).click();
    await page.getByRole('heading', { name: 'Entail' }).waitFor();
  });
  await check('a project taken off the list says that its file stays, and comes back', async () => {
    const own = page.getByRole('button', { name: /^notices/ }).first();
    await own.waitFor();
    await page.getByRole('button', { name: 'Take notices off this list' }).click();
    const notice = page.locator('.toast').filter({ hasText: '“notices” is off this list. Its file stays' });
    await notice.waitFor();
    expectThat((await own.count()) === 0, 'it is still there');
    await picture(page, 'off-the-list');
    await notice.getByRole('button', { name: 'Undo' }).click();
    await own.waitFor();
  });
  await check('the window for a new project takes what is typed at once, and Enter makes it', async () => {
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('dialog').getByLabel('Name').waitFor();
    await page.keyboard.type('Typed at once');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Import', level: 1 }).waitFor();
    await page.getByText('Typed at once').first().waitFor();
  });
  await context.close();
  await app.close();
}
