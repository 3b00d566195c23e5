import type { Browser, BrowserContext, Page } from 'playwright-core';
import { painted, until } from '../story/story.ts';

/** A page of the app in a window of its own, and what the stories of decisions do with it. */
export interface OpenedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The open document's text, once it is painted: a key that is pressed before is not about it. */
  text(): Promise<string>;
  /** Waits until a document is open. */
  shows(wanted: string): Promise<void>;
  /** Goes to a screen. */
  screen(name: string): Promise<void>;
}

export async function openedPage(browser: Browser, url: string, height = 800): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  const text = async () => {
    const found = (await page.locator('article .text').innerText()).trim();
    await painted(page);
    return found;
  };
  return {
    context,
    page,
    text,
    shows: (wanted) => until(async () => (await text()) === wanted, `"${wanted}" is not shown`),
    screen: (name) => page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name }).click(),
  };
}
