import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { importFiles } from '../../../backend/importing/importing.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { createProject, openProject } from '../../../backend/project/file.ts';
import { suggest } from '../../support/evidence.ts';
import type { Setting } from '../decisions.ts';
import { expectThat } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';

const COUNT = 10_400;

/** A table with dates and numbers; the model, here a file, suggests "late" for all but the first hundred. */
async function project(home: string): Promise<string> {
  const path = join(home, 'results.entail');
  const made = createProject(path);
  made.write(() => made.stores.settings.set('model', 'nobody/has-this'));
  addLabels(
    made,
    ['late', 'price'].map((name) => ({ name, hypotheses: [`This is about ${name}.`] })),
  );
  const rows = Array.from({ length: COUNT }, (_, i) => {
    const day = new Date(Date.UTC(2026, 0, 1 + (i % 300))).toISOString().slice(0, 10);
    return `${day},T-${i + 1},"Ticket ${i + 1}: where is my parcel?",${(i % 90) / 2}`;
  });
  const table = join(home, 'tickets.csv');
  writeFileSync(table, `created,ticket,message,amount\n${rows.join('\n')}\n`);
  await importFiles(made, { files: [table], annotator: 'import' });
  made.write(() => {
    for (const id of made.stores.documents.ids())
      suggest(
        made,
        id,
        new Map([
          [1, id > 100 ? 1 + (id % 20) / 10 : -2],
          [2, id % 50 === 0 ? 0.5 : -1],
        ]),
      );
  });
  made.close();
  return path;
}

/** The suggestions above their thresholds are accepted all at once, seen, taken back and exported. */
export async function results({ browser, home, check, picture }: Setting): Promise<void> {
  const path = await project(home);
  const app = await startWebApp(home, path);
  const { context, page, screen } = await openedPage(browser, app.url);
  const grid = page.getByRole('grid');
  const dialog = page.getByRole('dialog');
  const total = (text: string) => page.getByRole('search').getByText(text, { exact: true }).waitFor();
  const states = page.getByLabel('State', { exact: true });

  await check('A shows what would be accepted: how many per label, and examples', async () => {
    await screen('Browse');
    await total('10,400 documents');
    // A window so low that the dialog has to scroll.
    await page.setViewportSize({ width: 1280, height: 420 });
    await grid.focus();
    await page.keyboard.press('a');
    await dialog.getByText('10,300 documents').waitFor();
    await dialog.getByText('208 documents').waitFor();
    expectThat((await dialog.locator('.examples li').count()) === 6, 'there are other examples');
    await dialog.getByText('Nobody has finished a document yet').waitFor();
    await dialog.locator('input:focus').waitFor();
    const [top, room] = await dialog.evaluate((own) => [own.scrollTop, own.scrollHeight - own.clientHeight]);
    expectThat(room! > 0 && top === 0, `it opens at ${top} of ${room}`);
    await picture(page, 'accept-dialog');
    await page.setViewportSize({ width: 1280, height: 800 });
  });
  await check('a label is left out, the rest is accepted by keyboard, and seen as the model’s', async () => {
    await dialog.getByRole('checkbox').nth(1).press(' ');
    const button = dialog.getByRole('button', { name: 'Accept 10,300 suggestions' });
    await button.press('Enter');
    await page.getByText('10,300 suggestions accepted on 10,300 documents.').waitFor();
    await states.selectOption('accepted');
    await total('10,300 documents');
    await grid.getByText('model', { exact: true }).first().waitFor();
    await picture(page, 'accepted-browse');
  });
  await check(
    'one Undo takes all back; they can be accepted again and taken back from the list',
    async () => {
      await page.getByRole('status', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
      await total('0 documents');
      await page.getByRole('button', { name: 'Show all' }).click();
      await total('10,400 documents');
      await page.getByRole('button', { name: 'Accept suggestions…' }).click();
      await dialog.getByText('Accepted so far').click();
      await dialog.getByText('taken back since').waitFor();
      await dialog.getByRole('button', { name: 'Accept 10,508 suggestions' }).click();
      await page.getByText('10,508 suggestions accepted on 10,302 documents.').waitFor();
    },
  );
  await check('the history of a document says who accepted it', async () => {
    await grid.focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 100; i++) await page.keyboard.press('ArrowDown');
    // Rows come when they are scrolled to.
    await page.getByText('Ticket 101:').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('article').getByText('Ticket 101:').waitFor();
    await page.locator('article').focus();
    await page.keyboard.press('i');
    await page.getByText('accepted suggestions of the model').first().waitFor();
    await picture(page, 'accepted-history');
  });
  await check('Export writes an Excel file with the columns that came in', async () => {
    await screen('Export');
    await page.getByRole('radio', { name: /^Excel/ }).waitFor();
    await picture(page, 'export-results');
    await page.getByRole('button', { name: 'Export as Excel' }).click();
    await page.getByText('Exported', { exact: true }).waitFor({ timeout: 120_000 });
    await picture(page, 'exported-results');
  });
  await context.close();
  await app.close();
  await check('another library reads it: dates, numbers, and whose answer it is', async () => {
    const name = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((file) =>
      file.endsWith('.xlsx'),
    );
    expectThat(name !== undefined, 'there is no workbook');
    const [header = [], ...rows] = (await readSheet(join(home, name ?? ''))) as unknown as unknown[][];
    expectThat(rows.length === COUNT, `${rows.length} rows`);
    expectThat(header.slice(0, 5).join() === 'created,ticket,message,amount,result', header.join());
    const row = rows[149]!;
    const wanted = ['T-150', 'Ticket 150: where is my parcel?', 29.5, 'late; price'];
    expectThat(row.slice(1, 5).join() === wanted.join(), row.join());
    expectThat(row[0] instanceof Date, 'the date is none');
    expectThat(row[header.indexOf('late: from')] === 'model, accepted', row.join());
    expectThat(rows[0]![header.indexOf('late: from')] === 'model', rows[0]!.join());
  });
  await check('nobody decided anything', async () => {
    const kept = openProject(path);
    const answers = [...kept.stores.settled.answers()].length;
    kept.close();
    expectThat(answers === 0, `${answers} answers`);
  });
}
