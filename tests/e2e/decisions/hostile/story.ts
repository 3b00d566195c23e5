import type { Browser, Page } from 'playwright-core';
import type { Setting } from '../../decisions.ts';
import { expectThat, until } from '../../story/story.ts';
import { startWebApp, type WebApp } from '../../webApp.ts';
import * as given from './project.ts';
import { all } from './strings.ts';
import { notShown, type Watch, watched } from './watch.ts';

/** What a file to import brings: names of columns, labels and itself. */
const IMPORTED = {
  file: `${all('upload')}.csv`,
  column: all('column'),
  cell: all('cell'),
  label: all('newlabel'),
  text: all('newtext'),
  refused: all('refused'),
};
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const TABLE = [
  ['id', 'text', 'labels', cell(IMPORTED.column)].join(),
  ['n1', cell(IMPORTED.text), cell(IMPORTED.label), cell(IMPORTED.cell)].join(),
  [cell(given.ID), cell(given.TEXTS[0]!), cell(given.LABELS[1]!), ''].join(),
  ['1', cell(IMPORTED.refused), '', ''].join(),
].join('\n');

interface Shown {
  readonly page: Page;
  /** Waits until all of them are text of the page, and finds that nothing else was made of any. */
  texts(what: string, strings: readonly string[]): Promise<void>;
  screen(name: string): Promise<void>;
  button(name: string | RegExp): Promise<void>;
}

/** Hostile strings stand everywhere that a project has strings: each screen shows them as text, and none acts. */
export async function hostile({ browser, home, check, picture }: Setting): Promise<void> {
  const path = await given.hostileProject(home);
  const sent = given.sentProject(home);
  const tell = async (
    app: WebApp,
    parts: Steps,
    last?: (of: Shown & { readonly watch: Watch }) => Promise<void>,
  ) => {
    const { watch, ...shown } = await opened(browser, app.url);
    const { page } = shown;
    for (const [what, test] of parts)
      await check(
        `hostile strings are text and nothing else: ${what}`,
        async () => {
          await test(shown);
          await picture(page, `hostile-${what.replaceAll(/\W+/g, '-')}`);
          const acts = await watch.taken();
          expectThat(acts.length === 0, acts.join(' | '));
        },
        () => page,
      );
    await last?.({ watch, ...shown });
    await page.context().close();
    await app.close();
  };
  await tell(await startWebApp(home, path), steps);
  await tell(await startWebApp(home), [['projects, their names and backups', starting]]);
  const asked = ({ texts }: Shown) => texts('the model that is asked about', [given.FOREIGN_MODEL]);
  await tell(await startWebApp(home, sent), [['the model that a project names', asked]], ({ page, watch }) =>
    check('a string that did become an element would be seen', async () => {
      await page.evaluate(() => document.querySelector('main')!.append(document.createElement('img')));
      await until(async () => (await watch.taken()).length > 0, 'it is not seen', 5000);
    }),
  );
}

async function opened(browser: Browser, url: string): Promise<Shown & { readonly watch: Watch }> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1400 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const watch = await watched(page);
  await page.goto(url);
  return {
    page,
    watch,
    async texts(what, strings) {
      let missing: string[] = [];
      const all = async () => {
        missing = await notShown(page, strings);
        return missing.length === 0;
      };
      await until(all, 'missing', 10_000).catch(() => {
        throw new Error(`${what} not shown: ${missing.join(' | ')}`);
      });
    },
    screen: (name) =>
      page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name, exact: true }).click(),
    button: (name) => page.getByRole('button', { name }).first().click(),
  };
}

type Steps = readonly (readonly [string, (shown: Shown) => Promise<void>])[];

const steps: Steps = [
  [
    'the name of who annotates',
    async ({ page, screen, texts }) => {
      await screen('Settings');
      await page.getByLabel('Your name').fill(given.PEOPLE[0]);
      await page.getByLabel('Your name').press('Tab');
      await texts('the name', [given.PEOPLE[0]]);
    },
  ],
  [
    'Annotate',
    async ({ page, screen, texts }) => {
      await screen('Annotate');
      await page.locator('.queue select').selectOption('order');
      await texts('labels', [...given.LABELS, given.PROJECT]);
      await page.locator('article').focus();
      await page.keyboard.press('i');
      await page.keyboard.press('1');
      for (const text of given.TEXTS.slice(-2)) {
        await texts('the open document', [text]);
        await texts('guidelines', [given.GUIDELINES, given.DESCRIPTION]);
        await page.locator('article').focus();
        await page.keyboard.press('s');
      }
    },
  ],
  [
    'what is known of each document',
    async ({ page, screen, texts }) => {
      for (const [i, text] of given.TEXTS.slice(0, -2).entries()) {
        await screen('Browse');
        await page.getByRole('searchbox').first().fill(`document ${i}`);
        await page.getByRole('grid').getByText(`document ${i}`).first().dblclick();
        const notes = [0, 1].map((p) => given.NOTES[(i + p) % given.NOTES.length]!);
        await texts('the open document', [text, given.FIELDS[i]!, given.VALUES[i]!, ...notes]);
        await texts('people', given.PEOPLE);
      }
    },
  ],
  [
    'the palette, the keys and the field for corrections',
    async ({ page, texts }) => {
      await page.locator('article').focus();
      await page.keyboard.press('/');
      await texts('the palette', given.LABELS);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('F2');
      await page.getByRole('textbox', { name: 'Correct the text' }).waitFor();
      await page.keyboard.press('Escape');
    },
  ],
  [
    'Browse, its filters and dialogs',
    async ({ page, screen, texts, button }) => {
      await screen('Browse');
      await page.getByRole('searchbox').first().fill('');
      await texts('documents', given.TEXTS);
      await texts('columns and filters', [...given.LABELS, ...given.FIELDS]);
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+a');
      await button('Accept suggestions…');
      await page.getByRole('dialog').waitFor();
      await texts('labels of the dialog', given.LABELS);
      await page.keyboard.press('Escape');
    },
  ],
  [
    'Labels',
    async ({ page, screen, texts }) => {
      await screen('Labels');
      await texts('labels', given.LABELS);
      for (const [i, name] of given.LABELS.entries()) {
        await page
          .getByRole('list', { name: 'Labels' })
          .getByRole('listitem')
          .nth(i)
          .getByRole('button')
          .first()
          .click();
        await texts('a label', [name, given.DESCRIPTION, given.GUIDELINES, `${given.SENTENCE} ${name}`]);
      }
    },
  ],
  [
    'Train',
    async ({ page, screen, texts, button }) => {
      await screen('Train');
      await page.locator('select:has(option[value=adjudicated])').selectOption('adjudicated');
      await texts('people who disagree', given.PEOPLE);
      await texts('runs', [...given.RUNS, given.FAILURE]);
      await button(`Details of ${given.RUNS[0]}`);
      await texts('labels of the run', [given.RUN_LABEL, ...given.LABELS]);
    },
  ],
  [
    'Evaluate',
    async ({ page, screen, texts }) => {
      await screen('Evaluate');
      await texts('labels', given.LABELS);
      const curves = page.getByRole('button', { name: /curve and threshold/ });
      for (let i = 0; i < (await curves.count()); i++) await curves.nth(i).click();
    },
  ],
  [
    'Progress',
    async ({ screen, texts }) => {
      await screen('Progress');
      await texts('labels', given.LABELS);
    },
  ],
  [
    'a file to import',
    async ({ page, screen, texts }) => {
      await screen('Import');
      await texts('imports so far', [given.FILE]);
      const file = { name: IMPORTED.file, mimeType: 'text/csv', buffer: Buffer.from(TABLE) };
      await page.getByLabel('Files', { exact: true }).setInputFiles(file);
      const { file: name, column, cell, label, text } = IMPORTED;
      // Of a value that is long the beginning is shown.
      await texts('the preview', [name, column, cell.slice(0, 60), label, text]);
      await texts('what contradicts', [given.LABELS[1]!]);
      await page.getByRole('radio', { name: 'The same documents' }).check({ force: true });
      await page.getByText('Why 1 row').waitFor();
    },
  ],
  [
    'the report of an import',
    async ({ page, texts, button }) => {
      await button(/^Import \d+ document/);
      await page.getByRole('button', { name: 'Import more' }).waitFor();
      await texts('new labels', [IMPORTED.label]);
    },
  ],
  [
    'Export',
    async ({ page, screen, texts, button }) => {
      await screen('Export');
      await texts('runs', [given.RUNS[0]]);
      await button(/^Export as/);
      await page.getByText('Exported', { exact: true }).waitFor();
    },
  ],
  [
    'Settings',
    async ({ page, screen, texts, button }) => {
      await screen('Settings');
      await texts('the project and its model', [given.PROJECT, given.MODEL]);
      await texts('who is asked', [given.PEOPLE[0]]);
      await button(/^What the outputs of /);
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
    },
  ],
];

/** The start screen, its dialogs, and a dropped file that a new project would be named after. */
async function starting({ page, texts }: Shown): Promise<void> {
  await page.getByRole('heading', { name: 'Entail', level: 1 }).waitFor();
  await texts('recent projects', [given.PROJECT]);
  await page.getByRole('button', { name: `Rename ${given.PROJECT}` }).click();
  await texts('its name', [given.PROJECT]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: `Backups of ${given.PROJECT}` }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  const name = `${all('dropped')}.csv`;
  const data = await page.evaluateHandle((own) => {
    const data = new DataTransfer();
    data.items.add(new File(['text'], own));
    return data;
  }, name);
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await texts('the file that was dropped', [name]);
  await page.keyboard.press('Escape');
}
