import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { updateLabel } from '../../../backend/labels/changes.ts';
import { previewHypotheses } from '../../../backend/suggesting/previewing.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';

const compute = { device: 'cpu', precision: 'fp32' } as const;
/** Largest difference between what was previewed and what is stored for label 1. */
function difference(
  table: ReadonlyMap<number, Float32Array>,
  rows: readonly { id: number; probability: number }[],
) {
  return Math.max(...rows.map(({ id, probability }) => Math.abs(probability - table.get(id)![0]!)));
}

test.each([
  ['entailment alone', false],
  ['the combined reading', true],
])('a preview is what suggesting would store, with %s', async (_, combined) => {
  const { project, engine, model } = annotatedProject(12);
  if (combined)
    writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  const hypotheses = project.stores.labels.all()[0]!.hypotheses;
  const early = await previewHypotheses(project, engine, { labelId: 1, hypotheses });
  await suggest(project, engine, compute);
  expect(early).toHaveLength(8);
  expect(difference(suggestionTable(project), early)).toBeLessThan(1e-3);

  const other = ['the parcel came late', 'shipping .'];
  const preview = await previewHypotheses(project, engine, { labelId: 1, hypotheses: other });
  expect(difference(suggestionTable(project), preview)).toBeGreaterThan(1e-3);
  updateLabel(project, { id: 1, hypotheses: other });
  await suggest(project, engine, compute);
  expect(difference(suggestionTable(project), preview)).toBeLessThan(1e-3);
});

test('a label that is gone is no label to preview', async () => {
  const { project, engine } = annotatedProject(2);
  await expect(previewHypotheses(project, engine, { labelId: 9, hypotheses: ['x'] })).rejects.toMatchObject({
    code: 'label_missing',
  });
});
