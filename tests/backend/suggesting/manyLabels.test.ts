import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addLabels } from '../../../backend/labels/labels.ts';
import { withProbabilities } from '../../../backend/suggesting/fusing.ts';
import { previewHypotheses } from '../../../backend/suggesting/previewing.ts';
import { priorSample } from '../../../backend/suggesting/priorSample.ts';
import { projectPriors } from '../../../backend/suggesting/priors.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../../backend/suggesting/suggestingModel.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { countingPairs } from '../../support/countingPairs.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';
import { WORDS } from '../../support/tinyModel.ts';

const compute = { device: 'cpu', precision: 'fp32' } as const;
const LABELS = 30;
/** More than tell what is usual for labels. */
const DOCUMENTS = 80;

function manyLabels() {
  const found = annotatedProject(DOCUMENTS);
  const { project, model } = found;
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  addLabels(
    project,
    Array.from({ length: LABELS - 2 }, (_, i) => {
      const name = `${WORDS[5 + (i % 6)]} ${WORDS[11 + (i % 5)]}`;
      return { name: `${name} ${i}`, hypotheses: [`this is about ${name} .`, `${name} is nice`] };
    }),
  );
  const asked = project.stores.labels.all().map(({ hypotheses }) => hypotheses.length);
  expect(asked).toHaveLength(LABELS);
  return { ...found, sentences: asked.reduce((sum, count) => sum + count, 0) };
}

test('with many labels a text is read for its likeliest, after those that tell what is usual, and predicted alike', async () => {
  const { project, engine, sentences } = manyLabels();
  const { engine: counted, pairs } = countingPairs(engine);
  expect(await suggest(project, counted, compute)).toHaveLength(DOCUMENTS);
  const sample = priorSample(project);
  expect(sample).toHaveLength(48);
  expect(pairs()).toBeGreaterThan(48 * sentences + (DOCUMENTS - 48) * 16);
  expect(pairs()).toBeLessThanOrEqual(48 * sentences + (DOCUMENTS - 48) * 32);
  const table = suggestionTable(project);
  expect([...table.values()].flatMap((row) => [...row]).every(Number.isFinite)).toBe(true);
  const labels = project.stores.labels.all();
  const source = await suggestingModel(project);
  const priors = await projectPriors(project, engine, source, { labels, ...compute });
  expect(priors.rest).toHaveLength(LABELS);
  const others = [...table.keys()].filter((id) => !sample.includes(id));
  const texts = others.map((id) => project.stores.documents.get(id)!.text);
  const spec = { ...source, labels, priors, ...compute, texts: async () => texts };
  const rows = await withProbabilities(engine, spec, (score) => score(texts));
  for (const [i, id] of others.entries())
    rows[i]!.probabilities.forEach((p, label) => {
      expect(p).toBeCloseTo(table.get(id)![label]!, 5);
    });
}, 60_000);

test('a new label among many is read for the texts that are like it, and a preview of its sentences is what is stored', async () => {
  const { project, engine } = manyLabels();
  await suggest(project, engine, compute);
  addLabels(project, [{ name: 'late', hypotheses: ['this is about late .'] }]);
  const { engine: counted, pairs } = countingPairs(engine);
  expect(await suggest(project, counted, compute)).toHaveLength(DOCUMENTS);
  expect(pairs()).toBeGreaterThanOrEqual(48);
  expect(pairs()).toBeLessThanOrEqual(DOCUMENTS);
  const label = project.stores.labels.all().at(-1)!;
  const preview = await previewHypotheses(project, engine, {
    labelId: label.id,
    hypotheses: label.hypotheses,
  });
  const table = suggestionTable(project);
  const sample = new Set(priorSample(project));
  const read = preview.filter(({ id }) => !sample.has(id));
  expect(read.length).toBeGreaterThan(0);
  for (const { id, probability } of read) expect(probability).toBeCloseTo(table.get(id)![LABELS]!, 3);
}, 60_000);
