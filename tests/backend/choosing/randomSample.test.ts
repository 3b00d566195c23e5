import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { nextDocuments } from '../../../backend/choosing/choosing.ts';
import { firstAtRandom, placeOf, randomSample } from '../../../backend/choosing/randomSample.ts';
import type { Project } from '../../../backend/project/file.ts';
import { trainingData } from '../../../backend/training/data.ts';
import { trainingOptions } from '../../../engine/index.ts';
import { trainedLike } from '../../support/evidence.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const texts = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);
const finish = (project: Project, ids: readonly number[], yes: (id: number) => boolean) =>
  annotate(
    project,
    'ada',
    ids.map((id) => decided(id, { yes: yes(id) ? [1] : [], no: yes(id) ? [] : [1] })),
  );

test('places are those of MurmurHash3, one for each document', () => {
  // Reference values of fmix32.
  expect([0, 1, 2, 42].map(placeOf)).toEqual([0, 0x514e28b7, 0x30f4c306, 0x087fcd5c]);
  const ids = Array.from({ length: 10_000 }, (_, i) => i + 1);
  expect(new Set(ids.map(placeOf)).size).toBe(ids.length);
  const first = firstAtRandom(ids, 1000);
  expect(first).toEqual([...ids].sort((a, b) => placeOf(a) - placeOf(b)).slice(0, 1000));
  // Of numbers drawn without replacement from 1 … 10,000 the mean is 5000.5 ± 87.
  expect(Math.abs(first.reduce((sum, id) => sum + id, 0) / 1000 - 5000.5)).toBeLessThan(200);
});

test('the sample is the random order as far as it was worked through without a gap, whoever chose', () => {
  const project = newProject(['a']);
  const ids = addDocuments(project, texts(50));
  const order = firstAtRandom(ids, 50);
  const inSample = () => ids.filter(randomSample(project)).sort((a, b) => placeOf(a) - placeOf(b));
  expect(inSample()).toEqual([]);
  finish(project, [order[0]!, order[1]!, order[3]!, order[9]!], () => true);
  expect(inSample()).toEqual(order.slice(0, 2));
  // Left open: it was its turn, and nobody chose it for what it is.
  annotate(project, 'ada', [{ documentId: order[2]!, values: new Map(), status: 'draft' }]);
  expect(inSample()).toEqual(order.slice(0, 4));
  project.write(() => project.stores.documents.setSplit(order[4]!, 'test'));
  finish(project, [order[5]!], () => true);
  expect(inSample()).toEqual([...order.slice(0, 4), order[5]!]);
});

test('the usual queue takes its random documents in that order, and all of them before anything is suggested', () => {
  const project = newProject(['a']);
  const ids = addDocuments(project, texts(200));
  const choose = (strategy: string, seed = 1) => nextDocuments(project, { strategy, limit: 60, seed });
  const chosen = choose('mix').map(({ document }) => document.id);
  expect(chosen).toEqual(firstAtRandom(ids, 60));
  expect(choose('random').map(({ document }) => document.id)).toEqual(chosen);
  expect(choose('order').map(({ document }) => document.id)).toEqual(ids.slice(0, 60));

  trainedLike(project, new Map(ids.map((id, i) => [id, i / 20 - 5])));
  const mixed = choose('mix', 5);
  const random = mixed.filter(({ reason }) => reason === 'random').map(({ document }) => document.id);
  expect(mixed.length).toBe(60);
  expect(new Set(mixed.map(({ document }) => document.id)).size).toBe(60);
  expect(random.length).toBeGreaterThanOrEqual(6);
  const others = new Set(
    mixed.filter(({ reason }) => reason !== 'random').map(({ document }) => document.id),
  );
  const free = ids.filter((id) => !others.has(id));
  expect(random).toEqual(firstAtRandom(free, random.length));
});

test('documents are held out of the random sample; of all only where there is hardly any', () => {
  const project = newProject(['a']);
  const ids = addDocuments(project, texts(400));
  const order = firstAtRandom(ids, 400);
  const chosen = order.slice(100, 180);
  finish(project, chosen, (id) => id % 2 === 0);
  const data = () =>
    trainingData(project, trainingOptions({}), { heldOutShare: 0.2, negativesPerPositive: 5 });
  expect(data().heldOutAtRandom).toBe(false);
  expect(data().heldOutIds).toHaveLength(16);
  // 9 of the 18 that are wanted of 89.
  finish(project, order.slice(0, 9), (id) => id % 2 === 0);
  expect(data()).toMatchObject({ heldOutAtRandom: true, documents: 80 });
  expect(new Set(data().heldOutIds)).toEqual(new Set(order.slice(0, 9)));
  // 22 of 110, drawn from 30.
  finish(project, order.slice(9, 30), (id) => id % 2 === 0);
  expect(data().heldOutIds).toHaveLength(22);
  expect(data().heldOutIds.every((id) => order.indexOf(id) < 30)).toBe(true);
});
