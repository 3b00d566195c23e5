import { isDeepStrictEqual } from 'node:util';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { decidedOf } from './project.ts';
import { quietApp } from './quietApp.ts';

const FIRST = 4;
const FAST = 40;
const TEXTS = Array.from({ length: FIRST + FAST + 2 }, (_, i) => `Document number ${i + 1}.`);
/** Ten keys a second: as fast as anyone types. */
const BETWEEN_MS = 100;

/** A key is about the document that is painted, and no key that was meant is lost, however fast they come. */
export async function fastKeys({ browser, home, check, picture }: Setting): Promise<void> {
  const { app, context, page, path, shows } = await quietApp({ browser, home }, 'fast', {
    labels: ['odd', 'even'],
    texts: TEXTS,
    odds: new Map([
      [1, -3],
      [2, -3],
    ]),
  });
  const refused = page.getByText('was pressed before this document was on the screen');
  const saved = () => page.locator('[data-saving=saved]').waitFor();
  /** Presses a key as soon as another document is in the page, which is before it is painted. */
  const pressAtOnce = (key: string) =>
    page.evaluate((own) => {
      const article = document.querySelector('article');
      if (!article) throw new Error('there is no document');
      const before = article.textContent;
      const observer = new MutationObserver(() => {
        if (document.querySelector('article')?.textContent === before) return;
        observer.disconnect();
        document
          .querySelector('article')
          ?.dispatchEvent(
            new KeyboardEvent('keydown', { key: own, code: `Digit${own}`, bubbles: true, cancelable: true }),
          );
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    }, key);

  for (const key of ['1', '0'])
    await check(`“${key}” that is pressed before a document is painted decides nothing of it`, async () => {
      const open = await page.locator('article .text').innerText();
      const following = TEXTS[TEXTS.indexOf(open.trim()) + 1]!;
      await pressAtOnce(key);
      await page.keyboard.press('s');
      await shows(following);
      await refused.waitFor();
      await picture(page, `fast-refused-${key}`);
      await saved();
      expectThat((await page.locator('[data-label].yes, [data-label].no').count()) === 0, 'it is decided');
      await page.keyboard.press('1');
      await page.locator('[data-label="1"].yes').waitFor();
      expectThat((await page.locator('article .text').innerText()).trim() === following, 'it was left');
    });
  await check('a key that is held down counts once', async () => {
    await page.keyboard.down('s');
    for (let i = 0; i < 20; i++) await page.keyboard.down('s');
    await page.keyboard.up('s');
    await shows(TEXTS[3]!);
    await page.waitForTimeout(200);
    await shows(TEXTS[3]!);
    await page.keyboard.press('s');
    await shows(TEXTS[4]!);
    await saved();
  });
  await check('of ten keys a second, each about what is painted, none is lost', async () => {
    const result = await page.evaluate(
      async ({ count, betweenMs }) => {
        const textNow = () => document.querySelector('article .text')?.textContent?.trim() ?? '';
        let seen = textNow();
        let over = false;
        const look = () =>
          requestAnimationFrame(() =>
            setTimeout(() => {
              seen = textNow();
              if (!over) look();
            }),
          );
        look();
        let told = 0;
        const observer = new MutationObserver(() => {
          if (/was pressed before/.test(document.querySelector('.message')?.textContent ?? '')) told += 1;
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        const press = (key: string, { code = key, shiftKey = false } = {}) =>
          document
            .querySelector('article')
            ?.dispatchEvent(
              new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }),
            );
        const finished = new Set<string>();
        let open = '';
        let said = 0;
        let keys = 0;
        const end = performance.now() + 60_000;
        while (finished.size < count && performance.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, betweenMs));
          if (finished.has(seen)) continue;
          keys += 1;
          if (open !== seen) said = 0;
          open = seen;
          const [yes, no] = Number(/\d+/.exec(seen)?.[0]) % 2 === 1 ? [1, 2] : [2, 1];
          if (said === 0) press(String(yes), { code: `Digit${yes}` });
          else if (said === 1) press(no === 1 ? '!' : '@', { code: `Digit${no}`, shiftKey: true });
          else {
            finished.add(seen);
            press('Enter');
          }
          said += 1;
        }
        over = true;
        observer.disconnect();
        return { told, keys, finished: finished.size };
      },
      { count: FAST, betweenMs: BETWEEN_MS },
    );
    expectThat(result.finished === FAST && result.keys === 3 * FAST, JSON.stringify(result));
    expectThat(result.told === 0, `${result.told} keys were refused`);
    await saved();
  });
  await context.close();
  await app.close();
  await check('the file has what was meant of each document', async () => {
    const kept = openProject(path);
    const found = TEXTS.map((_, i) => decidedOf(kept, i + 1));
    kept.close();
    const wanted = TEXTS.map((_, i) => {
      if (i === 0) return { status: 'skipped', values: {} };
      if (i < 3) return { status: 'skipped', values: { odd: 'yes' } };
      if (i < FIRST) return { status: 'skipped', values: {} };
      if (i >= FIRST + FAST) return { status: 'new', values: {} };
      const [yes, no] = i % 2 === 0 ? ['odd', 'even'] : ['even', 'odd'];
      return {
        status: 'done',
        values: Object.fromEntries(
          [
            [yes, 'yes'],
            [no, 'no'],
          ].sort(),
        ),
      };
    });
    for (const [i, own] of found.entries())
      expectThat(isDeepStrictEqual(own, wanted[i]), `${TEXTS[i]}: ${JSON.stringify(own)}`);
  });
}
