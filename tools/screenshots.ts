import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { OpenProject } from '../backend/app/openProject.ts';
import { annotateFromFile } from '../backend/importing/answers.ts';
import { createBackend } from '../backend/index.ts';
import { train } from '../backend/training/train.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import { createWebHost } from '../web/host.ts';
import { serve } from '../web/server.ts';

/**
 * Pictures of every screen in light and dark, from the sample project with the embedded model, half of it annotated
 * and a model trained on that. ENTAIL_CHROMIUM names the browser.
 */
const { values: options } = parseArgs({
  options: {
    to: { type: 'string', default: join(import.meta.dirname, '..', 'docs', 'screenshots') },
    annotated: { type: 'string', default: '120' },
    epochs: { type: 'string', default: '3' },
  },
});
/** Until what a screen asks for is there; the network is never idle, since suggestions are followed. */
const SETTLED_MS = 2000;
const ROOT = join(import.meta.dirname, '..');
const SCREENS = [
  'Annotate',
  'Browse',
  'Labels',
  'Train',
  'Evaluate',
  'Progress',
  'Import',
  'Export',
  'Settings',
] as const;
const CSV = 'id,text,labels\n'.concat(
  '1,"The kettle leaks at the lid, and nobody answered my mails.",product quality;customer service\n',
  '2,"Ordered on Monday, drinking from it on Tuesday. Cheaper than in town, too.",shipping speed;price\n',
  '3,"Came in a box three times its size, full of plastic.",packaging\n4,,\n',
  '5,"Sent it back, had my money two days later.",returns\n',
);

/** Places are shown from the person's own folder on: theirs must not be in the pictures. */
const person = mkdtempSync(join(tmpdir(), 'entail-screenshots-'));
process.env.HOME = person;
const home = join(person, '.entail');
process.env.ENTAIL_HOME = home;
mkdirSync(home);
mkdirSync(options.to, { recursive: true });
const engine = createEngine();
const backend = await createBackend(createWebHost(home), { engine, home });
await backend.session.preferences.change({ annotator: 'Ada' });
const server = await serve(backend.session);
let browser: Browser | undefined;
try {
  browser = await chromium.launch({
    executablePath: process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await (
    await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })
  ).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  await prepare(backend.session.workspace.opened(), engine);
  await page.reload();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await pictures(page, scheme);
  }
} finally {
  await browser?.close();
  await server.close();
  await backend.close();
  await engine.close();
  rmSync(person, { recursive: true, force: true });
}

/** Annotates the first reviews as their authors labelled them, trains, and waits for the suggestions of that model. */
async function prepare({ project, suggestions, refresh }: OpenProject, engine: Engine): Promise<void> {
  suggestions.stop();
  await suggestions.settled();
  const rows = readFileSync(join(ROOT, 'resources', 'sample', 'train.jsonl'), 'utf8').split('\n');
  const answers = join(home, 'answers.jsonl');
  writeFileSync(answers, rows.slice(0, Number(options.annotated)).join('\n'));
  await annotateFromFile(project, answers, { annotator: backend.session.preferences.get().annotator });
  const started = performance.now();
  await train(project, engine, {
    options: { epochs: Number(options.epochs) },
    device: 'cpu',
    listener: { onStep: ({ step, steps }) => say(`training, step ${step} of ${steps}`) },
  });
  say(`trained in ${Math.round((performance.now() - started) / 1000)} s\n`);
  refresh();
  await suggestions.settled();
}

async function pictures(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  for (const screen of SCREENS) {
    await page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('button', { name: screen, exact: true })
      .click();
    if (screen === 'Import') {
      const file = { name: 'reviews.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) };
      await page.locator('input[type=file]').first().setInputFiles(file);
      await page.getByRole('button', { name: /^Import \d/ }).waitFor();
    }
    if (screen === 'Labels') await page.getByRole('list', { name: /score/ }).waitFor();
    await picture(page, `${screen.toLowerCase()}-${scheme}`);
  }
  await page.getByRole('button', { name: /: all projects$/ }).click();
  await page.getByRole('heading', { name: 'Your projects' }).waitFor();
  await picture(page, `start-${scheme}`);
  await page.getByRole('button', { name: /^Sample reviews/ }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(SETTLED_MS);
  await page.screenshot({ path: join(options.to, `${name}.png`) });
  say(`${name}.png\n`);
}

function say(text: string): void {
  process.stderr.write(`\r${text}`);
}
