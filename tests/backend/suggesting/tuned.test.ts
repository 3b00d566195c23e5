import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { correctText } from '../../../backend/documents/changing.ts';
import { checkProject } from '../../../backend/project/check.ts';
import type { Project } from '../../../backend/project/file.ts';
import { embedDocuments, embedTuned } from '../../../backend/suggesting/embedding.ts';
import { withProbabilities } from '../../../backend/suggesting/fusing.ts';
import { learnerOf, learntOf } from '../../../backend/suggesting/learning/learner.ts';
import { learntReading } from '../../../backend/suggesting/learning/learntReading.ts';
import { suggestionsOf } from '../../../backend/suggesting/reader.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../../backend/suggesting/suggestingModel.ts';
import { tunedName } from '../../../backend/suggesting/tuned.ts';
import { readUntrained } from '../../../backend/suggesting/untrained.ts';
import { activateRun } from '../../../backend/training/runs.ts';
import { train } from '../../../backend/training/train.ts';
import { type Engine, EngineError } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';

const COMPUTE = { device: 'cpu', precision: 'auto' } as const;
const REQUEST = { options: { epochs: 2, batchSize: 8, learningRate: 1e-3, seed: 3 }, device: 'cpu' } as const;

/** All that is done in the background after a training. */
async function read(project: Project, engine: Engine): Promise<void> {
  await suggest(project, engine, COMPUTE);
  await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER });
  await readUntrained(project, engine, [...project.stores.documents.ids()], { device: 'cpu' });
}

test('heads rest on what the training tuned once all documents are read by it, here and for other texts', async () => {
  const { project, engine } = annotatedProject();
  await read(project, engine);
  const { run } = await train(project, engine, REQUEST);
  activateRun(project, run);
  await read(project, engine);
  await learnerOf(project).follow({ whole: true });
  expect(tunedName(project)).toBe('');
  expect(learntOf(project)).toMatchObject({ run, isTuned: false });
  const before = suggestionsOf(project).row(2);

  expect(await embedTuned(project, engine, {})).toBe(40);
  expect(tunedName(project)).not.toBe('');
  expect(await learnerOf(project).follow({ whole: true })).toBe(true);
  expect(learntOf(project)).toMatchObject({ run, isTuned: true });
  expect(suggestionsOf(project).row(2)).not.toEqual(before);

  const labels = project.stores.labels.all();
  const texts = [1, 2, 3, 4].map((id) => project.stores.documents.get(id)!.text);
  const learnt = await learntReading(project);
  expect(learnt?.embedder?.tuned).toEqual(project.stores.runs.tuned(run)!.safetensors);
  const spec = { ...(await suggestingModel(project)), ...COMPUTE, labels, learnt, texts: async () => texts };
  const rows = await withProbabilities(engine, spec, (score) => score(texts));
  for (const [i, { probabilities }] of rows.entries()) {
    const own = suggestionsOf(project).row(i + 1)!;
    for (const [label, p] of probabilities.entries()) expect(p).toBeCloseTo(own[label]!, 2);
  }

  // What parts of the decisions teach is judged by embeddings that have not seen the rest.
  const teaching = await learnerOf(project).teaching();
  activateRun(project, 0);
  await suggest(project, engine, COMPUTE);
  await learnerOf(project).follow({ whole: true });
  expect(learntOf(project)).toMatchObject({ run: 0, isTuned: false });
  const plain = await learnerOf(project).teaching();
  expect(teaching?.tables.embeddings?.values).toEqual(plain?.tables.embeddings?.values);
  expect(plain?.tables.embeddings?.values.some((value) => value !== 0)).toBe(true);
});

test('a corrected text is embedded anew by what was tuned', async () => {
  const { project, engine } = annotatedProject();
  const { run } = await train(project, engine, REQUEST);
  activateRun(project, run);
  expect(await embedTuned(project, engine, {})).toBe(40);
  const name = tunedName(project);
  const before = project.stores.tunedEmbeddings.of([1], name).get(1);
  correctText(project, 'ada', { id: 1, text: 'another price .' });
  expect(project.stores.tunedEmbeddings.of([1], name).size).toBe(0);
  expect(await embedTuned(project, engine, {})).toBe(1);
  expect(project.stores.tunedEmbeddings.of([1], name).get(1)).not.toEqual(before);
});

test.each(['no_pairs', 'no_hidden_state', 'diverged'])('a run is done without tuning: %s', async (code) => {
  const { project, engine } = annotatedProject();
  const refusing: Engine = {
    ...engine,
    tune: () => Promise.reject(new EngineError(code, 'Nothing to tune.')),
  };
  const { run } = await train(project, refusing, REQUEST);
  expect(project.stores.runs.get(run)?.status).toBe('done');
  expect(project.stores.runs.tuned(run)).toBeUndefined();
  activateRun(project, run);
  expect(await embedTuned(project, engine, {})).toBe(0);
});

test('damaged weights of it are not used, and the check says so', async () => {
  const { project, engine } = annotatedProject();
  const { run } = await train(project, engine, REQUEST);
  activateRun(project, run);
  const { path } = project;
  project.close();
  const db = new Database(path);
  db.prepare('UPDATE tuned_weights SET safetensors = zeroblob(length(safetensors))').run();
  db.close();
  expect(checkProject(path).problems.join(' ')).toContain(`The weights of run ${run} were changed`);
});
