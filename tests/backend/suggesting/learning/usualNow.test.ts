import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { undo } from '../../../../backend/annotating/undo.ts';
import { deleteDocuments } from '../../../../backend/documents/changing.ts';
import { openProject, type Project } from '../../../../backend/project/file.ts';
import { learnerOf } from '../../../../backend/suggesting/learning/learner.ts';
import { drawPriorSample, priorSample } from '../../../../backend/suggesting/priorSample.ts';
import { suggestionTable } from '../../../../backend/suggesting/suggestionTable.ts';
import { zeroShotOf } from '../../../../backend/suggesting/zeroShot.ts';
import { allFollowed } from '../../../support/asPredicted.ts';
import { FUSION_WEIGHTS } from '../../../support/fusionWeights.ts';
import { annotatedProject } from '../../../support/learning.ts';

const DOCUMENTS = 80;

/** What is suggested before and after learning, in the order of documents. */
function suggested(project: Project): number[][] {
  const plain = zeroShotOf(project);
  return [...suggestionTable(project)].map(([id, row]) => [...row, ...(plain.row(id) ?? [])]);
}

/** The same when the project is read from its file by who knows nothing of before. */
async function suggestedAnew(project: Project): Promise<number[][]> {
  const { path } = project;
  project.close();
  const reopened = openProject(path);
  onTestFinished(() => reopened.close());
  await learnerOf(reopened).follow({ whole: true });
  return suggested(reopened);
}

async function followed() {
  const found = annotatedProject(DOCUMENTS);
  const { project, engine, model } = found;
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  await allFollowed(project, engine);
  return { ...found, first: suggested(project), sample: priorSample(project) };
}

/** Fewer than those with which the sample is drawn anew. */
const SOME = 20;

test('when documents that tell what is usual go, suggestions are what they would be without them', async () => {
  const { project, engine, first, sample } = await followed();
  deleteDocuments(project, 'ada', sample.slice(0, SOME));
  await allFollowed(project, engine);
  expect(priorSample(project)).toEqual(sample.slice(SOME));
  const now = suggested(project);
  expect(first).not.toEqual(expect.arrayContaining(now));
  expect(now).toEqual(await suggestedAnew(project));
});

test('and are as before when they come back', async () => {
  const { project, engine, first, sample } = await followed();
  deleteDocuments(project, 'ada', sample.slice(0, SOME));
  await allFollowed(project, engine);
  undo(project, 'ada');
  await allFollowed(project, engine);
  expect(suggested(project)).toEqual(first);
});

test('others that are drawn to tell it are followed though no evidence is another', async () => {
  const { project, first, sample } = await followed();
  project.derive(() => project.stores.settings.set('priorSample', JSON.stringify({ of: 1, ids: [1, 2, 3] })));
  await learnerOf(project).follow({ whole: true });
  expect(suggested(project)).not.toEqual(first);
  expect(drawPriorSample(project)).toEqual(sample);
  await learnerOf(project).follow({ whole: true });
  expect(suggested(project)).toEqual(first);
});
