import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { quietProject } from './project.ts';

const TEXTS = ['The parcel came late.', 'Much too dear.', 'All was well.'];
const OLD = TEXTS.map((text, i) => ({
  id: `d${i + 1}`,
  text,
  labels: [['late'], ['price'], []][i],
  rejected: [['price'], ['late'], ['late', 'price']][i],
  annotator: 'ada',
}));

/** An old export over newer corrections: listed, chosen one by one, undone, done again after a restart. */
export async function imports({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'imports', { labels: ['late', 'price'], texts: [] });
  const file = join(home, 'old.jsonl');
  const rows = [...OLD, { id: 'd4', text: 'Came with the old file.', labels: ['late'] }];
  writeFileSync(file, OLD.map((row) => JSON.stringify(row)).join('\n'));
  await importFiles(project, { files: [file], annotator: 'ada' });
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const d1 = project.stores.documents.byExternalId('d1')!.id;
  annotate(project, 'ada', [decided(d1, { yes: [2], no: [1] })]);
  const { path } = project;
  project.close();
  /** What the person's answers on the first document are, and how many documents there are; the app is not open. */
  const kept = () => {
    const own = openProject(path);
    const { annotations, documents } = own.stores;
    const answers = annotations.decisions(d1, annotations.annotatorId('ada'));
    const found = `${documents.count()} ${answers.get(1)} ${answers.get(2)}`;
    own.close();
    return found;
  };
  const start = async () => {
    const app = await startWebApp(home, path);
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, locale: 'en-US' });
    page.setDefaultTimeout(20_000);
    await page.goto(app.url);

    await page.locator('nav').getByText('Import', { exact: true }).click();
    return { app, page };
  };

  const first = await start();
  await check('conflicts and what an absence means are shown before anything is imported', async () => {
    await first.page.getByLabel('Files', { exact: true }).setInputFiles(file);
    await first.page.getByText('2 answers contradict yours').waitFor();
    await picture(first.page, 'import-conflicts');
    await first.page.getByRole('radio', { name: 'Choose each' }).check({ force: true });
    await first.page.getByLabel('Take the answer of the file for late of document d1').check();
    await first.page.getByText('are undecided').waitFor();
    await picture(first.page, 'import-each');
  });
  await check('what was chosen is taken, the rest stays as it was', async () => {
    await first.page.getByRole('button', { name: 'Import 1 document' }).click();
    await first.page.getByText('1 document added').waitFor();
    await picture(first.page, 'import-done');
    await first.page.close();
    await first.app.close();
    expectThat(kept() === '4 yes yes', `it is ${kept()}`);
  });
  const second = await start();
  await check('after a restart the import is undone with one step', async () => {
    await second.page.getByRole('heading', { name: 'Imports so far' }).waitFor();
    await picture(second.page, 'import-earlier');
    await second.page
      .getByRole('region', { name: 'Imports so far' })
      .getByRole('button', { name: 'Undo' })
      .first()
      .click();
    await second.page
      .getByText(/^The import was undone: 1 document removed, \d answers? as before\.$/)
      .waitFor();
    await picture(second.page, 'import-undone');
    await second.page.close();
    await second.app.close();
    expectThat(kept() === '3 no yes', `it is ${kept()}`);
  });
  const third = await start();
  await check('and done again after another', async () => {
    await third.page.getByRole('button', { name: 'Do again' }).click();
    await third.page.getByText(/^The import was done again: 1 document and \d answers? back\.$/).waitFor();
    await third.page.close();
    await third.app.close();
    expectThat(kept() === '4 yes yes', `it is ${kept()}`);
  });
}
