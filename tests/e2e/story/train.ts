import type { Page } from 'playwright-core';
import { document } from './annotate.ts';
import { expectThat, type Story, show, until } from './story.ts';

/**
 * The first run ends and suggests. What these stories decide is little and made up, so that by luck of which documents
 * are held out a run can do worse on them than what suggested before: then it must say so, and a click takes it.
 */
export async function suggestsNow(page: Page, timeout: number): Promise<void> {
  const run = page.getByRole('region', { name: 'Runs' }).getByRole('listitem', { name: 'run 1' });
  const use = run.getByRole('button', { name: 'Use this run' });
  const badge = run.getByText('suggests now', { exact: true });
  await badge.or(use).first().waitFor({ timeout });
  if ((await use.count()) > 0) {
    await run.getByText(/It does worse, so what suggested before went on suggesting\./).waitFor();
    await use.click();
  }
  await badge.waitFor();
}

/** A plan, a training with live curves that goes on while one annotates and over a reload; names, going back. */
export async function trainingStory(story: Story): Promise<void> {
  const { page, check } = story;
  const live = page.getByRole('region', { name: 'Training' });
  const runs = page.getByRole('region', { name: 'Runs' });
  const trained = runs.getByRole('listitem', { name: 'run 1' });

  await check('before it starts, it says what the training works with', async () => {
    await show(story, 'Train');
    const plan = page.getByRole('region', { name: 'What the training works with' });
    await plan.getByText('Documents to learn from').waitFor();
    await plan.getByText('Advanced settings').click();
    await plan.getByLabel('Epochs at most').fill('3');
    await plan.getByLabel('Epochs at most').press('Tab');
  });
  await check('one button trains, and the loss curve moves', async () => {
    await page
      .getByRole('region', { name: 'What the training works with' })
      .getByRole('button', { name: 'Train' })
      .click();
    await live.getByText(/Step \d+ of \d+ · \d+ pairs per second/).waitFor({ timeout: 120_000 });
    const first = await live.getByRole('img').getAttribute('aria-label');
    const moved = async () => (await live.getByRole('img').getAttribute('aria-label')) !== first;
    await until(moved, `the curve stays at: ${first}`, 60_000);
  });
  await check('documents can be annotated meanwhile, and each is saved', async () => {
    await show(story, 'Annotate');
    const text = await document(story);
    await page.keyboard.press('0');
    await until(async () => (await document(story)) !== text, 'the next document does not come', 20_000);
    await page.locator('[data-saving=saved]').waitFor();
    await page.keyboard.press('u');
    await until(async () => (await document(story)) === text, 'it does not come back', 20_000);
  });
  await check('after a reload the training is still there, with its curve from the start', async () => {
    await page.reload();
    await show(story, 'Train');
    // A model that is very small has learnt by now: then the run is there instead.
    const there = live.getByRole('img').or(trained);
    await there.first().waitFor({ timeout: 60_000 });
  });
  await check(
    'it ends in a run with figures that suggests now, or says why not and takes one click',
    async () => {
      await suggestsNow(page, 600_000);
      await page.getByRole('button', { name: 'Details of run 1' }).click();
      await runs
        .getByText(/Macro F1 on what is held out|no held-out figures/)
        .first()
        .waitFor();
    },
  );
  await check('a run is renamed by keyboard', async () => {
    await runs.getByRole('button', { name: /^run 1\s?, rename$/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('first try');
    await page.keyboard.press('Enter');
    await runs.getByText('first try').first().waitFor();
    const focused = await page.evaluate(() => globalThis.document.activeElement?.textContent);
    expectThat(focused?.includes('first try') === true, `the focus is on ${focused}`);
  });
  await check('one can go back to the model as it came, and forward again', async () => {
    await runs.getByRole('button', { name: 'Go back to it' }).click();
    await runs.getByRole('button', { name: 'Use this run' }).waitFor();
    await runs.getByRole('button', { name: 'Use this run' }).click();
    await runs.getByRole('button', { name: 'Go back to it' }).waitFor();
  });
  await check('the suggestions of the run come by themselves', async () => {
    const working = page.getByRole('progressbar', { name: 'Suggesting labels' });
    await page.waitForTimeout(500);
    await until(async () => (await working.count()) === 0, 'suggestions do not end', 600_000);
  });
}
