import { accessibility } from './accessibility.ts';
import { beginning } from './beginning.ts';
import { ending } from './ending.ts';
import { expectThat, type Story } from './story.ts';

/** The whole story of a project, from nothing to an exported model, in whichever host. */
export async function wholeStory(story: Story): Promise<void> {
  await beginning(story);
  await accessibility(story);
  await ending(story);
  await story.check('the console shows no error, and nothing was refused', async () => {
    const complaints = story.takeComplaints();
    expectThat(complaints.length === 0, complaints.join(' | '));
  });
}
