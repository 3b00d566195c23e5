import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { correctText } from '../../../backend/documents/changing.ts';
import { evaluationOf } from '../../../backend/evaluating/evaluation.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { APP_PRECISION } from '../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { readUntrained, untrainedProbabilities } from '../../../backend/suggesting/untrained.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';
import { runSuggests } from '../../support/runSuggests.ts';

const compute = { device: 'cpu', precision: APP_PRECISION } as const;

test.each([
  ['entailment alone', false],
  ['entailment and likeness', true],
])('what the untrained model said by %s stays beside a run’s, and Evaluate shows both', async (_, fused) => {
  const { project, engine, model } = annotatedProject(12);
  if (fused)
    writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  const { documents } = project.stores;
  project.write(() => {
    for (const id of [1, 2, 3, 4, 5, 6]) documents.setSplit(id, 'test');
  });
  await suggest(project, engine, compute);
  const before = suggestionTable(project);
  // Decisions taught it something already; beside that stands the model before them.
  const taught = await evaluationOf(project);
  expect(taught).toMatchObject({ on: 'test sample', untrained: { missing: 0, macro: { f1: 2 / 3 } } });

  await runSuggests(project, model);
  expect(suggestionTable(project)).not.toEqual(before);
  const labels = project.stores.labels.all();
  const ids = [...documents.ids()];
  expect(await untrainedProbabilities(project, labels, ids)).toEqual(before);
  const both = await evaluationOf(project);
  expect(both).toMatchObject({ on: 'test sample', documents: 6, macro: { f1: 1 } });
  expect(both?.untrained).toEqual(taught?.untrained);

  // A document whose text is another now has been read by neither; the untrained model reads it when it is wanted.
  const text = documents.get(2)!.text;
  correctText(project, 'ada', { id: 2, text: 'quite another text' });
  correctText(project, 'ada', { id: 2, text });
  expect(await untrainedProbabilities(project, labels, [2])).toEqual(new Map());
  const suggested = suggestionTable(project);
  expect(await readUntrained(project, engine, [1, 2], compute)).toBe(1);
  expect(await untrainedProbabilities(project, labels, ids)).toEqual(before);
  expect(suggestionTable(project)).toEqual(suggested);
  expect(await readUntrained(project, engine, [1, 2], compute)).toBe(0);
});

test('a label that came after the training is read by the untrained model before both are compared', async () => {
  const { project, engine, model } = annotatedProject(12);
  project.write(() => {
    for (const id of [1, 2, 3, 4]) project.stores.documents.setSplit(id, 'test');
  });
  await suggest(project, engine, compute);
  addLabels(project, [{ name: 'colour', hypotheses: [] }]);
  const ids = project.stores.labels.all().map(({ id }) => id);
  annotate(
    project,
    'ada',
    [1, 2].map((id) => decided(id, { yes: [ids[2]!], no: [] })),
  );
  await runSuggests(project, model);
  const evaluation = await evaluationOf(project);
  expect(evaluation?.untrained).toEqual({
    missing: 4,
    macro: null,
    micro: null,
    averagePrecision: null,
    labels: [],
  });
  expect(await readUntrained(project, engine, [1, 2, 3, 4], compute)).toBe(4);
  expect((await evaluationOf(project))?.untrained).toMatchObject({
    missing: 0,
    macro: { f1: expect.any(Number) },
  });
});
