import { expect, test } from 'vitest';
import { queued } from '../../../backend/choosing/queues.ts';
import { lockTestSample } from '../../../backend/evaluating/testSample.ts';
import { trainedLike } from '../../support/evidence.ts';
import { addDocuments, newProject } from '../../support/project.ts';

test('the queue follows suggestions that come after it was chosen', () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 30 }, (_, i) => `text ${i}`),
  );
  let now = 0;
  const next = () => queued(project, 'uncertainty', 3, () => now);
  expect(next()).toEqual(ids.slice(0, 3).map((id) => ({ id, reason: 'order' })));
  trainedLike(project, new Map(ids.map((id, i) => [id, i === 20 ? 0 : 5])));
  now += 1000;
  const [first, ...rest] = next();
  expect(first).toMatchObject({ id: ids[20] });
  expect(rest.every(({ reason }) => reason !== 'order')).toBe(true);
});

test('where choosing takes long it is repeated seldom: what was chosen is kept meanwhile', () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 30 }, (_, i) => `text ${i}`),
  );
  let now = 0;
  // Each look at the clock is 100 ms after the one before: so long a choice takes.
  const next = () => queued(project, 'uncertainty', 1, () => (now += 100))[0]?.id;
  expect(next()).toBe(ids[0]);
  trainedLike(project, new Map(ids.map((id, i) => [id, i === 20 ? 0 : 5])));
  expect(next()).toBe(ids[0]);
  now += 2000;
  expect(next()).toBe(ids[20]);
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
