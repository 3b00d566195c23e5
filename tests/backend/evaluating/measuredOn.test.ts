import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { firstAtRandom } from '../../../backend/choosing/randomSample.ts';
import { evaluationOf } from '../../../backend/evaluating/evaluation.ts';
import type { Project } from '../../../backend/project/file.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments, newProject } from '../../support/project.ts';

/** A run read all documents: of those in `hard` it says the opposite of what is true, of the others the truth. */
function readProject(count: number, hard: (place: number) => boolean) {
  const project = newProject(['shipping']);
  const ids = addDocuments(
    project,
    Array.from({ length: count }, (_, i) => `text ${i}`),
  );
  const order = firstAtRandom(ids, count);
  const { evidence, labels, settings } = project.stores;
  project.write(() => {
    settings.set('activeRun', 1);
    const run = { kind: 'run', name: '1', digest: '' } as const;
    for (const scorer of scorersFor(run, labels.all(), APP_PRECISION)) {
      const scorerId = evidence.scorerId(scorer);
      for (const [place, id] of order.entries()) {
        const odds = Float32Array.of(isYes(place) === hard(place) ? -3 : 3);
        evidence.put(id, { labelId: scorer.labelId, scorerId, odds, cosine: null, passage: null });
      }
    }
  });
  return { project, finish: (from: number, to: number) => finish(project, order, from, to) };
}

const isYes = (place: number) => place % 2 === 0;

function finish(project: Project, order: readonly number[], from: number, to: number): void {
  annotate(
    project,
    'ada',
    order
      .slice(from, to)
      .map((id, i) => decided(id, isYes(from + i) ? { yes: [1], no: [] } : { yes: [], no: [1] })),
  );
}

test('what the queue chose counts only while fewer than eight documents came at random', async () => {
  const { project, finish } = readProject(60, (place) => place >= 20);
  // Chosen: nothing before them in the random order is finished.
  finish(20, 36);
  expect(await evaluationOf(project)).toMatchObject({ documents: 16, atRandom: false, macro: { f1: 0 } });
  finish(0, 7);
  const few = await evaluationOf(project);
  expect(few).toMatchObject({ documents: 23, atRandom: false, on: 'held-out' });
  expect(few?.macro?.f1).toBeLessThan(0.4);
  finish(7, 8);
  expect(await evaluationOf(project)).toMatchObject({ documents: 8, atRandom: true, macro: { f1: 1 } });
});

test('what was annotated that the model has still to read is told beside what was measured', async () => {
  const { project, engine } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const unread = addDocuments(project, ['came later', 'came later still']);
  annotate(
    project,
    'ada',
    unread.map((id) => decided(id, { yes: [1], no: [] })),
  );
  expect(await evaluationOf(project)).toMatchObject({ on: 'all annotated', documents: 40, notRead: 2 });
});

test('few documents that all came at random are a random sample, however few', async () => {
  const { project, finish } = readProject(60, () => false);
  finish(0, 4);
  const evaluation = await evaluationOf(project);
  expect(evaluation).toMatchObject({ documents: 4, atRandom: true, macro: { f1: 1 } });
  // All are judged at the threshold of now.
  expect(evaluation?.labels).toMatchObject([{ crossFitted: false }]);
  const { low, high } = evaluation!.macro!.intervals.f1;
  expect(high - low).toBeGreaterThan(0.4);
});

test('of yeses alone there is no figure: with them all is right', async () => {
  const { project, finish } = readProject(20, () => false);
  for (const place of [0, 2, 4]) finish(place, place + 1);
  expect(await evaluationOf(project)).toMatchObject({
    macro: null,
    micro: null,
    averagePrecision: null,
    figures: [],
  });
  finish(1, 2);
  const names = (await evaluationOf(project))?.figures.map(({ name }) => name);
  expect(names).toEqual(['subsetAccuracy', 'hammingLoss', 'coverageError']);
});

test('documents of which only what applies is known are not measured on, and told', async () => {
  const { project, finish } = readProject(40, (place) => place % 3 === 0);
  finish(0, 10);
  const before = await evaluationOf(project);
  expect(before).toMatchObject({ documents: 10, atRandom: true, oneSided: 0 });
  // The next ones of the random order.
  const next = firstAtRandom(project.stores.documents.ids(), 20).slice(10);
  annotate(
    project,
    'ada',
    next.map((documentId) => ({ documentId, values: new Map([[1, 'yes']]), status: 'draft' })),
  );
  const after = await evaluationOf(project);
  expect(after).toEqual({ ...before, oneSided: 10, suspects: after?.suspects, untrained: after?.untrained });
  expect(after?.suspects.length).toBeGreaterThan(before?.suspects.length ?? 0);
});

test('a random sample that is tiny beside what was chosen does not count alone', async () => {
  const { project, finish } = readProject(300, () => false);
  finish(0, 10);
  finish(40, 150);
  expect(await evaluationOf(project)).toMatchObject({ documents: 120, atRandom: false });
  finish(10, 14);
  expect(await evaluationOf(project)).toMatchObject({ documents: 14, atRandom: true });
});
