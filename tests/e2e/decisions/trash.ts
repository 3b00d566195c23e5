import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

/** A project goes to the trash of a host that has one, here a folder; the browser's host offers none. */
export async function trash({ browser, home, check, picture }: Setting): Promise<void> {
  const own = join(home, 'of-trash');
  const bin = join(own, 'bin');
  mkdirSync(bin, { recursive: true });
  const project = quietProject(own, 'unwanted', { labels: ['praise', 'price'], texts: ['One.', 'Two.'] });
  annotate(project, 'Ada', [{ ...decided(1, { yes: [1], no: [2] }), status: 'done' }]);
  project.close();
  const title = 'Move the project to the trash?';

  const plain = await startWebApp(home, project.path);
  const inBrowser = await openedPage(browser, plain.url);
  await check('in the browser a project is taken off the list, and there is no trash', async () => {
    await inBrowser.page.getByRole('button', { name: /all projects/ }).click();
    await inBrowser.page.getByRole('button', { name: 'Take unwanted off this list' }).waitFor();
    expectThat(
      (await inBrowser.page.getByRole('button', { name: /to the trash/ }).count()) === 0,
      'it is offered',
    );
  });
  await inBrowser.context.close();
  await plain.close();

  const moveToTrash = async (path: string) => renameSync(path, join(bin, basename(path)));
  const app = await startWebApp(home, undefined, { host: { kind: 'electron', moveToTrash } });
  const { context, page } = await openedPage(browser, app.url);
  const button = page.getByRole('button', { name: 'Move unwanted to the trash…' });
  const dialog = page.getByRole('dialog', { name: title });
  await check(
    'it is asked before, with the file’s name and what is in it; Escape leaves all as it is',
    async () => {
      await button.click();
      await dialog.getByText('“unwanted.entail” goes to the trash: 2 documents and 2 decisions.').waitFor();
      await picture(page, 'trash-asked');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expectThat(existsSync(project.path), 'it is gone');
    },
  );
  await check('a project that is open elsewhere is refused in a sentence', async () => {
    await app.open(project.path);
    await button.click();
    await page.getByRole('alert').getByText('"unwanted.entail" is open. Close it first.').waitFor();
    await picture(page, 'trash-refused');
    expectThat((await dialog.count()) === 0, 'it is asked');
  });
  await check('agreed to, it is in the trash and off the list', async () => {
    await page.reload();
    await page.getByRole('button', { name: /all projects/ }).click();
    await button.click();
    await dialog.getByRole('button', { name: 'Move to the trash' }).click();
    await page.locator('.toast').filter({ hasText: '“unwanted” is in the trash.' }).waitFor();
    await until(async () => (await button.count()) === 0, 'it is in the list');
    expectThat(!existsSync(project.path), 'it is where it was');
    expectThat(readdirSync(bin).join() === 'unwanted.entail', readdirSync(bin).join());
    await picture(page, 'trash-done');
  });
  await context.close();
  await app.close();
}
