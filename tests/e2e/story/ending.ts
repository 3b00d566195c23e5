import { statSync } from 'node:fs';
import { expectThat, type Story, show } from './story.ts';

/** Export of annotations and model → end of the app → everything is there again. */
export async function ending(story: Story): Promise<void> {
  const { check } = story;

  await check('annotations are exported, and what the format loses is said before', async () => {
    const { page } = story;
    await show(story, 'Export');
    const card = page.getByRole('region', { name: 'Annotations' });
    await card.getByRole('radio').first().waitFor();
    await card.getByText(/^csv/i).first().click();
    await card.getByText(/can’t carry|keeps everything/).waitFor();
    await card.getByRole('button', { name: /^Export as/ }).click();
    await card.getByRole('status').getByText('Exported').waitFor();
  });
  await check('the trained model is exported, verified, with code to use it', async () => {
    const { page } = story;
    const card = page.getByRole('region', { name: 'Model' });
    await card.getByRole('button', { name: 'Export the model' }).click();
    await card.getByText('Exported and verified').waitFor({ timeout: 180_000 });
    await card.getByRole('tab', { name: 'JavaScript' }).click();
    await card.getByText('@huggingface/transformers').filter({ visible: true }).first().waitFor();
  });
  await check('files of the exported model are downloaded, those in its folders too', async () => {
    const { page } = story;
    const card = page.getByRole('region', { name: 'Model' });
    // A window of the desktop app shows the folder instead.
    if (!page.url().startsWith('http')) {
      expectThat(
        (await card.getByRole('button', { name: /^Download / }).count()) === 0,
        'it can be downloaded',
      );
      await card.getByRole('button', { name: 'Show in folder' }).waitFor();
      return;
    }
    for (const [shown, kept] of [
      ['labels.json', 'labels.json'],
      ['onnx/model.onnx', 'model.onnx'],
    ] as const) {
      const link = card.getByRole('button', { name: `Download ${shown}`, exact: true });
      const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expectThat(file.suggestedFilename() === kept, file.suggestedFilename());
      const { size } = statSync(await file.path());
      expectThat(size > 100, `${shown} has ${size} bytes`);
    }
  });
  await check('after a restart the project is among the recent ones, with all that was done', async () => {
    const before = await progressText(story);
    await story.restart();
    const { page } = story;
    await page.getByRole('button', { name: /^Shop reviews/ }).click();
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await page.getByRole('complementary').getByText(before).waitFor();
  });
}

async function progressText({ page }: Story): Promise<string> {
  const text = await page
    .getByRole('complementary')
    .getByText(/^\d+ of \d+ done$/)
    .innerText();
  expectThat(!text.startsWith('0 '), 'nothing is done yet');
  return text;
}
