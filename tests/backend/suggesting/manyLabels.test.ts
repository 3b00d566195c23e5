import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLabel } from '../../../backend/labels/changes.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import type { Project } from '../../../backend/project/file.ts';
import { withProbabilities } from '../../../backend/suggesting/fusing.ts';
import { previewHypotheses } from '../../../backend/suggesting/previewing.ts';
import { priorSample } from '../../../backend/suggesting/priorSample.ts';
import { projectPriors } from '../../../backend/suggesting/priors.ts';
import { isUnasked } from '../../../backend/suggesting/scorers.ts';
import { staleSuggestions } from '../../../backend/suggesting/staleness.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../../backend/suggesting/suggestingModel.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import type { Engine } from '../../../engine/index.ts';
import { countingPairs } from '../../support/countingPairs.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments } from '../../support/project.ts';
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
  await expectPredictedAlike(project, engine);
  const usual = await usualIn(project, engine);
  expect(usual.rest).toHaveLength(LABELS);
  expect(await suggest(project, counted, compute)).toEqual([]);
}, 60_000);

async function usualIn(project: Project, engine: Engine) {
  const labels = project.stores.labels.all();
  return projectPriors(project, engine, await suggestingModel(project), { labels, ...compute });
}

/** Suggestions of all documents are what the same texts would be predicted. */
async function expectPredictedAlike(project: Project, engine: Engine): Promise<void> {
  const table = suggestionTable(project);
  expect(table.size).toBe(project.stores.documents.count());
  expect([...table.values()].flatMap((row) => [...row]).every(Number.isFinite)).toBe(true);
  const labels = project.stores.labels.all();
  const source = await suggestingModel(project);
  const priors = await usualIn(project, engine);
  const texts = [...table.keys()].map((id) => project.stores.documents.get(id)!.text);
  const spec = { ...source, labels, priors, ...compute, texts: async () => texts };
  const rows = await withProbabilities(engine, spec, (score) => score(texts));
  for (const [i, id] of [...table.keys()].entries())
    rows[i]!.probabilities.forEach((p, label) => {
      expect(p).toBeCloseTo(table.get(id)![label]!, 5);
    });
}

test('labels that are few again are asked of every document, and what was usual for them does not stay', async () => {
  const { project, engine } = manyLabels();
  await suggest(project, engine, compute);
  for (const { id } of project.stores.labels.all().slice(12)) removeLabel(project, id);
  expect((await staleSuggestions(project)).done).toBeLessThan(DOCUMENTS);
  const scored = await suggest(project, engine, compute);
  const sample = priorSample(project);
  // Those that tell what is usual were asked about all.
  expect(scored.length).toBeGreaterThan(0);
  expect(scored.filter((id) => sample.includes(id))).toEqual([]);
  await expectPredictedAlike(project, engine);
}, 60_000);

test('what documents were asked is kept beside new labels and new documents, whatever is asked together', async () => {
  const { project, engine } = manyLabels();
  await suggest(project, engine, compute);
  const asked = () => {
    const { evidence } = project.stores;
    evidence.columns.readAll();
    return project.stores.labels
      .all()
      .slice(0, LABELS)
      .flatMap(({ id }) => {
        const column = evidence.columns.column(id)!;
        return Array.from({ length: DOCUMENTS }, (_, i) => {
          const row = evidence.columns.rowOf(i + 1)!;
          return isUnasked(evidence.scorer(column.scorer[row]!)!) ? null : column.odds[row]!;
        });
      });
  };
  const before = asked();
  expect(before.filter((odds) => odds !== null).length).toBeGreaterThan(48 * LABELS);
  addLabels(project, [{ name: 'late', hypotheses: ['this is about late .'] }]);
  addDocuments(project, ['the price is late', 'nice colour']);
  await suggest(project, engine, compute);
  const after = asked();
  expect(after.map((odds, i) => (before[i] === null ? null : odds))).toEqual(before);
  await expectPredictedAlike(project, engine);
}, 60_000);

test('documents that come to tell what is usual are asked about every label', async () => {
  const { project, engine } = manyLabels();
  await suggest(project, engine, compute);
  const before = priorSample(project);
  addDocuments(
    project,
    Array.from({ length: 4 * DOCUMENTS }, (_, i) => `${WORDS[5 + (i % 11)]} ${WORDS[6 + (i % 7)]} ${i}`),
  );
  await suggest(project, engine, compute);
  const sample = priorSample(project);
  expect(sample).not.toEqual(before);
  const { evidence, labels } = project.stores;
  for (const { id } of labels.all()) {
    const column = evidence.columns.column(id)!;
    for (const document of sample) {
      const scorer = evidence.scorer(column.scorer[evidence.columns.rowOf(document)!]!)!;
      expect(isUnasked(scorer)).toBe(false);
    }
  }
  await expectPredictedAlike(project, engine);
}, 120_000);

test('documents are asked about a label that came to be among their likeliest as others went', async () => {
  const { project, engine } = manyLabels();
  await suggest(project, engine, compute);
  for (const { id } of project.stores.labels.all().slice(0, 4)) removeLabel(project, id);
  const { done } = await staleSuggestions(project);
  expect(done).toBeLessThan(DOCUMENTS);
  const scored = await suggest(project, engine, compute);
  expect(scored.length).toBeGreaterThan(0);
  await expectPredictedAlike(project, engine);
  expect(await suggest(project, engine, compute)).toEqual([]);
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
  expect(preview.length).toBeGreaterThan(0);
  for (const { id, probability } of preview) expect(probability).toBeCloseTo(table.get(id)![LABELS]!, 3);
}, 60_000);
