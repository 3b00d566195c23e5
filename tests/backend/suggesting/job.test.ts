import { expect, test } from 'vitest';
import { createRefreshJob } from '../../../backend/suggesting/job.ts';
import { activateRun } from '../../../backend/training/runs.ts';
import { train } from '../../../backend/training/train.ts';
import { annotatedProject } from '../../support/learning.ts';

test('it is told at once that it works, and new documents get embeddings without being asked for', async () => {
  const { project, engine } = annotatedProject(6);
  const job = createRefreshJob(project, engine);
  const events = [];
  for await (const event of job.watch([])) events.push(event);
  expect(events[0]).toEqual({ done: 0, total: 0, begun: true });
  const { embeddings, settings } = project.stores;
  expect(embeddings.count(settings.get('embeddings'))).toBe(6);
});

test('after a training, new documents get embeddings too', async () => {
  const { project, engine } = annotatedProject(24);
  const { embeddings, settings } = project.stores;
  const options = { epochs: 1, maxSteps: 2, batchSize: 4 };
  const { run } = await train(project, engine, { options, device: 'cpu' });
  if (settings.get('activeRun') === 0) activateRun(project, run);
  project.write(() => {
    for (const text of ['one more that came later', 'and another'])
      project.stores.documents.add(
        { externalId: null, text, meta: new Map(), split: null, source: 'test' },
        '2026-01-01T00:00:00.000Z',
      );
  });
  for await (const _ of createRefreshJob(project, engine).watch([]));
  expect(settings.get('activeRun')).toBe(run);
  expect(embeddings.count(settings.get('embeddings'))).toBe(26);
});
