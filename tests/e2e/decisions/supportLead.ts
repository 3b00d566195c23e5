import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { agreeToModel } from '../../../backend/models/agreed.ts';
import { createProject } from '../../../backend/project/file.ts';
import { MESSY_HEADER, messyWorkbook } from '../../support/messyWorkbook.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, painted, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';

const TICKETS = 2000;
const LABELLED = 8;
const BY_HAND = 60;

/** What the person says of a ticket, by its words. */
const topicsOf = (text: string): string[] => [
  ...(text.includes('late') ? ['Lieferung'] : []),
  ...(text.includes('price') ? ['Preis'] : []),
];

/** A messy workbook in, sixty tickets by keyboard, a training, and the same workbook out with all of them sorted. */
export async function supportLead({ browser, home, check, picture }: Setting): Promise<void> {
  const model = join(home, 'support-model');
  writeTinyModel(model);
  agreeToModel(model);
  const made = createProject(join(home, 'support.entail'));
  made.write(() => made.stores.settings.set('model', model));
  made.close();
  const { bytes, rows } = messyWorkbook(TICKETS, LABELLED);
  const distinct = new Set(rows.map(({ text }) => text)).size;
  const file = join(home, 'Anfragen März.xlsx');
  writeFileSync(file, bytes);
  const app = await startWebApp(home, made.path);
  const { context, page, screen } = await openedPage(browser, app.url, 1000);

  await check('in German and in a narrow window the import screen fits its window', async () => {
    await page.getByRole('heading', { name: 'Import', level: 1 }).waitFor();
    await page.keyboard.press('Control+9');
    await page.getByRole('radio', { name: 'Deutsch' }).check({ force: true });
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    await page.keyboard.press('Control+7');
    await page.getByLabel('Dateien', { exact: true }).setInputFiles(file);
    await page
      .getByText('Was über der Kopfzeile steht, wurde ausgelassen: „Kundenanfragen – Übersicht“.')
      .waitFor();
    await picture(page, 'support-import-german');
    await page.setViewportSize({ width: 420, height: 900 });
    await picture(page, 'support-import-narrow');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expectThat(!wide, 'the page is wider than its window');
    await page.setViewportSize({ width: 1280, height: 1000 });
    await page.keyboard.press('Control+9');
    await page.getByRole('radio', { name: 'English' }).check({ force: true });
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Control+7');
  });
  await check('the workbook is read from its header on, whatever stands above it', async () => {
    await page.getByLabel('Files', { exact: true }).setInputFiles(file);
    const role = page.getByLabel('What Thema becomes');
    await role.waitFor();
    expectThat(
      (await page.getByLabel('What Anliegen becomes').inputValue()) === 'text',
      'the text is another',
    );
    await role.selectOption('labels');
    await page.getByText('What stands above the header was left out').waitFor();
    await page
      .getByRole('button', { name: `Import ${distinct.toLocaleString('en-US')} documents` })
      .waitFor();
    await picture(page, 'support-import');
  });
  await check('what came in is told, rows of one text among it', async () => {
    await page.getByRole('button', { name: /^Import 1,\d+ documents$/ }).click();
    await page.getByText(`${distinct.toLocaleString('en-US')} documents added`).waitFor({ timeout: 60_000 });
    await page.getByText(`${TICKETS - distinct} rows have the text of a row before them`).waitFor();
    await page.getByText('New labels: “Lieferung”, “Preis”.').waitFor();
    await picture(page, 'support-imported');
  });
  await check(
    'sixty tickets are sorted by keyboard alone',
    async () => {
      await screen('Annotate');
      await page.locator('article').waitFor();
      await page.locator('.queue select').selectOption('order');
      await page.locator('article').focus();
      const open = async () => (await page.locator('article .text').innerText()).trim();
      for (let i = 0; i < BY_HAND; i++) {
        await page.locator('article').waitFor();
        const before = await open();
        // A key counts for a document that can be seen.
        await painted(page);
        const topics = topicsOf(before);
        for (const [i, label] of ['Lieferung', 'Preis'].entries()) {
          const wanted = topics.includes(label) ? 'yes' : 'no';
          // What the workbook said already is not said again: the key would take it back.
          const said = page.locator(`li[data-label="${i + 1}"] .choice .${wanted}[aria-pressed=true]`);
          if ((await said.count()) === 0)
            await page.keyboard.press(wanted === 'yes' ? `${i + 1}` : `Shift+Digit${i + 1}`);
        }
        await page.keyboard.press('Enter');
        await until(async () => (await open()) !== before, `after ${i + 1} no other ticket comes`);
      }
      await page.locator('[data-saving=saved]').waitFor();
      const beside = await page.locator('article .beside').innerText();
      expectThat(beside.includes('Betrag'), 'what came with the ticket is not there');
      await picture(page, 'support-annotate');
    },
    () => page,
  );
  await check('the model learns from them, and suggests for all the others', async () => {
    await screen('Train');
    const plan = page.getByRole('region', { name: 'What the training works with' });
    await plan.getByText('Advanced settings').click();
    await plan.getByLabel('Epochs at most').fill('2');
    await plan.getByLabel('Epochs at most').press('Tab');
    await plan.getByRole('button', { name: 'Train' }).click();
    await page
      .getByRole('region', { name: 'Runs' })
      .getByRole('listitem', { name: 'run 1' })
      .waitFor({ timeout: 300_000 });
    await picture(page, 'support-trained');
    await screen('Browse');
    await page.getByRole('grid').locator('[role=row]').nth(1).waitFor();
    // The last ticket that nobody decided is suggested for when all are.
    await page.getByLabel('Order', { exact: true }).selectOption('suggestion');
    const unread = async () => {
      const row = page.getByRole('grid').locator('.body [role=row]').last();
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      return (await row.locator('.chip').count()) === 0;
    };
    await until(async () => !(await unread()), 'the last has no suggestion', 240_000);
    // Until the run has read them all, some have none in what is exported.
    await until(
      async () => (await page.getByText(/^Suggesting/).count()) === 0,
      'the run goes on suggesting',
      240_000,
    );
  });
  await check('and the workbook goes out', async () => {
    await screen('Export');
    await page.getByRole('radio', { name: /^Excel/ }).waitFor();
    await page.getByRole('button', { name: 'Export as Excel' }).click();
    await page.getByText('Exported', { exact: true }).waitFor({ timeout: 120_000 });
    expectThat((await page.getByText('out of date').count()) === 0, 'suggestions were left out');
  });
  await context.close();
  await app.close();
  await check(
    'another library reads every row as it came in, with a person’s or the model’s word',
    async () => {
      const name = readdirSync(home, { recursive: true, encoding: 'utf8' }).find(
        (own) => own.endsWith('.xlsx') && own.includes('support'),
      );
      expectThat(name !== undefined, 'there is no workbook');
      const [header = [], ...out] = (await readSheet(join(home, name))) as unknown as unknown[][];
      expectThat(header.slice(0, 5).join() === MESSY_HEADER.join(), `the header is ${header.join()}`);
      expectThat(out.length === TICKETS, `${out.length} rows`);
      const from = { Lieferung: header.indexOf('Lieferung: from'), Preis: header.indexOf('Preis: from') };
      let byHand = 0;
      for (const [i, { number, day, text: said, total, label }] of rows.entries()) {
        const [own, received, words, sum, topic] = out[i]!;
        const same = own === number && words === said && sum === total && (topic ?? '') === label;
        const onDay = received instanceof Date && received.toISOString().startsWith(day);
        expectThat(same && onDay, `row ${i + 1} is ${String(out[i]!.slice(0, 5))}`);
        const whose = [out[i]![from.Lieferung], out[i]![from.Preis]];
        if (whose.every((one) => one === 'person')) {
          byHand += 1;
          const topics = topicsOf(said);
          for (const one of ['Lieferung', 'Preis'])
            expectThat(
              out[i]![header.indexOf(one)] === (topics.includes(one) ? 'yes' : 'no'),
              `row ${i + 1}: ${one}`,
            );
        } else
          expectThat(
            whose.every((one) => one === 'model' || one === 'person'),
            `row ${i + 1}: ${whose.join()}`,
          );
      }
      // Rows of a text that was decided have its answer, too.
      expectThat(byHand >= BY_HAND, `${byHand} rows are a person's`);
    },
  );
}
