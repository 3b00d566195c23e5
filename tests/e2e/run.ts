import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createBackend } from '../../backend/index.ts';
import { createProject } from '../../backend/project/file.ts';
import { addLabels } from '../../backend/services/labels.ts';
import { createEngine } from '../../engine/index.ts';
import { createWebHost } from '../../web/host.ts';
import { serve } from '../../web/server.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

/**
 * The interface in a real Chromium through the web host: annotate 24 documents by keyboard, undo, search, label in
 * bulk, train, watch the curve, reload; no accessibility violation that axe calls serious, no refusal by the content
 * security policy. ENTAIL_CHROMIUM names the browser; ENTAIL_SCREENSHOTS a folder for pictures.
 */
const executable = process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium';
const work = mkdtempSync(join(tmpdir(), 'entail-e2e-'));
process.env.ENTAIL_HOME = join(work, 'home');
const model = join(work, 'model');
writeTinyModel(model);

let passed = 0;
let failed = 0;
async function check(what: string, test: () => Promise<void>): Promise<void> {
  try {
    await test();
    passed += 1;
    console.log(`ok   ${what}`);
  } catch (error) {
    failed += 1;
    console.log(
      `FAIL ${what}: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error)}`,
    );
  }
}
function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

const TEXTS = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const project = createProject(join(work, 'reviews.entail'));
addLabels(project, [
  { name: 'shipping', hypotheses: ['this is about shipping .'] },
  { name: 'price', hypotheses: ['this is about price .'] },
]);
project.write(() => {
  project.stores.settings.set('model', model);
  for (let i = 0; i < 60; i++) {
    const text = `${TEXTS[i % 4]}${' .'.repeat(Math.floor(i / 4))}`;
    project.stores.documents.add(
      { externalId: `d${i}`, text, meta: new Map(), split: null, source: 'e2e' },
      '',
    );
  }
});
const engine = createEngine();
const home = join(work, 'home');
project.close();
const backend = await createBackend(createWebHost(home), { engine, home });
await backend.open(project.path);
const host = await serve(backend.session);
let browser: Browser | undefined;
const violations: string[] = [];

try {
  browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(8000);
  page.on('console', (message) => {
    if (message.type() === 'error') violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(error.message));
  await story(page);
} catch (error) {
  failed += 1;
  console.log(`FAIL the browser: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
} finally {
  await browser?.close();
  await host.close();
  await backend.close();
  await engine.close();
  project.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function story(page: Page): Promise<void> {
  const done = () => project.stores.annotations.countByStatus().get('done') ?? 0;
  const doneSoon = async (wanted: number) => {
    for (let i = 0; i < 100 && done() !== wanted; i++) await page.waitForTimeout(20);
    expectThat(done() === wanted, `${done()} documents are done instead of ${wanted}`);
  };

  await check('the start link opens the app and leaves no key in the address', async () => {
    await page.goto(host.url);
    await page.getByRole('region', { name: 'Labels' }).waitFor();
    expectThat(!page.url().includes('k='), `the address is ${page.url()}`);
  });
  await check('suggestions are made and shown', async () => {
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('button', { name: 'Refresh suggestions' }).click();
    for (
      let i = 0;
      i < 300 && project.db.prepare('SELECT count(*) FROM suggestions').pluck().get() !== 120;
      i++
    )
      await page.waitForTimeout(50);
    await page.getByRole('button', { name: 'Annotate', exact: true }).click();
    await page.locator('.score').filter({ hasText: '%' }).first().waitFor();
  });
  await check('24 documents are annotated by keyboard, each saved', async () => {
    for (let i = 0; i < 24; i++) {
      const text = (await page.locator('article').textContent()) ?? '';
      const late = text.includes('late');
      const price = text.includes('price');
      await page.keyboard.press(late ? '1' : 'Shift+1');
      await page.keyboard.press(price ? '2' : 'Shift+2');
      await page.keyboard.press('Enter');
      await doneSoon(i + 1);
    }
  });
  await check('undo brings the last document back, redo finishes it again', async () => {
    const pressed = (key: string) =>
      Promise.all([page.waitForResponse(/annotations\/get/), page.keyboard.press(key)]);
    await pressed('u');
    await doneSoon(23);
    await pressed('r');
    await doneSoon(24);
  });
  await check('a label is found by typing', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('pri');
    await page.keyboard.press('Enter');
    await page.locator('.label[data-value="yes"]').first().waitFor();
  });
  await check('search finds, and bulk labelling is one step to undo', async () => {
    await page.getByRole('button', { name: 'Browse' }).click();
    await page.getByRole('searchbox').fill('colour');
    await page.getByText('15 documents').waitFor();
    const boxes = page.getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.waitForLoadState('networkidle');
    const before = project.stores.annotations.lastRevision();
    await page.getByLabel('Label for the chosen documents').selectOption({ label: 'price' });
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('0 chosen').waitFor();
    expectThat(project.stores.annotations.lastRevision() === before + 1, 'it was not one revision');
    await page.getByRole('button', { name: 'Undo' }).click();
  });
  for (const typed of ['"', 'C++', "it's", 'NEAR(', '<img src=x onerror=alert(1)>', '*']) {
    await check(`81: searching for ${typed} shows no error`, async () => {
      await page.getByRole('searchbox').fill(typed);
      await page.getByText(/\d+ documents/).waitFor();
      expectThat((await page.getByRole('alert').count()) === 0, 'an error is shown');
    });
  }
  await check('training shows its curve and ends in a run with figures', async () => {
    await page.getByRole('button', { name: 'Train', exact: true }).first().click();
    await page.getByRole('button', { name: 'Train', exact: true }).last().click();
    await page.getByRole('img', { name: 'Loss per step' }).waitFor();
    await page.getByRole('region', { name: 'run 1' }).waitFor({ timeout: 30_000 });
    await page.getByText('macro average').waitFor();
  });
  await check('after a reload everything is there', async () => {
    await page.reload();
    await page.getByText('24 of 60 done').waitFor();
  });
  await check('67: markup from a string is refused, and nothing of it runs', async () => {
    const allowed = await page.evaluate(() => {
      try {
        document.body.innerHTML += '<img src=x onerror="window.hacked = 1">';
        return true;
      } catch {
        return 'hacked' in window;
      }
    });
    violations.length = 0;
    expectThat(!allowed, 'it was allowed');
  });
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const screen of ['Annotate', 'Browse', 'Labels', 'Train']) {
      await check(`axe finds nothing serious on ${screen}, ${scheme}`, async () => {
        await page.getByRole('navigation').getByRole('button', { name: screen, exact: true }).click();
        await page.waitForTimeout(300);
        await picture(page, `${screen.toLowerCase()}-${scheme}`);
        const serious = await seriousViolations(page);
        expectThat(serious.length === 0, serious.join('; '));
      });
    }
  }
  await check('the console shows no error', async () => {
    expectThat(violations.length === 0, violations.join(' | '));
  });
}

/** axe runs in an isolated world, so the page's own policy stays as it is. */
async function seriousViolations(page: Page): Promise<string[]> {
  const { createRequire } = await import('node:module');
  const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send('Page.getFrameTree');
  const { executionContextId } = await client.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  });
  const { readFile } = await import('node:fs/promises');
  await client.send('Runtime.evaluate', {
    expression: await readFile(source, 'utf8'),
    contextId: executionContextId,
  });
  const { result } = await client.send('Runtime.evaluate', {
    expression:
      'axe.run().then((r) => JSON.stringify(r.violations.map((v) => [v.impact, v.id, v.nodes[0].html])))',
    contextId: executionContextId,
    awaitPromise: true,
  });
  const found = JSON.parse(String(result.value)) as [string, string, string][];
  return found.filter(([impact]) => impact === 'serious' || impact === 'critical').map((v) => v.join(' '));
}

async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env.ENTAIL_SCREENSHOTS;
  if (!dir) return;
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${name}.png`), await page.screenshot());
}
