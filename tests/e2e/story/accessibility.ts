import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { en } from '../../../renderer/src/texts/en/index.ts';
import { expectThat, type Story, show, until } from './story.ts';

export const SCREENS = Object.values(en.app.screens);

/** Every screen by keyboard; axe on every screen in light and dark; small and zoomed windows. */
export async function accessibility(story: Story): Promise<void> {
  await keyboard(story);
  for (const scheme of ['light', 'dark'] as const) {
    await story.page.emulateMedia({ colorScheme: scheme });
    for (const screen of SCREENS) {
      await story.check(`axe finds nothing serious on ${screen}, ${scheme}`, async () => {
        await show(story, screen);
        await story.page.waitForTimeout(400);
        const serious = await seriousViolations(story.page);
        expectThat(serious.length === 0, serious.join('; '));
      });
    }
    await openedParts(story, scheme);
  }
  await story.page.emulateMedia({ colorScheme: 'light' });
  await narrow(story);
}

/** What lies over a screen, or comes when something is chosen there. */
async function openedParts(story: Story, scheme: string): Promise<void> {
  const { page, check } = story;
  const parts = [
    ['Annotate', 'the keys', () => page.keyboard.press('?')],
    ['Annotate', 'the palette', () => page.keyboard.press('/')],
    [
      'Labels',
      'a label to be merged',
      () => page.getByRole('combobox', { name: 'Merge into' }).selectOption({ index: 1 }),
    ],
  ] as const;
  for (const [screen, part, open] of parts) {
    await check(`axe finds nothing serious on ${part}, ${scheme}`, async () => {
      await show(story, screen);
      const opened =
        screen === 'Annotate'
          ? page.getByRole('dialog')
          : page.getByRole('button', { name: /^(Give|Merge)/ });
      if (screen === 'Annotate') await page.locator('article').focus();
      await open();
      await opened.waitFor();
      await page.waitForTimeout(300);
      const serious = await seriousViolations(page);
      await page.keyboard.press('Escape');
      expectThat(serious.length === 0, serious.join('; '));
    });
  }
}

async function keyboard(story: Story): Promise<void> {
  const { page, check } = story;
  for (const [i, screen] of SCREENS.entries()) {
    await check(`${screen} is reached by Ctrl+${i + 1}, and the focus is inside it`, async () => {
      await page.keyboard.press(`Control+${i + 1}`);
      await page
        .getByRole('navigation', { name: 'Screens' })
        .locator('[aria-current=page]', { hasText: screen })
        .waitFor();
      const inside = () =>
        page.evaluate(() => document.querySelector('main')?.contains(document.activeElement) === true);
      await until(inside, 'the focus is outside');
      // What comes after the first answers must not take it away.
      await page.waitForTimeout(250);
      expectThat(await inside(), 'the focus does not stay');
    });
    await check(`on ${screen} Tab reaches every control, each with a visible focus`, async () => {
      const missed = await unreached(page);
      expectThat(missed.length === 0, missed.join('; '));
    });
  }
}

/** Controls of the screen that Tab never came to, or that show nothing when they have the focus. */
async function unreached(page: Page): Promise<string[]> {
  const wanted = await page.evaluate(() => {
    const all = [
      ...document.querySelectorAll<HTMLElement>('main :is(button, input, select, textarea, a[href])'),
    ];
    // Of radio buttons in a group, and of tabs, Tab goes to one.
    const own = all.filter(
      (element) =>
        element.tabIndex >= 0 &&
        !element.matches(':disabled, [type=radio]') &&
        element.checkVisibility() &&
        element.closest('[aria-hidden=true], [inert]') === null,
    );
    for (const element of own) element.dataset.wanted = '';
    document.querySelector<HTMLElement>('main')?.focus();
    return own.length;
  });
  const invisible = new Set<string>();
  for (let i = 0; i < wanted * 2 + 20; i++) {
    await page.keyboard.press('Tab');
    const problem = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return '';
      delete element.dataset.wanted;
      if (!element.closest('main')) return '';
      const shown = [element, element.nextElementSibling, element.closest('label')].some((candidate) => {
        if (!candidate) return false;
        const { outlineStyle, boxShadow } = getComputedStyle(candidate);
        return outlineStyle !== 'none' || boxShadow !== 'none';
      });
      return shown ? '' : `no visible focus: ${element.outerHTML.slice(0, 120)}`;
    });
    if (problem) invisible.add(problem);
    if ((await page.locator('main [data-wanted]').count()) === 0) break;
  }
  const left = await page
    .locator('main [data-wanted]')
    .evaluateAll((elements) => elements.map((element) => `not reached: ${element.outerHTML.slice(0, 120)}`));
  await page.evaluate(() => {
    for (const element of document.querySelectorAll<HTMLElement>('[data-wanted]'))
      delete element.dataset.wanted;
  });
  return [...invisible, ...left];
}

async function narrow(story: Story): Promise<void> {
  const { page, check } = story;
  for (const screen of SCREENS) {
    await check(`${screen} fits 900 pixels, and 1280 at twice the text size`, async () => {
      await page.setViewportSize({ width: 900, height: 700 });
      await show(story, screen);
      await page.waitForTimeout(200);
      expectThat(!(await overflows(page)), 'it is wider than 900 pixels');
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
      });
      await page.waitForTimeout(200);
      const tooWide = await overflows(page);
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '100%';
      });
      expectThat(!tooWide, 'it is too wide at 200 %');
    });
  }
}

/** Whether the page or the screen scrolls sideways. */
const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [document.documentElement, document.querySelector('main')!].some(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1,
    ),
  );

/** That axe finds nothing serious on the page in light and in dark, once colours faded over; `look` is called in each. It ends light. */
export async function expectBothSchemes(
  page: Page,
  look: (scheme: 'light' | 'dark') => Promise<unknown> = async () => undefined,
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400);
    await look(colorScheme);
    const serious = await seriousViolations(page);
    expectThat(serious.length === 0, serious.join('; '));
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** axe runs in an isolated world, so the page's own policy stays as it is. */
export async function seriousViolations(page: Page): Promise<string[]> {
  const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send('Page.getFrameTree');
  const frameId = frameTree.frame.id;
  const { executionContextId: contextId } = await client.send('Page.createIsolatedWorld', { frameId });
  await client.send('Runtime.evaluate', { expression: await readFile(source, 'utf8'), contextId });
  const { result } = await client.send('Runtime.evaluate', {
    expression:
      'axe.run().then((r) => JSON.stringify(r.violations.map((v) => [v.impact, v.id, v.nodes[0].html])))',
    contextId,
    awaitPromise: true,
  });
  await client.detach();
  const found = JSON.parse(String(result.value)) as [string, string, string][];
  return found.filter(([impact]) => impact === 'serious' || impact === 'critical').map((v) => v.join(' '));
}
