import { accessibility } from './accessibility.ts';
import { annotating } from './annotate.ts';
import { backingUp } from './backups.ts';
import { beginning } from './beginning.ts';
import { browsing } from './browse.ts';
import { ending } from './ending.ts';
import { evaluating } from './evaluate.ts';
import { german } from './german.ts';
import { expectThat, type Story } from './story.ts';
import { trainingStory } from './train.ts';

/** The whole story of a project, from nothing to an exported model, in whichever host. */
export async function wholeStory(story: Story): Promise<void> {
  await beginning(story);
  await annotating(story);
  await browsing(story);
  await trainingStory(story);
  await evaluating(story);
  await accessibility(story);
  await german(story);
  await backingUp(story);
  await ending(story);
  await story.check('the console shows no error, and nothing was refused', async () => {
    const complaints = story.takeComplaints();
    expectThat(complaints.length === 0, complaints.join(' | '));
  });
}
