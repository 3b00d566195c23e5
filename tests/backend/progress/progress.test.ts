import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { undo } from '../../../backend/annotating/undo.ts';
import { progressLearnt } from '../../../backend/progress/learnt.ts';
import { progressNow } from '../../../backend/progress/now.ts';
import type { Project } from '../../../backend/project/file.ts';
import { embedDocuments } from '../../../backend/suggesting/embedding.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { ProgressLearnt, ProgressNow } from '../../../contract/index.ts';
import { openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const TEXTS = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);

test('answers are counted per label, also what is left undecided on finished documents', () => {
  const project = newProject();
  const [a, b, c, d] = addDocuments(project, TEXTS(5)) as [number, number, number, number];
  annotate(project, 'ada', [decided(a, { yes: [1], no: [2] })]);
  annotate(project, 'ada', [decided(b, { yes: [1], no: [] })]);
  annotate(project, 'ada', [{ ...decided(c, { yes: [2], no: [] }), status: 'draft' }]);
  annotate(project, 'ada', [{ documentId: d, values: new Map(), status: 'skipped' }]);
  const now = progressNow(project);
  expect(ProgressNow.parse(now)).toEqual(now);
  expect(now).toMatchObject({
    documents: 5,
    done: 2,
    open: 2,
    toLearnFrom: { documents: 5, open: 2 },
    labels: [
      { name: 'shipping', yes: 2, no: 0, undecided: 0 },
      { name: 'price', yes: 1, no: 1, undecided: 1 },
    ],
    pace: null,
    training: { lastRun: null, decidedSince: 3 },
  });
  const [e] = project.stores.documents.ids().slice(-1);
  project.write(() => {
    for (const id of [a, e!]) project.stores.documents.setSplit(id, 'test');
  });
  expect(progressNow(project)).toMatchObject({
    documents: 5,
    open: 2,
    toLearnFrom: { documents: 3, open: 1 },
  });
});

/** A training that learnt from all that is decided now. */
function train(project: Project): void {
  const { runs, annotations } = project.stores;
  project.write(() => {
    const run = runs.add({
      model: 'm',
      modelDigest: '',
      options: {},
      revisionId: annotations.lastRevision(),
      startedAt: '2026-01-01T00:00:00.000Z',
    });
    runs.finish(run, { status: 'done', at: '2026-01-01T00:01:00.000Z', report: {} });
  });
}

test('what was decided since the last training counts once a document, and what was taken back does not', () => {
  const project = newProject();
  const ids = addDocuments(project, TEXTS(8));
  const { documents } = project.stores;
  annotate(project, 'ada', [decided(ids[0]!, { yes: [1], no: [2] })]);
  train(project);
  expect(progressNow(project).training).toEqual({ lastRun: 1, decidedSince: 0 });
  annotate(project, 'ada', [decided(ids[1]!, { yes: [1], no: [2] })]);
  annotate(project, 'ben', [decided(ids[1]!, { yes: [1], no: [] })]);
  annotate(project, 'ada', [decided(ids[0]!, { yes: [2], no: [1] })]);
  annotate(project, 'ada', [decided(ids[2]!, { yes: [1], no: [] })]);
  project.write(() => documents.setSplit(ids[2]!, 'test'));
  expect(progressNow(project).training.decidedSince).toBe(2);
  undo(project, 'ada');
  annotate(project, 'ada', [decided(ids[3]!, { yes: [1], no: [] })]);
  expect(progressNow(project).training.decidedSince).toBe(3);
  undo(project, 'ada');
  expect(progressNow(project).training.decidedSince).toBe(2);
});

test('an answer that was taken back and given again is the one that the training learnt from', () => {
  const project = newProject();
  const [id = 0, other = 0] = addDocuments(project, TEXTS(2));
  annotate(project, 'ada', [decided(id, { yes: [1], no: [2] })]);
  train(project);
  const since = () => progressNow(project).training.decidedSince;
  undo(project, 'ada');
  expect(since()).toBe(0);
  annotate(project, 'ada', [decided(id, { yes: [1], no: [2] })]);
  expect(since()).toBe(0);
  annotate(project, 'ada', [decided(id, { yes: [], no: [1, 2] })]);
  expect(since()).toBe(1);
  annotate(project, 'ada', [decided(other, { yes: [1], no: [2] })]);
  expect(since()).toBe(2);
  annotate(project, 'ada', [decided(id, { yes: [1], no: [2] })]);
  expect(since()).toBe(1);
});

test('what decisions teach is found aside: curve, forecast, agreement, criteria and what labels need', async () => {
  const { project, engine } = annotatedProject(60);
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  await embedDocuments(project, engine, { last: 60 });
  const found = await progressLearnt(project);
  expect(ProgressLearnt.parse(found)).toEqual(found);
  expect(found?.documents).toBe(60);
  expect(found?.curve?.map(({ documents }) => documents)).toEqual([6, 12, 24, 36, 48]);
  expect(found?.forecast?.more).toBe(50);
  // Every decided document but those of the first part is judged once.
  expect(found?.agreement[0]).toMatchObject({ from: 10, to: 20, documents: 10 });
  expect(found?.agreement.map(({ to }) => to)).toEqual([20, 30, 40, 50, 60]);
  expect(found?.criteria.map(({ name }) => name)).toEqual(['stable', 'certain', 'confidence', 'gain']);
  expect(found?.labels.map(({ labelId }) => labelId)).toEqual([1, 2]);
  for (const { f1 } of found?.labels ?? []) expect(f1).not.toBeNull();
  // Nothing was decided since: it is not found again.
  expect(await progressLearnt(project)).toEqual(found);

  // A forecast is of what is left, its criterion always of 50.
  addDocuments(project, TEXTS(20));
  const left = await progressLearnt(project);
  expect(left?.forecast?.more).toBe(20);
  expect(left?.criteria.at(-1)).toEqual(found?.criteria.at(-1));
});

test('without decisions there is nothing to say, and few say what is not known yet', async () => {
  const { project, engine } = annotatedProject(12);
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const found = await progressLearnt(project);
  expect(found).toMatchObject({ documents: 12, curve: null, forecast: null });
  expect(found?.criteria.every(({ value, holds }) => value === null && !holds)).toBe(true);
  expect(await progressLearnt(newProject())).toBeNull();
});

test('the page asks for both', async () => {
  const client = clientOf(await openBackend());
  expect(await client.progress.now()).toMatchObject({ documents: 0, done: 0, pace: null });
  expect(await client.progress.learnt()).toBeNull();
});
