import { expect, test } from 'vitest';
import { createRefreshJob } from '../../../backend/suggesting/job.ts';
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
