import { join } from 'node:path';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { agreeToModel } from '../../../backend/models/agreed.ts';
import { modelDigest } from '../../../backend/models/digest.ts';
import { createProject, openProject, type Project } from '../../../backend/project/file.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { createEngine } from '../../../engine/index.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';

const LABELS = ['shipping', 'price'];
const TEXTS = Array.from({ length: 24 }, (_, i) => {
  const what = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'][
    i % 4
  ];
  return `${what}${' .'.repeat(Math.floor(i / 4))}`;
});
const ANNOTATED = 8;
const isYes = (text: string, label: string) => text.includes(label === 'shipping' ? 'late' : 'price');

/** Read by the untrained model, then by a run that is right of everything; the first documents are annotated. */
async function trainedProject(home: string): Promise<string> {
  const model = join(home, 'tiny-model');
  writeTinyModel(model);
  agreeToModel(model);
  const project = createProject(join(home, 'sample.entail'));
  addLabels(
    project,
    LABELS.map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  project.write(() => {
    project.stores.settings.set('model', model);
    for (const [i, text] of TEXTS.entries()) {
      const document = { externalId: `d${i + 1}`, text, meta: new Map(), split: null, source: 'test' };
      project.stores.documents.add(document, '2026-01-01T00:00:00.000Z');
    }
  });
  const engine = createEngine();
  await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
  await engine.close();
  annotate(
    project,
    'ada',
    TEXTS.slice(0, ANNOTATED).map((text, i) =>
      decided(i + 1, {
        yes: LABELS.flatMap((label, l) => (isYes(text, label) ? [l + 1] : [])),
        no: LABELS.flatMap((label, l) => (isYes(text, label) ? [] : [l + 1])),
      }),
    ),
  );
  await trained(project, model);
  const { path } = project;
  project.close();
  return path;
}

async function trained(project: Project, model: string): Promise<void> {
  const { runs, settings, annotations, labels, evidence } = project.stores;
  const digest = await modelDigest(model);
  const at = '2026-01-01T00:00:00.000Z';
  project.write(() => {
    const revisionId = annotations.lastRevision();
    const run = runs.add({ model, modelDigest: digest, options: {}, revisionId, startedAt: at });
    runs.saveWeights(run, new Uint8Array(16));
    runs.finish(run, { status: 'done', at, report: { documents: 0 } });
    settings.set('activeRun', run);
    const scorers = scorersFor({ kind: 'run', name: String(run), digest: '' }, labels.all(), APP_PRECISION);
    for (const [l, scorer] of scorers.entries()) {
      const scorerId = evidence.scorerId(scorer);
      for (const [i, text] of TEXTS.entries()) {
        const odds = Float32Array.of(isYes(text, LABELS[l]!) ? 3 : -3);
        evidence.put(i + 1, { labelId: scorer.labelId, scorerId, odds, cosine: null, passage: null });
      }
    }
  });
}

/** The test sample: drawn, labelled first, measured on with the untrained model beside, grown. */
export async function testSample({ browser, home, check, picture }: Setting): Promise<void> {
  const path = await trainedProject(home);
  const app = await startWebApp(home, path);
  const { context, page, text, screen } = await openedPage(browser, app.url, 1100);

  await check('without a sample, figures are of other documents, and it is offered', async () => {
    await screen('Evaluate');
    await page.getByText(`Measured on ${ANNOTATED} documents held out from training`).waitFor();
    await page.getByText('16 documents that nobody has begun with can be drawn').waitFor();
  });
  await check('a sample is drawn; nothing of it is finished yet', async () => {
    await page.getByLabel('Documents to draw').fill('6');
    await page.getByRole('button', { name: 'Draw a test sample' }).click();
    await page.getByText('0 of 6 documents finished.').waitFor();
    await picture(page, 'sample-drawn');
  });
  await check('it comes first in the queue, and is labelled from there', async () => {
    await page.getByRole('button', { name: 'Annotate the other 6' }).click();
    for (let i = 0; i < 6; i++) {
      await page.locator('.about').getByText('test sample').waitFor();
      const before = await text();
      if (i === 0) await picture(page, 'sample-annotate');
      await page.locator('article').focus();
      await page.keyboard.press('Enter');
      await until(async () => (await text()) !== before, 'no other document comes');
    }
    expectThat(!/test sample/.test(await page.locator('.about').innerText()), 'the sample has no end');
    await page.locator('[data-saving=saved]').waitFor();
  });
  await check('figures prefer it, with those of the untrained model beside', async () => {
    await screen('Evaluate');
    await page.getByText('Measured on 6 documents in the test sample').waitFor();
    await page.getByText('6 of 6 documents finished.').waitFor();
    await page
      .getByText(/^untrained \d/)
      .first()
      .waitFor();
    const shown = page.getByRole('region', { name: 'In all' }).locator('dl').first().locator('> div');
    const ranking = shown.last();
    await ranking.getByText(/^untrained \d/).waitFor();
    expectThat(/Mean average precision/.test(await ranking.innerText()), 'the last average is another');
    const averages = await shown.allInnerTexts();
    expectThat(averages.length === 5, `${averages.length} averages`);
    for (const text of averages)
      expectThat(
        /%\s*\d+\.\d to \d+\.\d\s*untrained \d+\.\d \(\d+\.\d to \d+\.\d\)/.test(text),
        `an interval is missing: ${text.replaceAll('\n', ' ')}`,
      );
    await picture(page, 'sample-figures');
  });
  await check('it grows', async () => {
    await page.getByLabel('Documents to add').fill('4');
    await page.getByRole('button', { name: 'Draw more' }).click();
    await page.getByText('6 of 10 documents finished.').waitFor();
    await page.getByRole('button', { name: 'Annotate the other 4' }).click();
    await page.locator('.about').getByText('test sample').waitFor();
  });
  await context.close();
  await app.close();
  await check(
    'the file has ten documents for testing, none of those that were annotated before',
    async () => {
      const kept = openProject(path);
      const sample = kept.stores.documents.inSplit('test');
      kept.close();
      expectThat(sample.length === 10 && Math.min(...sample) > ANNOTATED, sample.join());
    },
  );
}
