import { join } from 'node:path';
import { addLabels } from '../../../backend/labels/labels.ts';
import { agreeToModel } from '../../../backend/models/agreed.ts';
import { createProject } from '../../../backend/project/file.ts';
import { embedDocuments } from '../../../backend/suggesting/embedding.ts';
import { APP_PRECISION } from '../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { createEngine } from '../../../engine/index.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import type { Setting } from '../decisions.ts';
import { seriousViolations } from '../story/accessibility.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';

const SAYS = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const YES = [['shipping'], ['price'], [], ['shipping', 'price']];
const DOCUMENTS = 160;
const DECIDED = 100;
/** One document is about it: too few to judge. */
const RARE = 'returns';
const SECONDS = 12;

/** Annotated by ada one by one, a document every twelve seconds; suggested by the model, and embedded, or by none yet. */
async function annotatedProject(home: string, name: string, model: string | null): Promise<string> {
  const project = createProject(join(home, `${name}.entail`));
  const { settings, documents, annotations, labels } = project.stores;
  addLabels(
    project,
    ['shipping', 'price', RARE].map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  project.write(() => {
    // A model that nobody agreed to suggests nothing.
    settings.set('model', model ?? 'owner/unknown');
    for (let i = 0; i < DOCUMENTS; i++) {
      const text = `${SAYS[i % 4]}${' .'.repeat(Math.floor(i / 4))}`;
      const document = { externalId: `d${i + 1}`, text, meta: new Map(), split: null, source: 'test' };
      documents.add(document, '2026-01-01T00:00:00.000Z');
    }
    const ada = annotations.annotatorId('ada');
    for (let i = 0; i < DECIDED; i++) {
      const at = new Date(Date.UTC(2026, 0, 2) + 1000 * SECONDS * i).toISOString();
      const revision = annotations.addRevision(ada, 'annotate', at);
      for (const { id, name } of labels.all()) {
        const isYes = name === RARE ? i === 10 : YES[i % 4]!.includes(name);
        const value = isYes ? 'yes' : 'no';
        annotations.decide(revision, { documentId: i + 1, annotatorId: ada, labelId: id, value });
      }
      annotations.setState(revision, i + 1, ada, {
        status: 'done',
        flagged: false,
        note: '',
        seconds: SECONDS,
      });
    }
  });
  if (model !== null) {
    const engine = createEngine();
    await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
    await embedDocuments(project, engine, { last: DOCUMENTS });
    await engine.close();
  }
  project.close();
  return project.path;
}

/** Where one stands: counts, pace, what more would bring, which label needs what, and the way to Train. */
export async function progress({ browser, home, check, picture }: Setting): Promise<void> {
  const model = join(home, 'progress-model');
  writeTinyModel(model);
  agreeToModel(model);
  const app = await startWebApp(home, await annotatedProject(home, 'progress', model));
  const { context, page, screen } = await openedPage(browser, app.url, 1400);
  const look = () => page;
  await check(
    'Progress counts at once: finished documents, pace, and what was decided since the last training',
    async () => {
      await screen('Progress');
      await page
        .getByText('100 of 160')
        .or(page.locator('dd', { hasText: 'of 160' }))
        .first()
        .waitFor();
      await page.locator('dd', { hasText: '5.0 a minute' }).waitFor();
      // 60 documents at five a minute.
      await page.locator('dd', { hasText: '12 min' }).waitFor();
    },
    look,
  );
  await check(
    'it says what 50 more documents would bring, with a range',
    () =>
      page
        .getByText(/50 more documents would bring about \S+ points of macro F1: in four cases of five/)
        .waitFor({ timeout: 60_000 }),
    look,
  );
  await check(
    'each criterion for stopping is named, and whether it holds',
    async () => {
      const criteria = page.getByRole('region', { name: 'Is it enough?' }).getByRole('listitem');
      expectThat((await criteria.count()) === 4, `${await criteria.count()} criteria`);
      for (const text of await criteria.allInnerTexts())
        expectThat(/^(there|not there)\s/.test(text), `it is not said whether it holds: ${text}`);
    },
    look,
  );
  await check(
    'a label with one yes needs two more before it can be judged; another does well',
    async () => {
      const labels = page.getByRole('region', { name: 'What each label needs' });
      await labels.getByText('Needs 2 more yeses before its F1 can be judged.').waitFor();
      await labels.getByText('Does well.').first().waitFor();
      await labels
        .getByRole('listitem')
        .filter({ hasText: RARE })
        .getByText('1 yes, 99 no, 0 undecided')
        .waitFor();
    },
    look,
  );
  await check(
    'agreement over time is drawn and said',
    () => page.getByText(/Of the last \d+ documents \d+ % were exactly as suggested/).waitFor(),
    look,
  );
  await page.setViewportSize({ width: 1280, height: 2300 });
  await picture(page, 'progress');
  for (const scheme of ['light', 'dark'] as const) {
    await check(
      `it fits 320 pixels, and axe finds nothing serious, ${scheme}`,
      async () => {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width: 320, height: 3600 });
        await page.waitForTimeout(400);
        const wide = await page.evaluate(() =>
          [document.documentElement, document.querySelector('main')].some(
            (part) => part !== null && part.scrollWidth > part.clientWidth + 1,
          ),
        );
        await picture(page, `progress-narrow-${scheme}`);
        expectThat(!wide, 'it is wider than 320 pixels');
        const serious = await seriousViolations(page);
        expectThat(serious.length === 0, serious.join('; '));
      },
      look,
    );
  }
  await page.setViewportSize({ width: 1280, height: 2300 });
  await picture(page, 'progress-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await check(
    'one click leads to Train, with as many documents',
    async () => {
      await page.getByRole('button', { name: 'Train now: 100 documents decided' }).click();
      await page.getByRole('heading', { level: 1, name: 'Train' }).waitFor();
    },
    look,
  );
  await check(
    'a label that needs more is asked about: documents that tell most of it come next',
    async () => {
      await screen('Progress');
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByRole('button', { name: `Ask about it: “${RARE}”` }).click();
      await page.getByText('tells most of the label').waitFor();
      expectThat(
        (await page.getByRole('combobox', { name: 'Next' }).inputValue()) === 'label',
        'another queue',
      );
      const asked = page.getByRole('combobox', { name: 'Label to ask about' });
      expectThat((await asked.locator('option:checked').innerText()) === RARE, 'another label');
      await picture(page, 'about-one-label');
      await asked.selectOption('The one with the fewest examples');
      await page.getByText('tells most of the label').waitFor();
    },
    look,
  );
  await context.close();
  await app.close();
  await unsuggested({ browser, home, check, picture });
}

/** Finished documents without suggestions: it does not say that nothing was decided. */
async function unsuggested({ browser, home, check }: Setting): Promise<void> {
  const app = await startWebApp(home, await annotatedProject(home, 'unsuggested', null));
  const { context, page, screen } = await openedPage(browser, app.url);
  await check(
    'decisions without suggestions are counted, and why nothing was learnt is said',
    async () => {
      await screen('Progress');
      await page.locator('dd', { hasText: 'of 160' }).waitFor();
      await page.getByText('Nothing was learnt yet').waitFor();
      expectThat(
        (await page.getByText('Nothing was decided yet').count()) === 0,
        'it says that nothing was decided',
      );
    },
    () => page,
  );
  await context.close();
  await app.close();
}
