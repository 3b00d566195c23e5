import { seriousViolations } from './accessibility.ts';
import { expectThat, type Story, show, until } from './story.ts';

/** A backup by hand → opened as a project of its own → back to the first; the start screen's dialogs on the way. */
export async function backingUp(story: Story): Promise<void> {
  const { page, check } = story;
  const list = page.getByRole('list', { name: 'Backups' });
  const restore = list.getByRole('button', { name: /^Restore/ }).first();

  await check('a backup is made by hand, and stands in the list with its time and size', async () => {
    await show(story, 'Settings');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await list
      .getByText(/just now, .* made by hand/)
      .first()
      .waitFor();
  });
  await check('a backup opens as a project of its own, named after its time', async () => {
    await restore.click();
    await page.getByRole('button', { name: /^Shop reviews \(backup of .*: all projects$/ }).waitFor();
    await page
      .getByRole('status')
      .getByText(/in a file of its own/)
      .first()
      .waitFor();
  });
  await check('the first project is still there, beside the copy', async () => {
    await page.getByRole('button', { name: /: all projects$/ }).click();
    await page.getByRole('heading', { name: 'Your projects' }).waitFor();
    await page.getByRole('button', { name: /^Take Shop reviews \(backup .* off this list$/ }).click();
    const copies = page.getByRole('button', { name: /^Shop reviews \(backup/ });
    await until(async () => (await copies.count()) === 0, 'the copy is still listed');
    expectThat(
      (await page.getByRole('button', { name: /^Shop reviews/ }).count()) === 1,
      'the first is not listed',
    );
  });
  await check('backups of a project that is not open are found on the start screen', async () => {
    await page.getByRole('button', { name: 'Backups of Shop reviews' }).click();
    await page.getByRole('dialog', { name: 'Backups of Shop reviews' }).waitFor();
    await restore.waitFor();
    await page.keyboard.press('Escape');
    await until(async () => (await page.getByRole('dialog').count()) === 0, 'Escape does not close it');
  });
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const button of ['New project', 'Backups of Shop reviews']) {
      await check(
        `axe finds nothing serious on the start screen and its “${button}”, ${scheme}`,
        async () => {
          const before = await seriousViolations(page);
          await page.getByRole('button', { name: button }).click();
          await page.getByRole('dialog').waitFor();
          await page.waitForTimeout(300);
          const serious = [...before, ...(await seriousViolations(page))];
          await page.keyboard.press('Escape');
          await until(async () => (await page.getByRole('dialog').count()) === 0, 'Escape does not close it');
          expectThat(serious.length === 0, serious.join('; '));
        },
      );
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: /^Shop reviews/ }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
}
