import { expectThat, type Story, show } from './story.ts';

/** Only where calls are requests that a test can cut off: the notice while nobody answers, and its end. */
export async function reconnecting(story: Story): Promise<void> {
  const { page, check } = story;
  await check(
    'while the backend does not answer a notice says so, and all goes on once it does',
    async () => {
      await page.route('**/rpc/**', (route) => route.abort());
      await show(story, 'Export');
      await page.getByText('Entail is starting again.').waitFor();
      expectThat((await page.locator('nav').count()) === 1, 'the frame is gone');
      await page.unroute('**/rpc/**');
      await page.getByText('Entail is back. Nothing was lost.').waitFor();
      await page.getByRole('region', { name: 'Annotations' }).waitFor();
      expectThat((await page.getByText('Entail is starting again.').count()) === 0, 'the notice stays');
      story.takeComplaints();
    },
  );
}
