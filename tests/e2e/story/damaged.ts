import { statSync, truncateSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expectThat, type Story } from './story.ts';

/** A project whose file was cut off while it was closed leads to its backups, and one of them opens. */
export async function damagedProject(page: Page, check: Story['check'], path: string): Promise<void> {
  await check('27: a damaged project is told of in words, and its backups are offered at once', async () => {
    await page.keyboard.press('Control+9');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByRole('list', { name: 'Backups' }).waitFor();
    await page.getByRole('button', { name: /: all projects$/ }).click();
    await page.getByRole('heading', { name: 'Your projects' }).waitFor();
    truncateSync(path, Math.floor(statSync(path).size / 2));
    await page.getByRole('button', { name: /^short texts/ }).click();
    await page.getByText(/"short texts.entail" is damaged/).waitFor();
    await page.getByRole('dialog', { name: 'Backups of short texts' }).waitFor();
  });
  await check('27: a backup of it opens with all its documents, and the damaged file stays', async () => {
    const before = statSync(path);
    await page
      .getByRole('button', { name: /^Restore the backup/ })
      .first()
      .click();
    await page.locator('article').waitFor();
    await page
      .getByRole('complementary')
      .getByText(/ of 30 done$/)
      .waitFor();
    const { size, mtimeMs } = statSync(path);
    expectThat(size === before.size && mtimeMs === before.mtimeMs, 'the damaged file was changed');
  });
}
