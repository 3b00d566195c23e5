import { expectThat, type Story, show, until } from './story.ts';

/** Search as one types, strange searches, filters, choosing by keyboard, labelling many at once, undo, open. */
export async function browsing(story: Story): Promise<void> {
  const { page, check } = story;
  const grid = page.getByRole('grid', { name: 'Documents' });
  const search = page.getByRole('searchbox');

  await check('Browse lists every document, with the focus on the search', async () => {
    await show(story, 'Browse');
    await count(story, () => true);
    // What was looked for is kept, so that one can come back to it.
    const all = page.getByRole('button', { name: 'Show all' });
    if ((await all.count()) > 0) await all.click();
    await count(story, 40);
    const focused = await search.evaluate((element) => element === document.activeElement);
    expectThat(focused, 'the search does not have the focus');
  });
  await check('search finds while one types', async () => {
    await page.keyboard.type('parcel');
    await count(story, (n) => n > 0 && n < 40);
    // What the first letters find is there for a moment.
    await until(async () => {
      const texts = await grid.locator('.body .row .text').allInnerTexts();
      return texts.length > 0 && texts.every((text) => text.includes('parcel'));
    }, 'other documents are found');
  });
  for (const typed of [
    '"',
    '*',
    'C++',
    "it's",
    '-x',
    'a:b',
    'NEAR(',
    'AND',
    '<img src=x onerror=alert(1)>',
  ]) {
    await check(`81: searching for ${typed} shows no error`, async () => {
      await search.fill(typed);
      await page.waitForTimeout(150);
      await count(story, () => true);
      expectThat((await page.getByRole('alert').count()) === 0, 'an error is shown');
    });
  }
  await check('by keyboard: down to the table, choose five, all of them, none', async () => {
    await search.fill('');
    await count(story, 40);
    await search.press('ArrowDown');
    for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('5 documents chosen').waitFor();
    await page.keyboard.press('Control+a');
    await page.getByText('40 documents chosen').waitFor();
    await page.keyboard.press('Escape');
    const bar = page.getByRole('toolbar', { name: 'Change the chosen documents' });
    await until(async () => (await bar.count()) === 0, 'some are still chosen');
  });
  await check('a click with Shift chooses all between', async () => {
    const rows = grid.locator('.body .row');
    await rows.nth(1).locator('.box').click();
    await rows.nth(4).click({ modifiers: ['Shift'] });
    await page.getByText('4 documents chosen').waitFor();
    await grid.focus();
    await page.keyboard.press('Escape');
  });
  await check('what is chosen is let go with its filter: nothing is changed that is not shown', async () => {
    const bar = page.getByRole('toolbar', { name: 'Change the chosen documents' });
    await search.fill('tent');
    await count(story, (n) => n > 0 && n < 40);
    await search.press('ArrowDown');
    await page.keyboard.press('Control+a');
    await bar.waitFor();
    await search.fill('parcel');
    await until(async () => (await bar.count()) === 0, 'some are still chosen');
    await search.fill('');
    await count(story, 40);
    expectThat((await bar.count()) === 0, 'they are chosen again');
  });
  await check('labelling many is one step, and its notice undoes it', async () => {
    await search.fill('parcel');
    await count(story, (n) => n > 0 && n < 40);
    const before = await grid.locator('.body').innerText();
    await search.press('ArrowDown');
    await page.keyboard.press('Control+a');
    await page.getByLabel('Label for the chosen documents').selectOption({ label: 'quality' });
    await page.getByRole('toolbar').getByRole('button', { name: 'Yes', exact: true }).click();
    await until(
      async () =>
        (await grid.locator('.body .row').filter({ hasText: 'quality' }).count()) === (await rowCount(story)),
      'not every document has the label',
    );
    await page.getByRole('status', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await grid.locator('.body').innerText()) === before, 'it is not as before');
  });
  await check('filters: what is done, what has a label, what is suggested', async () => {
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('State').selectOption('done');
    await count(story, (n) => n >= 20 && n < 40);
    await page.getByLabel('Label', { exact: true }).selectOption({ label: 'price' });
    await count(story, (n) => n > 0 && n < 20);
    await page.getByLabel('State').selectOption('all');
    await page.getByLabel('How the label stands').selectOption('suggested');
    await page.getByRole('slider').fill('0');
    // A slow machine is still scoring.
    await count(story, 40, 240_000);
    await page.getByRole('button', { name: 'Show all' }).click();
    await count(story, 40);
  });
  await check('Enter opens a document to annotate it', async () => {
    await search.fill('tent');
    await count(story, (n) => n > 0 && n < 40);
    await search.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator('article').filter({ hasText: 'tent' }).waitFor();
    await show(story, 'Browse');
    await page.getByRole('button', { name: 'Show all' }).click();
  });
}

async function rowCount({ page }: Story): Promise<number> {
  return Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
}

/** Waits for the number of documents that match. */
async function count(
  story: Story,
  wanted: number | ((n: number) => boolean),
  waitMs?: number,
): Promise<void> {
  const { page } = story;
  const read = async () => {
    const texts = await page.getByRole('search').getByRole('status').allInnerTexts();
    const text = texts[0] ?? '';
    return text === '' ? -1 : Number(text.split(' ')[0]!.replaceAll(',', ''));
  };
  const holds = (n: number) => n >= 0 && (typeof wanted === 'number' ? n === wanted : wanted(n));
  await until(async () => holds(await read()), 'another number of documents matches', waitMs);
}
