import { expectThat, type Story, show, until } from './story.ts';
import { LABELS } from './texts.ts';

/** What was measured, a threshold moved by keyboard and back, a mistake opened. */
export async function evaluating(story: Story): Promise<void> {
  const { page, check } = story;

  await check('Evaluate says what was measured on, and has figures for every label', async () => {
    await show(story, 'Evaluate');
    await page.getByText(/Measured on \d+ documents/).waitFor({ timeout: 60_000 });
    const table = page.getByRole('region', { name: 'Label by label', exact: true });
    for (const label of LABELS) await table.getByRole('rowheader', { name: label }).waitFor();
  });
  await check('each chart is told in words', async () => {
    for (const name of ['Calibration', 'Learning curve']) {
      const region = page.getByRole('region', { name });
      const chart = region.getByRole('img');
      // By luck of what was held out nothing of the run can be judged; then it says so instead.
      await chart.or(region.getByText(/Each training adds a point here, if/)).waitFor();
      if ((await chart.count()) === 0 && name === 'Learning curve') continue;
      const text = await chart.getAttribute('aria-label');
      expectThat(/\d/.test(text ?? ''), `${name} says ${text}`);
    }
  });
  await check('a threshold is moved by keyboard, saved, and undone', async () => {
    await page.getByRole('button', { name: /^price\s?: curve and threshold/ }).click();
    const panel = page.getByRole('region', { name: 'Curve and threshold of price' });
    const slider = panel.getByRole('slider');
    const shown = () => panel.locator('.slider strong').innerText();
    const before = await shown();
    await slider.focus();
    await page.keyboard.press('Home');
    await until(async () => (await shown()) === '0 %', 'it does not move');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await panel.getByRole('button', { name: 'Use this threshold' }).click();
    // Notices of what was done before may still be there, with an Undo of their own.
    const notice = page.locator('.toast').filter({ hasText: '“price” is suggested from 5 % on.' });
    await notice.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await shown()) === before, `it is ${await shown()} instead of ${before}`);
  });
  await check('a mistake, where there is one, opens the document', async () => {
    const cases = page.getByRole('region', { name: 'Worst mistakes' }).getByRole('listitem');
    if ((await cases.count()) === 0) {
      await page.getByText('No suggestion contradicts a decision of yours.').waitFor();
      return;
    }
    const text = await cases.first().locator('.text').innerText();
    await cases.first().getByRole('button').click();
    await page
      .locator('article')
      .filter({ hasText: text.slice(0, 30) })
      .waitFor();
    await page.locator('li[data-label].asked').getByText('this is in question').waitFor();
    await page.getByRole('button', { name: 'Back to the list' }).click();
    const back = cases
      .filter({ hasText: text.slice(0, 30) })
      .first()
      .getByRole('button');
    await until(() => back.evaluate((own) => own === document.activeElement), 'the case has no focus');
  });
}
