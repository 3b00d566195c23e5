import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { decidedOf, quietProject } from './project.ts';

const TEXTS = [1, 2, 3, 4, 5, 6].map((n) => `Document number ${n}.`);

/** What is typed and pressed is about what the person saw, in the project that was shown. */
export async function typing({ browser, home, check, picture }: Setting): Promise<void> {
  const [path, otherPath] = ['typing', 'other'].map((name) => {
    const project = quietProject(home, name, { labels: [`${name} praise`, `${name} price`], texts: TEXTS });
    project.close();
    return project.path;
  }) as [string, string];
  const app = await startWebApp(home, path);
  const { context, page, shows, screen } = await openedPage(browser, app.url);
  const article = page.locator('article');
  const saved = () => page.locator('[data-saving=saved]').waitFor();
  const label = (name: string) => page.getByRole('list', { name: 'Labels' }).getByRole('button', { name });

  await check('a sentence and a name that were typed are there after a reload at once', async () => {
    await screen('Labels');
    await label('typing praise').click();
    const sentence = page.getByLabel('Sentence', { exact: true });
    await sentence.fill('');
    await sentence.pressSequentially('Someone is full of praise.');
    await page.reload();
    await screen('Labels');
    await label('typing praise').click();
    await until(
      async () => (await sentence.inputValue()) === 'Someone is full of praise.',
      'the sentence is lost',
      3000,
    );
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('lauded');
    await page.reload();
    await screen('Labels');
    await label('lauded').waitFor({ timeout: 3000 });
  });
  await check('a note goes to the document that it was typed for, though another one is open', async () => {
    await screen('Annotate');
    await page.locator('.queue select').selectOption('order');
    await shows(TEXTS[0]!);
    await article.focus();
    await page.keyboard.press('s');
    await shows(TEXTS[1]!);
    await saved();
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    await page.route('**/rpc/annotations/undo', async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press('u');
    await page.keyboard.press('n');
    const note = page.getByLabel('Note', { exact: true });
    await until(() => note.evaluate((field) => field === document.activeElement), 'the note has no focus');
    await page.keyboard.type('about the second');
    answer();
    await shows(TEXTS[0]!);
    await page.unroute('**/rpc/annotations/undo');
    await saved();
    expectThat((await note.inputValue()) === '', 'it is on the document that came back');
    await article.focus();
    await page.keyboard.press('i');
  });
  await check('keys that were pressed before a document was there decide nothing of it', async () => {
    await shows(TEXTS[0]!);
    await saved();
    await article.focus();
    // As on a machine that stands still for a moment, while someone presses a key again and again.
    await page.evaluate(() => {
      setTimeout(() => {
        const end = performance.now() + 1500;
        while (performance.now() < end);
      });
    });
    await Promise.all(['0', 's', '1'].map((key) => page.keyboard.press(key)));
    await shows(TEXTS[1]!);
    await page.getByText('was pressed before this document was on the screen').waitFor();
    await picture(page, 'pressed-before');
    await saved();
    await page.keyboard.press('1');
    await page.locator('[data-label="1"].yes').waitFor();
    await saved();
  });
  await check('what is looked for in Browse is not looked for in the next project', async () => {
    await screen('Browse');
    await page.getByRole('searchbox').fill('nowhere to be found');
    await page.getByText('0 documents', { exact: true }).waitFor();
    await page.getByRole('button', { name: /all projects/ }).click();
    await app.open(otherPath);
    await page.reload();
    await screen('Browse');
    await page.getByText('6 documents', { exact: true }).waitFor();
    await page.getByRole('button', { name: /all projects/ }).click();
    await page
      .getByRole('button', { name: /typing/ })
      .first()
      .click();
    await screen('Browse');
    await page.getByRole('searchbox').fill('nowhere to be found');
    await page.getByText('0 documents', { exact: true }).waitFor();
    await page.getByRole('button', { name: /all projects/ }).click();
    await page.getByRole('button', { name: /other/ }).first().click();
    await screen('Browse');
    await page.getByText('6 documents', { exact: true }).waitFor();
    expectThat((await page.getByRole('searchbox').inputValue()) === '', 'the search came along');
  });
  await check('a name that is being typed when another project comes is not that of its label', async () => {
    await screen('Labels');
    await label('other praise').click();
    await page.getByLabel('Name', { exact: true }).fill('typed in the other project');
    await page.route('**/rpc/**', (route) => route.abort());
    // A call that fails: the page waits until somebody answers.
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await app.open(path);
    const colour = page.getByRole('radio').nth(1);
    await colour.evaluate((button) => (button as HTMLElement).click());
    await page.getByText('Entail is starting again.').waitFor();
    await page.unroute('**/rpc/**');
    await page.getByText('Entail is back. Nothing was lost.').waitFor();
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Annotate' }).click();
    await article.waitFor();
    await page.waitForTimeout(300);
  });
  await context.close();
  await app.close();
  await check('labels of the other project have the names that they had', async () => {
    const other = openProject(otherPath);
    const names = other.stores.labels.all().map(({ name }) => name);
    other.close();
    expectThat(names.join() === 'other praise,other price', names.join());
  });
  await check('the file has what was meant', async () => {
    const kept = openProject(path);
    const names = kept.stores.labels.all().map(({ name, hypotheses }) => `${name}: ${hypotheses.join()}`);
    const found = [1, 2, 3].map((id) => decidedOf(kept, id));
    const notes = [1, 2].map((id) => kept.stores.annotations.states(id).map(({ note }) => note));
    kept.close();
    const wanted = ['lauded: Someone is full of praise.', 'typing price: This is about typing price.'];
    expectThat(JSON.stringify(names) === JSON.stringify(wanted), names.join(' | '));
    expectThat(JSON.stringify(notes) === '[[""],["about the second"]]', JSON.stringify(notes));
    expectThat(
      JSON.stringify(found) ===
        JSON.stringify([
          { status: 'done', values: { lauded: 'no', 'typing price': 'no' } },
          { status: 'draft', values: { lauded: 'yes' } },
          { status: 'new', values: {} },
        ]),
      JSON.stringify(found),
    );
  });
}
