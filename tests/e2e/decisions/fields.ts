import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles } from '../../../backend/importing/importing.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

const TABLE = `ticket,received,message,amount,team,urgent
t-1,24.12.2025,The parcel came late.,9.5,North,yes
t-2,03.01.2026,Much too dear.,120,South,no
t-3,02.03.2025,All was well.,-3,North,no
t-4,15.01.2026,Where is it?,45,West,yes
`;

/** What came with the documents: on the card, as columns, in filters and the order, by keyboard alone. */
export async function fields({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'fields', { labels: ['late', 'price'], texts: [] });
  const file = join(home, 'tickets.csv');
  writeFileSync(file, TABLE);
  const columns = [
    { column: 'ticket', role: 'id' as const },
    { column: 'urgent', role: 'meta' as const },
  ];
  await importFiles(project, { files: [file], annotator: 'ada', columns });
  const { path } = project;
  project.close();
  const app = await startWebApp(home, path);
  const { context, page, screen } = await openedPage(browser, app.url);
  const grid = page.getByRole('grid');
  const texts = async () =>
    (await grid.locator('.body .text bdi').allTextContents()).map((text) => text.trim().replace(/\.$/, ''));
  const shows = (...wanted: string[]) =>
    until(async () => (await texts()).join() === wanted.join(), `it is not ${wanted.join()}`);

  await check('the card has what came with the document, and folds it away for all', async () => {
    await page.locator('article').waitFor();
    const beside = page.getByRole('region', { name: 'What came with the document' });
    await page.locator('.queue select').selectOption('order');
    await beside.getByText('24.12.2025').waitFor();
    await beside.getByText('North').waitFor();
    await picture(page, 'fields-card');
    const fold = beside.getByRole('button', { name: '4 fields' });
    await fold.focus();
    await page.keyboard.press('Enter');
    await beside.getByText('North').waitFor({ state: 'detached' });
    // Nothing was decided by that key, and the next document keeps it folded.
    expectThat((await fold.getAttribute('aria-expanded')) === 'false', 'it is open');
    await page.locator('article').focus();
    await page.keyboard.press('s');
    await until(
      async () => !(await page.locator('article').innerText()).includes('came late'),
      'no next one',
    );
    expectThat((await fold.getAttribute('aria-expanded')) === 'false', 'it opened again');
    await fold.press('Enter');
    await beside.getByText('South').waitFor();
  });
  await check('fields are columns, and which of them is chosen by keyboard', async () => {
    await screen('Browse');
    await grid.getByRole('columnheader', { name: 'received' }).waitFor();
    await grid.getByRole('columnheader', { name: 'amount' }).waitFor();
    expectThat((await grid.getByRole('columnheader', { name: 'team' }).count()) === 0, 'all are columns');
    await page.locator('summary', { hasText: 'Columns' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'team' }).focus();
    await page.keyboard.press('Space');
    await grid.getByRole('columnheader', { name: 'team' }).waitFor();
    await grid.getByText('West').waitFor();
    await picture(page, 'fields-columns');
    await page.keyboard.press('Escape');
    expectThat(
      await page.locator('summary', { hasText: 'Columns' }).evaluate((e) => e === document.activeElement),
      'the focus is lost',
    );
  });
  await check('dates are sorted as dates and numbers as numbers', async () => {
    const order = page.getByLabel('Order');
    await order.selectOption({ label: 'received, earliest first' });
    await shows('All was well', 'The parcel came late', 'Much too dear', 'Where is it?');
    await order.selectOption({ label: 'amount, largest first' });
    await shows('Much too dear', 'Where is it?', 'The parcel came late', 'All was well');
    const header = grid.getByRole('columnheader', { name: 'amount' });
    expectThat((await header.getAttribute('aria-sort')) === 'descending', 'the header does not say so');
  });
  await check('and filtered: by a value, between days, from a number', async () => {
    const field = page.getByLabel('Field', { exact: true });
    await field.selectOption('team');
    await page.getByLabel('Value of team').selectOption('North');
    await shows('The parcel came late', 'All was well');
    await field.selectOption('received');
    await page.getByLabel('received from').fill('2025-12-01');
    await page.getByLabel('received to').fill('2026-01-03');
    await shows('Much too dear', 'The parcel came late');
    await page.getByLabel('Another field', { exact: true }).selectOption('team');
    await page.getByLabel('Value of team').selectOption('North');
    await shows('The parcel came late');
    await picture(page, 'fields-filter');
    await page.getByLabel('Another field', { exact: true }).first().selectOption({ label: 'Another field' });
    await shows('Much too dear', 'The parcel came late');
    await field.selectOption('amount');
    await page.getByLabel('amount from').fill('40');
    await shows('Much too dear', 'Where is it?');
    await page.getByRole('button', { name: 'Show all' }).click();
    await until(async () => (await texts()).length === 4, 'not all are shown');
  });
  await context.close();
  await app.close();
}
