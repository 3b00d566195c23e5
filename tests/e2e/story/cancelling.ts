import type { Page } from 'playwright-core';
import { expectThat, painted, type Story, until } from './story.ts';

const ROWS = 150_000;

/** A large file whose handing over, and whose import, are cancelled half way; then it is imported to its end. */
export async function cancelledImports(page: Page, check: Story['check']): Promise<void> {
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `n${i},"the parcel number ${i} came late . ${'nice '.repeat(8)}"`,
  );
  const file = {
    name: 'large.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['id,text', ...rows].join('\n')),
  };
  const input = page.locator('input[type=file]').first();
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  const documents = async () => {
    const title = await page.locator('[title$=" documents"]').first().getAttribute('title');
    return Number(/of ([\d,]+) documents/.exec(title ?? '')?.[1]?.replaceAll(',', ''));
  };
  const start = page.getByRole('button', { name: /^Import [\d,]+ documents$/ });

  await page.keyboard.press('Control+7');
  await check('24: handing over a large file is cancelled, and the screen is as before', async () => {
    await page.route(/imports\/append/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue().catch(() => undefined);
    });
    await input.setInputFiles(file);
    await cancel.click();
    await page.getByText('Bring in the documents').waitFor();
    await page.unroute(/imports\/append/);
    expectThat((await page.getByRole('alert').count()) === 0, 'it says that something failed');
  });
  await check(
    '24: an import is cancelled half way within a second; what was added is told and kept',
    async () => {
      const before = await documents();
      await input.setInputFiles(file);
      await start.click();
      await until(async () => (await documentsRead(page)) > 5000, 'it does not begin');
      // Measured in the page: this process runs the backend too, which is busy.
      const ms = await cancel.evaluate(async (button: HTMLButtonElement) => {
        const asked = performance.now();
        button.click();
        while (!document.querySelector('[aria-label=Notices]')?.textContent?.includes('was cancelled'))
          await new Promise((resolve) => setTimeout(resolve, 5));
        return performance.now() - asked;
      });
      const notice = page.getByText(
        /^The import was cancelled\. [\d,]+ documents were added before and are kept/,
      );
      await notice.waitFor();
      expectThat(ms < 1000, `it took ${Math.round(ms)} ms`);
      const told = Number(/[\d,]+(?= documents)/.exec(await notice.innerText())?.[0].replaceAll(',', ''));
      expectThat(told > 0 && told < ROWS, `it tells of ${told} documents`);
      expectThat(
        (await documents()) === before + told,
        `there are ${await documents()}, not ${before} and ${told}`,
      );
      await page
        .getByRole('button', { name: `Import ${(ROWS - told).toLocaleString('en')} documents` })
        .waitFor();
    },
  );
  await check('24: after a cancelled import keys are taken and saved', async () => {
    await page.keyboard.press('Control+1');
    await page.locator('article').waitFor();
    const shown = await page.locator('article').textContent();
    await painted(page);
    await page.keyboard.press('0');
    await until(
      async () => (await page.locator('article').textContent()) !== shown,
      'the next one does not come',
    );
    await page.locator('[data-saving=saved]').waitFor();
  });
  await check('24: importing again adds the rest, and each row once', async () => {
    await page.keyboard.press('Control+7');
    const before = await documents();
    await input.setInputFiles(file);
    await start.click();
    await page.getByRole('heading', { name: /documents added$/ }).waitFor({ timeout: 60_000 });
    const added = Number(
      (await page.getByRole('heading', { name: /documents added$/ }).innerText()).replace(/\D/g, ''),
    );
    expectThat(before + added === ROWS + 30, `${before} and ${added} are not ${ROWS + 30}`);
  });
}

/** What the progress of an import shows. */
async function documentsRead(page: Page): Promise<number> {
  const text = await page.locator('main .work .number').textContent({ timeout: 5000 });
  return Number(/([\d,]+) document/.exec(text ?? '')?.[1]?.replaceAll(',', '') ?? 0);
}
