import type { Page } from 'playwright-core';

/** What the steps of the story work with; each host (Chromium, Electron) has its own. */
export interface Story {
  /** The app's page; after a restart it is another one. */
  readonly page: Page;
  /** Runs one step and tells how it went; the story goes on. */
  check(what: string, test: () => Promise<void>): Promise<void>;
  /** Hands a file to the import screen in the host's way. */
  giveFile(file: { readonly name: string; readonly text: string }): Promise<void>;
  /** Ends the app and starts it again. */
  restart(): Promise<void>;
  /** What the console said of errors and refusals since the last call. */
  takeComplaints(): string[];
}

export function expectThat(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** The screen of the sidebar, by its name. */
export async function show({ page }: Story, screen: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: screen }).click();
  await page.waitForTimeout(50);
}

/** Waits until what is in the page is painted: a key that is pressed before is not about it. A hidden page is not painted. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() => setTimeout(done));
        setTimeout(done, 1000);
      }),
  );
}

/** Asks again until it holds; a host that is slow gets its time. */
export async function until(holds: () => Promise<boolean>, what: string, waitMs = 30_000): Promise<void> {
  const end = Date.now() + waitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
