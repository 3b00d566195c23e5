import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agreeToModel } from '../../../../backend/models/agreed.ts';
import { addFolder } from '../../../../backend/models/folders.ts';
import { useModel } from '../../../../backend/models/projectModel.ts';
import type { Project } from '../../../../backend/project/file.ts';
import { embedDocuments } from '../../../../backend/suggesting/embedding.ts';
import { withProbabilities } from '../../../../backend/suggesting/fusing.ts';
import { learnerOf } from '../../../../backend/suggesting/learning/learner.ts';
import { learntReading } from '../../../../backend/suggesting/learning/learntReading.ts';
import { suggestionsOf } from '../../../../backend/suggesting/reader.ts';
import { suggest } from '../../../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../../../backend/suggesting/suggestingModel.ts';
import { readUntrained } from '../../../../backend/suggesting/untrained.ts';
import { activateRun } from '../../../../backend/training/runs.ts';
import { train } from '../../../../backend/training/train.ts';
import type { Engine } from '../../../../engine/index.ts';
import { annotatedProject } from '../../../support/learning.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { writeTinyEncoder, writeTinyModel } from '../../../support/tinyModel.ts';

const COMPUTE = { device: 'cpu', precision: 'auto' } as const;
const ALL = { last: Number.MAX_SAFE_INTEGER };

/** How far what the project suggests lies from what the same texts are given outside of it. */
async function apart(project: Project, engine: Engine): Promise<number> {
  await learnerOf(project).follow({ whole: true });
  const labels = project.stores.labels.all();
  const ids = [1, 2, 3, 4, 5, 6, 7, 8];
  const texts = ids.map((id) => project.stores.documents.get(id)!.text);
  const learnt = await learntReading(project);
  expect(learnt).toBeDefined();
  const spec = { ...(await suggestingModel(project)), ...COMPUTE, labels, learnt, texts: async () => texts };
  const rows = await withProbabilities(engine, spec, (score) => score(texts));
  const own = suggestionsOf(project);
  const off = rows.flatMap(({ probabilities }, i) =>
    [...probabilities].map((p, label) => Math.abs(p - own.row(ids[i]!)![label]!)),
  );
  return Math.max(...off);
}

async function otherModel(engine: Engine, encoder: number): Promise<string> {
  const dir = join(temporaryFolder(), 'other');
  writeTinyModel(dir);
  writeTinyEncoder(dir, encoder);
  agreeToModel(dir);
  await addFolder(dir, engine);
  return dir;
}

test('after another model is taken, heads rest on its embeddings and not on those that are kept', async () => {
  const { project, engine, model } = annotatedProject();
  writeTinyEncoder(model);
  await suggest(project, engine, COMPUTE);
  await embedDocuments(project, engine, ALL);
  expect(await apart(project, engine)).toBeLessThan(0.02);
  await useModel(project, await otherModel(engine, 12));
  await suggest(project, engine, COMPUTE);
  expect(await apart(project, engine)).toBeLessThan(0.02);
  await embedDocuments(project, engine, ALL);
  expect(await apart(project, engine)).toBeLessThan(0.02);
});

test('nor do those beside a run that was trained from another model than the project has', async () => {
  const { project, engine, model } = annotatedProject();
  writeTinyEncoder(model);
  await suggest(project, engine, COMPUTE);
  await embedDocuments(project, engine, ALL);
  const { run } = await train(project, engine, {
    options: { epochs: 2, batchSize: 8, learningRate: 1e-3, seed: 3 },
    device: 'cpu',
    model: await otherModel(engine, 12),
  });
  activateRun(project, run);
  await suggest(project, engine, COMPUTE);
  await readUntrained(project, engine, [...project.stores.documents.ids()], { device: 'cpu' });
  expect(await apart(project, engine)).toBeLessThan(0.02);
});
