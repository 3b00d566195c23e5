import { isDeepStrictEqual } from 'node:util';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { decidedOf } from './project.ts';
import { quietApp } from './quietApp.ts';

const TEXTS = [1, 2, 3, 4, 5].map((n) => `Document number ${n}.`);

/** A key that was pressed by mistake and taken back leaves nothing behind, whatever was learnt from it meanwhile. */
export async function slips({ browser, home, check, picture }: Setting): Promise<void> {
  const { app, context, page, path, shows, screen } = await quietApp({ browser, home }, 'slips', {
    labels: ['praise', 'price'],
    texts: TEXTS,
    odds: new Map([
      [1, 1],
      [2, -2],
    ]),
  });
  const price = page.locator('li[data-label="2"]');
  const enter = page.getByRole('toolbar', { name: 'Actions' }).getByRole('button').first();
  const learnt = () => page.waitForResponse((response) => response.url().includes('/rpc/annotations/get'));
  const marks = () =>
    page.locator('li[data-label]').evaluateAll((rows) => rows.map(({ className }) => className.trim()));

  await check('a slip that is taken back leaves marks and what Enter does as they were', async () => {
    const before = [await enter.innerText(), ...(await marks())];
    for (const again of ['2', 'u']) {
      for (const key of ['2', again]) {
        const came = learnt();
        await page.keyboard.press(key);
        await came;
      }
      await page.waitForTimeout(200);
      const after = [await enter.innerText(), ...(await marks())];
      expectThat(isDeepStrictEqual(after, before), `${before.join(' | ')} became ${after.join(' | ')}`);
    }
    await picture(page, 'slips');
  });

  await check('a document that was begun is open again after a look at another screen', async () => {
    await page.keyboard.press('Enter');
    await shows(TEXTS[1]!);
    await page.keyboard.press('Shift+2');
    await until(async () => (await price.getAttribute('class'))?.includes('no') === true, 'nothing was said');
    await page.locator('[data-saving=saved]').waitFor();
    await screen('Labels');
    await screen('Annotate');
    await shows(TEXTS[1]!);
  });
  await context.close();
  await app.close();
  await check('Enter saved nothing of the slips', async () => {
    const kept = openProject(path);
    const found = decidedOf(kept, 1);
    kept.close();
    const wanted = { status: 'done', values: { praise: 'yes', price: 'no' } };
    expectThat(isDeepStrictEqual(found, wanted), JSON.stringify(found));
  });
}
