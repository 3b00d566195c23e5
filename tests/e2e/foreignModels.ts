import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { addLabels } from '../../backend/labels/labels.ts';
import { EMBEDDED_MODEL } from '../../backend/models/embedded.ts';
import { createProject, openProject } from '../../backend/project/file.ts';
import { writeTinyModel } from '../support/tinyModel.ts';
import { expectBothSchemes, seriousViolations } from './story/accessibility.ts';
import { expectThat, until } from './story/story.ts';
import { startWebApp, temporaryHome, type WebApp } from './webApp.ts';

const MODEL = 'owner-of-nothing/model-of-nothing';
const UNNAMED = 'tester/unnamed-outputs';
const NOTICE = 'The project’s model';

/** A hub on this machine that has nothing; what was asked of it. */
async function emptyHub(): Promise<{ hub: Server; asked: string[] }> {
  const asked: string[] = [];
  const hub = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening));
  return { hub, asked };
}

/** A project as somebody sends it: it names a model that nobody on this machine knows. */
function sentProject(home: string): string {
  const path = join(home, 'sent.entail');
  const project = createProject(path);
  addLabels(project, [{ name: 'price', hypotheses: ['This is about the price.'] }]);
  project.write(() => {
    const document = { externalId: 'd1', text: 'Too dear.', meta: new Map(), split: null, source: 'x' };
    project.stores.documents.add(document, '2026-01-01T00:00:00.000Z');
    project.stores.settings.set('model', MODEL);
  });
  project.close();
  return path;
}

/** A downloaded model whose outputs have no names. */
function installUnnamed(home: string): void {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const folder = join(home, 'models', UNNAMED.replace('/', '--'));
  mkdirSync(folder, { recursive: true });
  writeTinyModel(join(folder, commit));
  const config = join(folder, commit, 'config.json');
  const id2label = { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' };
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), id2label }));
  writeFileSync(join(folder, 'current'), commit);
}

/** Models of others in a real browser: what a project names is asked about, and outputs without names are named. */
export async function foreignModels(
  browser: Browser,
  check: (what: string, test: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { hub, asked } = await emptyHub();
  const before = { home: process.env.ENTAIL_HOME, hub: process.env.HF_ENDPOINT };
  process.env.HF_ENDPOINT = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  try {
    await answer(browser, asked, check, 'Not now', async ({ home, path, reopened }) => {
      const page = await reopened();
      await page.getByRole('region', { name: NOTICE }).waitFor();
      expectThat(
        modelOf(path) === MODEL && !existsSync(join(home, 'agreed-models.json')),
        'it was agreed to',
      );
      expectThat(asked.length === 0, `it asked for ${asked.join()}`);
    });
    await answer(browser, asked, check, 'Use the embedded model', async ({ path, reopened }) => {
      const page = await reopened();
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      await page.waitForTimeout(500);
      expectThat((await page.getByRole('region', { name: NOTICE }).count()) === 0, 'it asks again');
      expectThat(modelOf(path) === basename(EMBEDDED_MODEL), `the project names ${modelOf(path)}`);
      expectThat(asked.length === 0, `it asked for ${asked.join()}`);
    });
    await answer(browser, asked, check, 'Use it', async ({ home, path, reopened }) => {
      await until(async () => asked.length > 0, 'the model was not looked for');
      expectThat(
        asked.every((line) => line.includes(MODEL)),
        `it asked for ${asked.join()}`,
      );
      expectThat(
        readFileSync(join(home, 'agreed-models.json'), 'utf8').includes(MODEL),
        'it is not remembered',
      );
      const page = await reopened();
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      await page.waitForTimeout(500);
      expectThat((await page.getByRole('region', { name: NOTICE }).count()) === 0, 'it asks again');
      expectThat(modelOf(path) === MODEL, `the project names ${modelOf(path)}`);
    });
    await namedOutputs(browser, check);
  } finally {
    hub.close();
    restore('ENTAIL_HOME', before.home);
    restore('HF_ENDPOINT', before.hub);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** Which model the closed project names. */
function modelOf(path: string): string {
  const project = openProject(path);
  try {
    return project.stores.settings.get('model');
  } finally {
    project.close();
  }
}

interface Answered {
  readonly home: string;
  readonly path: string;
  /** The page after the app was ended and started again; it is ended when this is over. */
  reopened(): Promise<Page>;
}

/** Opens the project anew, answers by keyboard alone, and looks at what came of it, with the app ended and started. */
async function answer(
  browser: Browser,
  asked: string[],
  check: (what: string, test: () => Promise<void>) => Promise<void>,
  name: string,
  then: (answered: Answered) => Promise<void>,
): Promise<void> {
  await check(`a project’s foreign model is answered by keyboard: “${name}”`, async () => {
    const { home, remove } = temporaryHome();
    const path = sentProject(home);
    let app: WebApp | undefined = await startWebApp(home, path);
    let page = await opened(browser, app.url);
    try {
      const notice = page.getByRole('region', { name: NOTICE });
      await notice.waitFor();
      const text = await notice.innerText();
      expectThat(text.includes(MODEL) && text.includes('(from huggingface.co)'), `it says: ${text}`);
      await expectBothSchemes(page);
      // What would be fetched in silence had its time.
      await page.waitForTimeout(1500);
      expectThat(asked.length === 0, `before an answer it asked for ${asked.join()}`);
      await tabTo(page, name);
      await page.keyboard.press('Enter');
      await notice.waitFor({ state: 'detached' });
      await then({
        home,
        path,
        async reopened() {
          await page.context().close();
          await app?.close();
          app = await startWebApp(home, path);
          page = await opened(browser, app.url);
          // The test reads the project beside the app: it is closed, and what the page shows stays.
          await page.getByRole('navigation', { name: 'Screens' }).waitFor();
          await page.waitForTimeout(1000);
          await app.close();
          app = undefined;
          return page;
        },
      });
    } finally {
      await page.context().close();
      await app?.close();
      remove();
      asked.length = 0;
    }
  });
}

async function opened(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  return page;
}

/** Goes on with Tab until the button of that name has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    if (focused === name) return;
  }
  throw new Error(`Tab never comes to “${name}”`);
}

async function namedOutputs(
  browser: Browser,
  check: (what: string, test: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await check('outputs without names are named in a dialog, and that is remembered', async () => {
    const { home, remove } = temporaryHome();
    installUnnamed(home);
    const path = join(home, 'own.entail');
    createProject(path).close();
    const app = await startWebApp(home, path);
    const page = await opened(browser, app.url);
    try {
      const open = async () => {
        await page.getByRole('button', { name: `What the outputs of ${UNNAMED} mean` }).click();
        const dialog = page.getByRole('dialog', { name: 'What its outputs mean' });
        await dialog.getByRole('combobox', { name: 'Entailment' }).waitFor({ timeout: 120_000 });
        return dialog;
      };
      await page
        .getByRole('navigation', { name: 'Screens' })
        .getByRole('button', { name: 'Settings' })
        .click();
      let dialog = await open();
      expectThat((await dialog.getByRole('row').count()) > 2, 'there are no examples');
      const outputs = await dialog.getByRole('columnheader').allInnerTexts();
      expectThat(outputs.slice(2).join() === 'LABEL_0,LABEL_1,LABEL_2', `outputs: ${outputs.join()}`);
      const serious = await seriousViolations(page);
      expectThat(serious.length === 0, serious.join('; '));
      await dialog.getByRole('combobox', { name: 'Entailment' }).selectOption('LABEL_2');
      await dialog.getByRole('combobox', { name: 'Contradiction' }).selectOption('LABEL_2');
      const remember = dialog.getByRole('button', { name: 'Remember' });
      expectThat(await remember.isDisabled(), 'the same output may mean both');
      await dialog.getByRole('combobox', { name: 'Contradiction' }).selectOption('LABEL_0');
      await remember.click();
      await page.getByText('Remembered on this machine.').waitFor();
      dialog = await open();
      const chosen = await dialog
        .getByRole('combobox')
        .evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).selectedOptions[0]?.textContent));
      expectThat(chosen.join() === 'LABEL_2,LABEL_0', `remembered: ${chosen.join()}`);
    } finally {
      await page.context().close();
      await app.close();
      remove();
    }
  });
}
