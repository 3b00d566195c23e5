import { expectThat, painted, type Story, show, until } from './story.ts';
import { LABELS, labelsOf } from './texts.ts';

/** More than the least that a training holds some out of: what is annotated below is taken back, skipped or a sole no, too. */
const DOCUMENTS = 24;

/** Two dozen documents by keyboard, undo and redo, skip, flag, note, find by typing, history; each key saved. */
export async function annotating(story: Story): Promise<void> {
  const { page, check } = story;

  await check('Annotate shows a document, and the focus is on its text', async () => {
    await show(story, 'Annotate');
    await document(story);
    await until(
      async () => (await page.evaluate(() => globalThis.document.activeElement?.tagName)) === 'ARTICLE',
      'the text does not have the focus',
    );
  });
  await check(
    `${DOCUMENTS} documents are annotated by keyboard, each saved and followed by another`,
    async () => {
      const before = await done(story);
      const seen = new Set<string>();
      for (let i = 0; i < DOCUMENTS; i++) {
        const text = await document(story);
        seen.add(text);
        const wanted = labelsOf(text);
        for (const [at, label] of LABELS.entries())
          await page.keyboard.press(wanted.includes(label) ? `${at + 1}` : `Shift+${at + 1}`);
        await page.keyboard.press('Enter');
        await until(async () => (await document(story)) !== text, 'the next document does not come');
      }
      expectThat(seen.size === DOCUMENTS, `only ${seen.size} different documents were shown`);
      await until(async () => (await done(story)) === before + DOCUMENTS, `${await done(story)} are done`);
      await saved(story);
    },
  );
  await check('U brings the last document back with its decisions, R finishes it again', async () => {
    const before = await done(story);
    const shown = await document(story);
    await page.keyboard.press('u');
    await until(async () => (await document(story)) !== shown, 'nothing came back');
    const text = await document(story);
    await until(
      async () => (await yes(story)).join() === sorted(labelsOf(text)).join(),
      `yes: ${await yes(story)}`,
    );
    await until(async () => (await done(story)) === before - 1, 'it still counts as done');
    await page.keyboard.press('r');
    await until(async () => (await done(story)) === before, 'it does not count as done again');
  });
  await check('Ctrl+Z and Ctrl+Shift+Z do the same', async () => {
    const before = await done(story);
    await page.keyboard.press('Control+z');
    await until(async () => (await done(story)) === before - 1, 'nothing was undone');
    await page.keyboard.press('Control+Shift+z');
    await until(async () => (await done(story)) === before, 'nothing was done again');
  });
  await check(
    'a label is found by typing: two letters and Enter, and what is typed does nothing else',
    async () => {
      await page.keyboard.press('s');
      await page.waitForTimeout(300);
      const text = await document(story);
      await page.keyboard.type('/qu');
      await page.keyboard.press('Enter');
      await until(async () => (await yes(story)).includes('quality'), 'quality is not a yes');
      expectThat((await document(story)) === text, 'another document is shown');
      await page.keyboard.type('/qu');
      await page.keyboard.press('Shift+Enter');
      await until(async () => !(await yes(story)).includes('quality'), 'quality is still a yes');
    },
  );
  await marks(story);
  await check('0 says none apply and goes on; S skips', async () => {
    const first = await document(story);
    await page.keyboard.press('0');
    await until(async () => (await document(story)) !== first, '0 does not go on');
    const second = await document(story);
    await page.keyboard.press('s');
    await until(async () => (await document(story)) !== second, 'S does not go on');
    await saved(story);
  });
  await changingKeys(story);
}

async function marks(story: Story): Promise<void> {
  const { page, check } = story;

  await check('F flags, N writes a note, and the side panel tells the history', async () => {
    await page.keyboard.press('f');
    await page.getByText('Flagged', { exact: true }).waitFor();
    await page.keyboard.press('n');
    await inNote(story);
    await page.keyboard.type('ask 1 colleague');
    await page.keyboard.press('Escape');
    await saved(story);
    const panel = page.getByRole('complementary', { name: 'Note, history and guidelines' });
    await panel.getByText('quality').first().waitFor();
    await page.keyboard.press('i');
    await until(async () => (await panel.count()) === 0, 'the panel does not close');
    await page.keyboard.press('f');
    await saved(story);
  });
  await check('the note is there after a reload', async () => {
    const text = await document(story);
    await page.reload();
    await show(story, 'Browse');
    await page.getByRole('searchbox').fill(text.slice(0, 40));
    const row = page.getByRole('grid').getByRole('row').nth(1);
    await until(async () => (await row.innerText()).includes(text.slice(0, 30)), 'it is not found');
    await row.dblclick();
    await until(async () => (await document(story)) === text, 'another document is open');
    await page.keyboard.press('n');
    await inNote(story);
    const value = await page.getByLabel('Note', { exact: true }).inputValue();
    expectThat(value === 'ask 1 colleague', `the note is “${value}”`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    const panel = page.getByRole('complementary', { name: 'Note, history and guidelines' });
    await until(async () => (await panel.count()) === 0, 'the panel does not close');
  });
}

/** Waits until what is typed goes into the note. */
async function inNote({ page }: Story): Promise<void> {
  const note = page.getByLabel('Note', { exact: true });
  const focused = () => note.evaluate((element) => element === globalThis.document.activeElement);
  await until(focused, 'the note has no focus');
}

async function changingKeys(story: Story): Promise<void> {
  const { page, check } = story;

  await check('? shows all keys; one is changed, works, and is put back', async () => {
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.getByRole('button', { name: /^Skip: s/ }).click();
    await page.keyboard.press('x');
    await dialog.getByRole('button', { name: /^Skip: x/ }).waitFor();
    await page.keyboard.press('Escape');
    await until(async () => (await dialog.count()) === 0, 'the dialog does not close');
    const text = await document(story);
    await page.keyboard.press('s');
    await page.waitForTimeout(150);
    expectThat((await document(story)) === text, 'S still skips');
    await page.keyboard.press('x');
    await until(async () => (await document(story)) !== text, 'X does not skip');
    await page.keyboard.press('?');
    await dialog.getByRole('button', { name: 'Put all keys back' }).click();
    await dialog.getByRole('button', { name: /^Skip: s/ }).waitFor();
    await page.keyboard.press('Escape');
    await until(async () => (await dialog.count()) === 0, 'the dialog does not close');
  });
}

/** The open document's text, once there is one and it is painted. */
export async function document({ page }: Story): Promise<string> {
  const text = (await page.locator('article .text').innerText()).trim();
  await painted(page);
  return text;
}

/** Names of the labels that are a yes, sorted. */
async function yes({ page }: Story): Promise<string[]> {
  return sorted(await page.locator('[data-label].yes .name').allInnerTexts());
}

const sorted = (names: readonly string[]): string[] => [...names].sort();

/** How many documents are done, by the toolbar. */
async function done({ page }: Story): Promise<number> {
  const text = await page.locator('.toolbar .progress').innerText();
  return Number(text.split(' ')[0]!.replaceAll(',', ''));
}

async function saved({ page }: Story): Promise<void> {
  await page.locator('[data-saving=saved]').waitFor();
}
