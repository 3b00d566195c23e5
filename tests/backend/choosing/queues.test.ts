import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { createChoiceWorker } from '../../../backend/choosing/choiceWorker.ts';
import { nextIds, nextIdsAside } from '../../../backend/choosing/choosing.ts';
import { queued, settledQueue } from '../../../backend/choosing/queues.ts';
import { lockTestSample } from '../../../backend/evaluating/testSample.ts';
import { learntOf } from '../../../backend/suggesting/learning/learner.ts';
import { STRATEGIES } from '../../../engine/index.ts';
import { suggest, trainedLike } from '../../support/evidence.ts';
import { addDocuments, newProject } from '../../support/project.ts';

test('the queue follows suggestions that come after it was chosen', async () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 30 }, (_, i) => `text ${i}`),
  );
  let now = 0;
  const next = () => queued(project, 'uncertainty', 3, { now: () => now });
  expect(next()).toEqual(ids.slice(0, 3).map((id) => ({ id, reason: 'order' })));
  trainedLike(project, new Map(ids.map((id, i) => [id, i === 20 ? 0 : 5])));
  now += 1000;
  next();
  await settledQueue(project);
  const [first, ...rest] = next();
  expect(first).toMatchObject({ id: ids[20] });
  expect(rest.every(({ reason }) => reason !== 'order')).toBe(true);
});

test('where choosing takes long it is repeated seldom: what was chosen is kept meanwhile', async () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 30 }, (_, i) => `text ${i}`),
  );
  let now = 0;
  // Each look at the clock is 100 ms after the one before: so long a choice takes.
  const next = async () => {
    const first = queued(project, 'uncertainty', 1, { now: () => (now += 100) })[0]?.id;
    await settledQueue(project);
    return first;
  };
  expect(await next()).toBe(ids[0]);
  trainedLike(project, new Map(ids.map((id, i) => [id, i === 20 ? 0 : 5])));
  expect(await next()).toBe(ids[0]);
  expect(await next()).toBe(ids[0]);
  now += 2000;
  await next();
  expect(await next()).toBe(ids[20]);
});

test('choosing aside chooses as choosing at once does, also by embeddings', async () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 40 }, (_, i) => `text ${i}`),
  );
  trainedLike(project, new Map(ids.map((id, i) => [id, (i % 9) - 4])));
  project.write(() => {
    project.stores.settings.set('embeddings', 'made');
    for (const [i, id] of ids.entries())
      project.stores.embeddings.put(id, 'made', Float32Array.of(Math.cos(i), Math.sin(i), i / 40));
  });
  annotate(project, 'ada', [decided(ids[3]!, { yes: [project.stores.labels.all()[0]!.id], no: [] })]);
  const worker = createChoiceWorker();
  for (const { name } of STRATEGIES) {
    const request = { strategy: name, limit: 15, seed: 3 };
    const aside = await nextIdsAside(project, request, worker);
    expect(aside, name).toHaveLength(15);
    expect(aside, name).toEqual(nextIds(project, request));
  }
  worker.close();
});

test('the first choice looks at few documents, and the one among all follows by itself', async () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 500 }, (_, i) => `text ${i}`),
  );
  trainedLike(project, new Map(ids.map((id) => [id, 5])));
  const few = { strategy: 'margin', seed: 1, mostCandidates: 300 };
  const looked = new Set(nextIds(project, { ...few, limit: 300 }).map(({ id }) => id));
  expect(looked.size).toBe(300);
  const doubtful = ids.find((id) => !looked.has(id))!;
  trainedLike(project, new Map([[doubtful, 0]]));
  const sample = nextIds(project, { ...few, limit: 60 });
  expect(queued(project, 'margin', 3)).toEqual(sample.slice(0, 3));
  await settledQueue(project);
  expect(queued(project, 'margin', 1)[0]).toEqual({ id: doubtful, reason: 'margin' });
});

test('the queue is chosen by what the newest decision taught, though nobody learnt it yet', async () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 30 }, (_, i) => `text ${i}`),
  );
  trainedLike(project, new Map(ids.map((id, i) => [id, i / 10])));
  const label = project.stores.labels.all()[0]!.id;
  annotate(
    project,
    'ada',
    ids.slice(0, 10).map((id) => decided(id, { yes: [], no: [label] })),
  );
  queued(project, 'uncertainty', 3);
  await settledQueue(project);
  expect(learntOf(project)?.documents).toBe(10);
  const chosen = queued(project, 'uncertainty', 3).map(({ id }) => id);
  expect(chosen).toEqual(
    nextIds(project, { strategy: 'uncertainty', limit: 60, seed: 1 })
      .slice(0, 3)
      .map(({ id }) => id),
  );
  // Ten noes where yes was likely: what is likeliest is in doubt now, and was least so before.
  expect(Math.min(...chosen)).toBeGreaterThan(ids[20]!);
});

test('one label is asked about near its threshold; while it has hardly an example, where it is likely', async () => {
  const project = newProject(['common', 'rare']);
  const [common, rare] = project.stores.labels.all().map(({ id }) => id) as [number, number];
  const ids = addDocuments(
    project,
    Array.from({ length: 12 }, (_, i) => `text ${i}`),
  );
  // "rare" is likeliest on the last document and in doubt on the third; "common" is in doubt on the first.
  for (const [i, id] of ids.entries())
    suggest(
      project,
      id,
      new Map([
        [common, i / 2],
        [rare, i / 2 - 1],
      ]),
    );
  const reading = (labelId?: number) => {
    const asked = queued(project, 'label', 3, { labelId });
    expect(asked.every(({ reason }) => reason === 'label')).toBe(true);
    return asked.map(({ id }) => ids.indexOf(id));
  };
  expect(reading(rare)).toEqual([11, 10, 9]);
  // Three yeses make an example each; the queue follows.
  annotate(
    project,
    'ada',
    [11, 10, 9].map((i) => decided(ids[i]!, { yes: [common, rare], no: [] })),
  );
  await settledQueue(project);
  const near = reading(rare);
  expect(near).not.toContain(8);
  // Without a label, the one that has the fewest examples is asked about.
  annotate(project, 'ada', [decided(ids[8]!, { yes: [common], no: [rare] })]);
  await settledQueue(project);
  const neediest = nextIds(project, { strategy: 'label', limit: 3, seed: 1 });
  expect(neediest).toEqual(nextIds(project, { strategy: 'label', labelId: rare, limit: 3, seed: 1 }));
  expect(neediest).not.toEqual(nextIds(project, { strategy: 'label', labelId: common, limit: 3, seed: 1 }));
});

test('a test sample that is drawn while a queue is kept comes first', () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three', 'four']);
  expect(queued(project, 'random', 4).some(({ reason }) => reason === 'test sample')).toBe(false);
  lockTestSample(project, { size: 2, seed: 1 });
  expect(queued(project, 'random', 4).map(({ reason }) => reason === 'test sample')).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('what compares documents never becomes random without a word: without embeddings it says why', () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 20 }, (_, i) => `text ${i}`),
  );
  trainedLike(project, new Map(ids.map((id, i) => [id, (i % 9) - 4])));
  const reasons = (strategy: string) => [
    ...new Set(nextIds(project, { strategy, limit: 6, seed: 1 }).map(({ reason }) => reason)),
  ];
  for (const strategy of ['diversity', 'gradients'])
    expect(reasons(strategy)).toEqual(['random, no embeddings yet']);
  expect(reasons('changed')).toEqual(['random, nothing decided yet']);
  expect(reasons('random')).toEqual(['random']);
  // As soon as enough have one, it chooses among those; the others, as new documents, come when they have one.
  project.write(() => {
    project.stores.settings.set('embeddings', 'made');
    for (const [i, id] of ids.slice(0, 12).entries())
      project.stores.embeddings.put(id, 'made', Float32Array.of(Math.cos(i), Math.sin(i), i / 40));
  });
  for (const strategy of ['diversity', 'gradients']) {
    expect(reasons(strategy)).toEqual([strategy]);
    const chosen = nextIds(project, { strategy, limit: 6, seed: 1 });
    expect(chosen.every(({ id }) => ids.indexOf(id) < 12)).toBe(true);
  }
  const more = nextIds(project, { strategy: 'diversity', limit: 13, seed: 1 });
  expect(more.every(({ reason }) => reason === 'random, no embeddings yet')).toBe(true);
});
