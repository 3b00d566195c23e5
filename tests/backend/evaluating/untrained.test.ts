import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { correctText } from '../../../backend/documents/changing.ts';
import { evaluationOf } from '../../../backend/evaluating/evaluation.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { modelDigest } from '../../../backend/models/digest.ts';
import type { Project } from '../../../backend/project/file.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { readUntrained, untrainedProbabilities } from '../../../backend/suggesting/untrained.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';

const compute = { device: 'cpu', precision: APP_PRECISION } as const;

/** A run of the model that suggests from now on; it finds every decision right. */
async function runSuggests(project: Project, model: string): Promise<void> {
  const { runs, settings, annotations, labels, evidence, settled } = project.stores;
  const digest = await modelDigest(model);
  const yes = new Set(
    [...settled.answers()].flatMap(({ documentId, labelId, value }) =>
      value === 'yes' ? [`${documentId} ${labelId}`] : [],
    ),
  );
  project.write(() => {
    const startedAt = '2026-01-01T00:00:00.000Z';
    const revisionId = annotations.lastRevision();
    const id = runs.add({ model, modelDigest: digest, options: {}, revisionId, startedAt });
    settings.set('activeRun', id);
    const source = { kind: 'run', name: String(id), digest: '' } as const;
    for (const scorer of scorersFor(source, labels.all(), APP_PRECISION)) {
      const { labelId } = scorer;
      const scorerId = evidence.scorerId(scorer);
      for (const document of project.stores.documents.ids()) {
        const odds = Float32Array.of(yes.has(`${document} ${labelId}`) ? 3 : -3);
        evidence.put(document, { labelId, scorerId, odds, cosine: null, passage: null });
      }
    }
  });
}

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
  const untrainedAlone = await evaluationOf(project);
  expect(untrainedAlone).toMatchObject({ on: 'test sample', untrained: null });

  await runSuggests(project, model);
  expect(suggestionTable(project)).not.toEqual(before);
  const labels = project.stores.labels.all();
  const ids = [...documents.ids()];
  expect(await untrainedProbabilities(project, labels, ids)).toEqual(before);
  const both = await evaluationOf(project);
  expect(both).toMatchObject({ on: 'test sample', documents: 6, macro: { f1: 1 } });
  expect(both?.untrained).toEqual({
    missing: 0,
    macro: untrainedAlone?.macro,
    micro: untrainedAlone?.micro,
    labels: untrainedAlone?.labels.flatMap(({ labelId, figures }) =>
      figures ? [{ labelId, f1: figures.f1 }] : [],
    ),
  });

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
  expect(evaluation?.untrained).toEqual({ missing: 4, macro: null, micro: null, labels: [] });
  expect(await readUntrained(project, engine, [1, 2, 3, 4], compute)).toBe(4);
  expect((await evaluationOf(project))?.untrained).toMatchObject({
    missing: 0,
    macro: { f1: expect.any(Number) },
  });
});
