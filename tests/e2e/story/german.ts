import { de } from '../../../renderer/src/texts/de/index.ts';
import { seriousViolations } from './accessibility.ts';
import { expectThat, type Story, until } from './story.ts';

const SCREENS = Object.values(de.app.screens);

/** What stands in words: texts, names and titles of the page. */
const ENGLISH =
  /\b(the|and|your|with|label|labels|suggest|document|documents|yes|undecided|done|save|close)\b/i;

/**
 * The language is changed in the settings, at once and without a reload; then every screen in German: axe, no English
 * left, nothing cut or wider than the window, also at twice the text size. English again at the end.
 */
export async function german(story: Story): Promise<void> {
  const { page, check } = story;
  const overflows = (): Promise<boolean> =>
    page.evaluate(() =>
      [document.documentElement, document.querySelector('main')!].some(
        ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1,
      ),
    );
  await check('the interface speaks German as soon as it is chosen', async () => {
    await page.keyboard.press('Control+9');
    await page.getByRole('radio', { name: 'Deutsch' }).check({ force: true });
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    expectThat((await page.locator('html').getAttribute('lang')) === 'de', 'the page says another language');
  });
  for (const [i, screen] of SCREENS.entries()) {
    await check(`${screen} is German, fits, and axe finds nothing serious`, async () => {
      await page.keyboard.press(`Control+${i + 1}`);
      await page
        .getByRole('navigation', { name: 'Ansichten' })
        .locator('[aria-current=page]', { hasText: screen })
        .waitFor();
      await page.waitForTimeout(500);
      const left = await page
        .evaluate(wordsOfInterface)
        .then((words) => words.filter((one) => ENGLISH.test(one.replaceAll(/Label (?:Studio|Sleuth)/g, ''))));
      expectThat(left.length === 0, `English is left: ${left.join(' | ')}`);
      const serious = await seriousViolations(page);
      expectThat(serious.length === 0, serious.join('; '));
      expectThat(!(await overflows()), 'it is wider than the window');
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      await page.waitForTimeout(200);
      const tooWide = await overflows();
      await page.evaluate(() => (document.documentElement.style.fontSize = '100%'));
      expectThat(!tooWide, 'it is too wide at 200 %');
    });
  }
  await check('the choice is kept, and English is there again when chosen', async () => {
    await page.reload();
    await page.getByRole('navigation', { name: 'Ansichten' }).waitFor();
    await page.keyboard.press('Control+9');
    await page.getByRole('radio', { name: 'English' }).check({ force: true });
    await until(
      async () => (await page.locator('html').getAttribute('lang')) === 'en',
      'the page stays German',
    );
  });
}

/** Words that the interface says; what comes from documents, labels, people and the model stands in <bdi>, text fields and code. */
function wordsOfInterface(): string[] {
  const found: string[] = [];
  const own = 'bdi, code, pre, textarea, option, article, svg, kbd';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement && !parentElement.closest(own) && textContent?.trim()) found.push(textContent.trim());
  }
  return found;
}
