import { expectThat, type Story, show, until } from './story.ts';
import { CSV, LABELS } from './texts.ts';

/** Start screen → new project → import → labels → suggestions. */
export async function beginning(story: Story): Promise<void> {
  const { page, check } = story;

  await check('the app opens on the start screen, with the focus on its heading', async () => {
    await page.getByRole('heading', { name: 'Entail' }).waitFor();
    expectThat(!page.url().includes('k='), `the address still has a key: ${page.url()}`);
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    expectThat(focused === 'Entail', `the focus is on ${focused}`);
  });
  await check('a new project asks for a name, and goes on to the import', async () => {
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Shop reviews');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Import', level: 1 }).waitFor();
  });
  await check('a CSV is previewed, its text column found, duplicates and empty rows counted', async () => {
    await story.giveFile({ name: 'reviews.csv', text: CSV });
    await page.getByText('Import 40 documents').waitFor();
    const role = await page.getByLabel('What review becomes').inputValue();
    expectThat(role === 'text', `the review becomes ${role}`);
    const tiles = await page.getByRole('region', { name: 'What would be imported' }).innerText();
    expectThat(/there already\s*1\b/i.test(tiles.replace(/\n/g, ' ')), `duplicates: ${tiles}`);
    expectThat(/refused\s*1\b/i.test(tiles.replace(/\n/g, ' ')), `refused: ${tiles}`);
  });
  await check('another column can be taken as the text, and the preview follows', async () => {
    const becomes = (column: string) => page.getByLabel(`What ${column} becomes`);
    await becomes('number').selectOption('text');
    await becomes('review').selectOption('meta');
    await page
      .getByRole('region', { name: 'The first documents' })
      .getByText('r2', { exact: true })
      .waitFor();
    await becomes('review').selectOption('text');
    await becomes('number').selectOption('meta');
    await page.getByText('Import 40 documents').waitFor();
  });
  await check('the import ends with what was added and the next step', async () => {
    await page.getByRole('button', { name: 'Import 40 documents' }).click();
    await page.getByRole('heading', { name: '40 documents added' }).waitFor();
    await page.getByRole('button', { name: 'Name your labels' }).click();
  });
  await check('labels are added by name and Enter, one after the other', async () => {
    const field = page.getByLabel('New label');
    for (const name of LABELS) {
      await field.fill(name);
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'Labels' }).getByText(name, { exact: true }).waitFor();
    }
  });
  await check('a sentence is scored on some documents while it is typed', async () => {
    const scores = page.getByRole('list', { name: /^How some of your documents score/ });
    await scores.getByRole('listitem').first().waitFor({ timeout: 60_000 });
    expectThat((await scores.getByRole('listitem').count()) === 8, 'not eight documents are shown');
  });
  await labelChanges(story);
  await check('suggestions come by themselves', async () => {
    const working = page.getByRole('progressbar', { name: 'Suggesting labels' });
    await until(async () => (await working.count()) === 0, 'suggestions do not end', 120_000);
  });
}

async function labelChanges(story: Story): Promise<void> {
  const { page, check } = story;
  const list = page.getByRole('list', { name: 'Labels' });
  const names = async () => (await list.locator('.name').allInnerTexts()).join(' ');

  await check('labels are moved by keyboard', async () => {
    await list.getByRole('button', { name: LABELS[2]! }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await until(async () => (await names()) === 'shipping quality price', `the order is ${await names()}`);
    await page.keyboard.press('Alt+ArrowDown');
    await until(async () => (await names()) === LABELS.join(' '), `the order is ${await names()}`);
  });
  await check('a label is renamed in place, and Ctrl+Z takes it back', async () => {
    await list.getByRole('button', { name: 'price' }).click();
    await page.getByLabel('Name', { exact: true }).fill('cost');
    await page.keyboard.press('Enter');
    await list.getByText('cost').waitFor();
    await page.getByRole('heading', { name: 'Labels', level: 1 }).click();
    await page.keyboard.press('Control+z');
    await list.getByText('price').waitFor();
  });
  await check('deleting says what goes, and is undone from its notice', async () => {
    await list.getByRole('button', { name: 'quality' }).click();
    await page.getByText('Both can be undone.').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await until(async () => (await names()) === 'shipping price', `left are ${await names()}`);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await names()) === LABELS.join(' '), `left are ${await names()}`);
  });
  await check('two labels of one name are refused in words', async () => {
    await page.getByLabel('New label').fill('Price');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/differ only in case/)
      .waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Close this notice' }).click();
    await show(story, 'Labels');
  });
}
