import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { evaluationOf } from '../../../backend/evaluating/evaluation.ts';
import { whyNothing } from '../../../backend/evaluating/whyNothing.ts';
import type { Project } from '../../../backend/project/file.ts';
import { embedDocuments } from '../../../backend/suggesting/embedding.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { train } from '../../../backend/training/train.ts';
import type { Engine } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const asInTheApp = { device: 'cpu', precision: 'auto' } as const;
const request = {
  options: { epochs: 1, batchSize: 8, learningRate: 1e-2, seed: 3 },
  device: 'cpu' as const,
};

async function read(project: Project, engine: Engine): Promise<void> {
  await suggest(project, engine, asInTheApp);
  await embedDocuments(project, engine, { last: 100 });
}

test('after a training that held nothing out, the figures of what suggested before it are there as they were', async () => {
  const { project, engine } = annotatedProject(12);
  await read(project, engine);
  const before = (await evaluationOf(project))!;
  expect(before).toMatchObject({ on: 'all annotated', documents: 12, heldOutFrom: null });
  // Each document is judged at thresholds that the others chose.
  expect(before.labels).toMatchObject([{ crossFitted: true }, { crossFitted: true }]);
  const { report } = await train(project, engine, request);
  expect(report).toMatchObject({ heldOutDocuments: 0, tookOver: true });
  await read(project, engine);
  const after = (await evaluationOf(project))!;
  expect(after).toMatchObject({ on: 'before training', documents: 12, heldOutFrom: { least: 20, more: 8 } });
  for (const figures of ['macro', 'micro', 'averagePrecision', 'calibration', 'matrix'] as const)
    expect(after[figures]).toEqual(before[figures]);

  // One document that was decided since tells nothing yet; with a yes and a no of a label, they are measured on.
  const labels = project.stores.labels.all().map(({ id }) => id);
  const [late, dear] = addDocuments(project, ['the parcel came late again', 'the price is so high']);
  annotate(project, 'ada', [decided(late!, { yes: [labels[0]!], no: [labels[1]!] })]);
  await read(project, engine);
  expect(await evaluationOf(project)).toMatchObject({ on: 'before training', heldOutFrom: { more: 7 } });
  annotate(project, 'ada', [decided(dear!, { yes: [labels[1]!], no: [labels[0]!] })]);
  expect(await evaluationOf(project)).toMatchObject({ on: 'held-out', documents: 2, heldOutFrom: null });
});

test('why there is nothing to measure on is told as it is', async () => {
  const project = newProject(['shipping']);
  const ids = addDocuments(
    project,
    Array.from({ length: 30 }, (_, i) => `text ${i}`),
  );
  expect(whyNothing(project)).toEqual({
    why: 'undecided',
    heldOutFrom: { least: 20, more: 20, documents: 30 },
  });
  annotate(
    project,
    'ada',
    ids.map((documentId) => ({ documentId, values: new Map([[1, 'yes']]), status: 'draft' })),
  );
  expect(whyNothing(project)).toMatchObject({ why: 'one-sided', heldOutFrom: { more: 20 } });

  // Trained before anything was suggested: there are no figures of before either.
  const trained = annotatedProject(12);
  expect(whyNothing(trained.project)).toEqual({
    why: 'not read',
    heldOutFrom: { least: 20, more: 8, documents: 12 },
  });
  await train(trained.project, trained.engine, request);
  await read(trained.project, trained.engine);
  expect(await evaluationOf(trained.project)).toBeNull();
  expect(whyNothing(trained.project)).toMatchObject({ why: 'all learnt' });
});
