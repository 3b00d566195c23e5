import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { openProject } from '../../../backend/project/file.ts';
import { learnerOf } from '../../../backend/suggesting/learning/learner.ts';
import { suggestionsOf } from '../../../backend/suggesting/reader.ts';
import { setTarget, targetsOf } from '../../../backend/suggesting/targets.ts';
import { thresholdSources, thresholdsOf } from '../../../backend/suggesting/thresholds.ts';
import { suggest } from '../../support/evidence.ts';
import { addDocuments, newProject } from '../../support/project.ts';

/** 200 documents of two labels, a few of them decided. */
function taughtProject() {
  const project = newProject(['a', 'b']);
  const ids = addDocuments(
    project,
    Array.from({ length: 120 }, (_, i) => `text ${i}`),
  );
  const labels = project.stores.labels.all().map(({ id }) => id);
  for (const [i, id] of ids.entries())
    suggest(project, id, new Map(labels.map((label) => [label, i / 20 - 3])));
  annotate(
    project,
    'ada',
    ids
      .filter((_, i) => i % 10 === 0)
      .map((id, i) => (i > 5 ? decided(id, { yes: labels, no: [] }) : decided(id, { yes: [], no: labels }))),
  );
  return { project, ids, labels };
}

test('a target moves the threshold of its label alone, so that it is met in expectation', async () => {
  const { project, ids, labels } = taughtProject();
  const learner = learnerOf(project);
  await learner.follow({ whole: true });
  const best = [...thresholdsOf(project)];
  expect(thresholdSources(project)).toEqual(['expected', 'expected']);
  setTarget(project, [labels[0]!], { of: 'precision', least: 0.95 });
  await learner.follow({ whole: true });
  const now = [...thresholdsOf(project)];
  expect(now[0]).toBeGreaterThan(best[0]!);
  expect(now[1]).toBe(best[1]);
  expect(thresholdSources(project)).toEqual(['target', 'expected']);
  const suggestions = suggestionsOf(project);
  const suggested = ids.map((id) => suggestions.probability(id, labels[0]!)).filter((p) => p >= now[0]!);
  const mean = suggested.reduce((sum, p) => sum + p, 0) / suggested.length;
  expect(mean).toBeGreaterThanOrEqual(0.95);
  const { expected } = learner.learnt!;
  expect(expected.get(labels[0]!)!.now.suggested).toBe(suggested.length);
  expect(expected.get(labels[0]!)!.now.precision.mean).toBeCloseTo(mean, 5);
  // What it costs: fewer are found than at the best F1.
  expect(expected.get(labels[0]!)!.now.recall.mean).toBeLessThan(expected.get(labels[0]!)!.best.recall.mean);

  setTarget(project, labels, null);
  await learner.follow({ whole: true });
  expect([...thresholdsOf(project)]).toEqual(best);
});

test('a threshold that was set by hand gives way to a target, and a later one by hand comes before it', async () => {
  const { project, labels } = taughtProject();
  const { runs } = project.stores;
  project.write(() => runs.setThreshold(0, labels[0]!, 0.77));
  setTarget(project, labels, { of: 'recall', least: 0.9 });
  await learnerOf(project).follow({ whole: true });
  expect(thresholdSources(project)).toEqual(['target', 'target']);
  project.write(() => runs.setThreshold(0, labels[0]!, 0.77));
  expect(thresholdSources(project)).toEqual(['person', 'target']);
});

test('a target is kept in the file; one that cannot be read is none, and a label that is gone is refused', () => {
  const { project, labels } = taughtProject();
  setTarget(project, [labels[1]!], { of: 'recall', least: 0.8 });
  const { path } = project;
  project.close();
  const again = openProject(path);
  expect([...targetsOf(again)]).toEqual([[labels[1], { of: 'recall', least: 0.8 }]]);
  expect(() => setTarget(again, [999], null)).toThrow(expect.objectContaining({ code: 'label_missing' }));
  for (const broken of ['{', '{"1":{"of":"luck","least":0.5}}', '[]']) {
    again.write(() => again.stores.settings.set('targets', broken));
    expect(targetsOf(again).size).toBe(0);
  }
});
