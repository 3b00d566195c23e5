import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECOMMENDED } from '../../../backend/models/catalogue.ts';
import { openProject } from '../../../backend/project/file.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { fileOf, sendElsewhere, sendFile, serve } from '../../engine/hub/hubServer.ts';
import { ENGLISH, GERMAN, writeCard } from '../../support/languages.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import type { Setting } from '../decisions.ts';
import { expectBothSchemes } from '../story/accessibility.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { projectOfTexts } from './projectOfTexts.ts';

const NOTICE = 'The documents’ language';
const MODEL = RECOMMENDED.find(({ manyLanguages }) => manyLanguages)?.id ?? '';

/** A hub on this machine that has the recommended model for many languages: a tiny one, of that name. */
async function hubOf(dir: string) {
  writeTinyModel(dir);
  writeCard(dir, ['multilingual', 'en', 'de']);
  const read = (name: string) => readFileSync(join(dir, name));
  const hub = await serve((request, response) => {
    const file = fileOf(request);
    if (file === 'onnx/model.onnx') sendElsewhere(response, read('model.onnx'), `${hub.url}/store`);
    else if (request.url === '/store') sendFile(request, response, read('model.onnx'));
    else if (['config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'].includes(file))
      sendFile(request, response, read(file));
    else response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  });
  return hub;
}

const LABEL = { name: 'Lieferung', hypotheses: ['Hier geht es um die Lieferung.'] };
const projectOf = (home: string, name: string, texts: readonly string[]): string =>
  projectOfTexts(home, { name, label: LABEL, texts });

/** Documents in another language than the model's: told where suggestions are shown, and mended by one click. */
export async function languages({ browser, home, check, picture }: Setting): Promise<void> {
  const hub = await hubOf(join(home, 'hub'));
  const before = process.env.HF_ENDPOINT;
  process.env.HF_ENDPOINT = hub.url;
  const german = projectOf(home, 'german', GERMAN);
  const english = projectOf(home, 'english', ENGLISH);
  const app = await startWebApp(home, english);
  const opened = await openedPage(browser, app.url);
  const { page } = opened;
  const notice = page.getByRole('region', { name: NOTICE });
  const again = async (path: string) => {
    await app.open(path);
    await page.reload();
    await page.locator('article').waitFor();
  };
  try {
    await check('nothing is said of documents that the model reads', async () => {
      await page.locator('article').waitFor();
      await page.waitForTimeout(1000);
      expectThat((await notice.count()) === 0, 'it is said of English documents');
    });
    await check(
      'German documents are pointed out beside what is suggested for them, and nowhere else',
      async () => {
        await again(german);
        await notice.waitFor();
        const text = await notice.innerText();
        expectThat(
          text.includes('About 100 % of the documents seem to be in German') &&
            text.includes('reads English'),
          `it says: ${text}`,
        );
        await expectBothSchemes(page, (scheme) => picture(page, `language-${scheme}`));
        expectThat(hub.requests.length === 0, 'something was fetched that nobody asked for');
        await opened.screen('Import');
        await notice.waitFor({ state: 'detached' });
        await opened.screen('Browse');
        await notice.waitFor();
      },
    );
    await check(
      'put off, it comes back when the project is opened again; the model kept, it does not',
      async () => {
        await notice.getByRole('button', { name: 'Not now' }).click();
        await notice.waitFor({ state: 'detached' });
        await again(german);
        await notice.waitFor();
        await notice.getByRole('button', { name: 'Keep this model' }).click();
        await notice.waitFor({ state: 'detached' });
        await again(german);
        await page.waitForTimeout(1000);
        expectThat((await notice.count()) === 0, 'it is said again');
      },
    );
    await check('one click downloads the recommended model, and suggestions come from it', async () => {
      const path = projectOf(home, 'second', GERMAN);
      await again(path);
      await notice.getByRole('button', { name: 'Get a model for many languages (1.1 GB)' }).click();
      await notice.waitFor({ state: 'detached', timeout: 60_000 });
      expectThat(
        hub.requests.some(({ path: asked }) => asked.includes(MODEL)),
        'another model was asked for',
      );
      await page.getByText('Suggestions come from it now.').waitFor();
      await until(
        async () => {
          // They come while the project is open, and are read once it is not.
          await page.waitForTimeout(1500);
          await app.open(english);
          const found = suggestedBy(path);
          if (found !== MODEL) await again(path);
          return found === MODEL;
        },
        'no suggestions come from it',
        60_000,
      );
    });
  } finally {
    if (before === undefined) delete process.env.HF_ENDPOINT;
    else process.env.HF_ENDPOINT = before;
    await opened.context.close();
    await app.close();
    await hub.close();
  }
}

/** The model of a closed project all of whose documents have suggestions. */
function suggestedBy(path: string): string | null {
  const project = openProject(path);
  try {
    project.stores.evidence.columns.readAll();
    return suggestionTable(project).size === GERMAN.length ? project.stores.settings.get('model') : null;
  } finally {
    project.close();
  }
}
