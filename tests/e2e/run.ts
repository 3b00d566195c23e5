import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { foreignModels } from './foreignModels.ts';
import { exportPredicts } from './story/exported.ts';
import { reconnecting } from './story/reconnecting.ts';
import type { Story } from './story/story.ts';
import { wholeStory } from './story/whole.ts';
import { startWebApp, temporaryHome, type WebApp } from './webApp.ts';

/**
 * The story in a real Chromium through the web host; each check builds on those before it. ENTAIL_CHROMIUM names the
 * browser.
 */
const executable = process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium';
const PATIENCE_MS = 30_000;

const pictures = mkdtempSync(join(tmpdir(), 'entail-e2e-pictures-'));
let passed = 0;
let failed = 0;
const { home, remove } = temporaryHome();
let app: WebApp | undefined;
let browser: Browser | undefined;
try {
  app = await startWebApp(home);
  browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  const story = await chromiumStory(browser);
  await wholeStory(story);
  await reconnecting(story);
  await story.page.context().close();
  await app.close();
  app = undefined;
  await story.check('the exported model predicts what the app predicts', async () => exportPredicts(home));
  await foreignModels(browser, story.check);
} catch (error) {
  tell('the story', error);
} finally {
  await browser?.close();
  await app?.close();
  remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function tell(what: string, error?: unknown): void {
  if (error === undefined) {
    passed += 1;
    console.log(`ok   ${what}`);
    return;
  }
  failed += 1;
  const text = error instanceof Error ? error.message.split('\n').slice(0, 4).join(' ') : String(error);
  console.log(`FAIL ${what}: ${text}`);
}

async function chromiumStory(browser: Browser): Promise<Story> {
  let complaints: string[] = [];
  const open = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      // A refusal that the story provokes is told by the browser too.
      const refusal = message.text().includes('status of 400');
      if (message.type() === 'error' && !refusal)
        complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(app!.url);
    return page;
  };
  let page = await open();
  return {
    get page() {
      return page;
    },
    check: (what, test) =>
      test().then(
        () => tell(what),
        async (error: unknown) => {
          tell(what, error ?? new Error('it failed'));
          // What was to be seen, for who looks for the cause.
          const path = join(pictures, `${failed}.png`);
          await page.screenshot({ path }).then(
            () => console.log(`     ${path}`),
            () => undefined,
          );
        },
      ),
    giveFile: ({ name, text }) =>
      page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }),
    async restart() {
      await page.context().close();
      await app!.close();
      app = await startWebApp(home);
      page = await open();
    },
    takeComplaints() {
      const taken = complaints;
      complaints = [];
      return taken;
    },
  };
}
