import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../../backend/project/file.ts';
import { seriousViolations } from '../e2e/story/accessibility.ts';
import { expectThat, until } from '../e2e/story/story.ts';
import { writeTinyModel } from '../support/tinyModel.ts';
import type { Checks } from './checks.ts';
import { launch, type ShellApp } from './launch.ts';
import { writeSmallProject } from './smallProject.ts';

const TOKEN = 'hf_AbcdefgSecret0123456789';

/** What the shell's dialog is asked for, and its answer instead of a window. */
async function answerFolder({ main }: ShellApp, path: string | null): Promise<void> {
  const answer = { canceled: path === null, filePaths: path === null ? [] : [path] };
  await main?.evaluate(`void (electron.dialog.showOpenDialog = async (...args) => {
    globalThis.askedFor = args.at(-1);
    return ${JSON.stringify(answer)};
  })`);
}

const asked = ({ main }: ShellApp) => main!.evaluate<string>('JSON.stringify(globalThis.askedFor ?? null)');

/** A folder with a model becomes the base model: by the system's dialog alone, with its outputs named where they are not. */
export async function models({ check }: Checks, home: string): Promise<void> {
  const path = writeSmallProject(home, { documents: 20, annotated: 4, model: 'tiny' });
  const folder = join(home, 'files', 'Exported model');
  writeTinyModel(folder, 11);
  const config = join(folder, 'config.json');
  const id2label = { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' };
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), id2label }));
  const app = await launch({ home, args: [path] });
  const { page } = app;
  const button = page.getByRole('button', { name: 'Choose a folder…' });
  const shot = async (name: string) => {
    const into = process.env.ENTAIL_SHOTS;
    if (into) await page.screenshot({ path: join(into, `${name}.png`) });
  };
  try {
    await page.locator('article').waitFor({ timeout: 60_000 });
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Settings' }).click();
    await check('a dialog that is cancelled changes nothing', async () => {
      await answerFolder(app, null);
      await button.click();
      await until(async () => (await asked(app)) !== 'null', 'no dialog was opened');
      const { properties } = JSON.parse(await asked(app)) as { properties: string[] };
      expectThat(properties.join() === 'openDirectory', `the dialog is for ${properties.join()}`);
      await until(() => button.isEnabled(), 'it does not end');
      expectThat((await page.getByText(folder).count()) === 0, 'a folder is listed');
    });
    await check('a folder without a model is refused in one sentence', async () => {
      await answerFolder(app, join(home, 'files'));
      await button.click();
      await page.getByText('has no model.onnx and no onnx/model.onnx').waitFor();
      await shot('refused');
    });
    await check('a folder whose outputs have no names is used once they have', async () => {
      await answerFolder(app, folder);
      await button.click();
      const dialog = page.getByRole('dialog', { name: 'What its outputs mean' });
      await dialog.getByRole('combobox', { name: 'Entailment' }).waitFor({ timeout: 60_000 });
      await dialog.getByRole('combobox', { name: 'Entailment' }).selectOption('LABEL_1');
      await dialog.getByRole('combobox', { name: 'Contradiction' }).selectOption('LABEL_0');
      await shot('outputs');
      await dialog.getByRole('button', { name: 'Remember' }).click();
      const entry = page.getByRole('listitem').filter({ hasText: folder });
      await entry.getByText('suggests now').waitFor();
      await page.getByText('Suggestions come from it now.').waitFor();
      const serious = await seriousViolations(page);
      expectThat(serious.length === 0, serious.join('; '));
      await entry.scrollIntoViewIfNeeded();
      await shot('used');
    });
    await check('a folder that went away is said to be gone', async () => {
      rmSync(folder, { recursive: true });
      const screens = page.getByRole('navigation', { name: 'Screens' });
      await screens.getByRole('button', { name: 'Annotate' }).click();
      await screens.getByRole('button', { name: 'Settings' }).click();
      const entry = page.getByRole('listitem').filter({ hasText: folder });
      await entry.getByText('The folder is not there now.').waitFor();
      await shot('gone');
    });
    await check('a token is kept as this system can, said so, removed, and in no file', async () => {
      await page.getByLabel('Token for huggingface.co').fill(TOKEN);
      await page.getByRole('button', { name: 'Keep', exact: true }).click();
      const kept = page.getByText(/A token for huggingface\.co is kept/);
      await kept.waitFor();
      await kept.scrollIntoViewIfNeeded();
      await shot('token');
      const serious = await seriousViolations(page);
      expectThat(serious.length === 0, serious.join('; '));
      const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).map((name) => join(home, name));
      const found = files.filter(
        (file) => lstatSync(file).isFile() && readFileSync(file, 'latin1').includes(TOKEN),
      );
      expectThat(found.length === 0, `it stands in ${found.join(', ')}`);
      await page.getByRole('button', { name: 'Remove the token' }).click();
      await page.getByLabel('Token for huggingface.co').waitFor();
    });
  } finally {
    await app.close();
  }
  await check('the project names the folder that was chosen', async () => {
    const project = openProject(path);
    try {
      const model = project.stores.settings.get('model');
      expectThat(model === folder, `it names ${model}`);
    } finally {
      project.close();
    }
  });
}
