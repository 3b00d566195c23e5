import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addLabels } from '../../../backend/labels/labels.ts';
import { learnPriors, withProbabilities } from '../../../backend/suggesting/fusing.ts';
import { priorSample } from '../../../backend/suggesting/priorSample.ts';
import { suggestionsFor } from '../../../backend/suggesting/reader.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../../backend/suggesting/suggestingModel.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { withTextReader } from '../../../engine/index.ts';
import { countingPairs } from '../../support/countingPairs.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';
import { WORDS } from '../../support/tinyModel.ts';

const compute = { device: 'cpu', precision: 'fp32' } as const;
test('a model that says how suggests by the combined reading; a new label costs its own sentences alone', async () => {
  const { project, engine, model } = annotatedProject(12);
  await suggest(project, engine, compute);
  const plain = suggestionTable(project);
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  expect(await suggest(project, engine, compute)).toHaveLength(12);
  const both = suggestionTable(project);
  expect(both.get(1)).not.toEqual(plain.get(1));
  expect(
    project.stores.embeddings.countMissing(
      project.stores.settings.get('embeddings'),
      Number.MAX_SAFE_INTEGER,
    ),
  ).toBe(0);
  expect(await suggest(project, engine, compute)).toHaveLength(0);
  expect(await suggest(project, engine, { ...compute, reading: 'entailment' })).toHaveLength(12);
  expect(suggestionTable(project)).toEqual(plain);
  await suggest(project, engine, compute);
  expect(suggestionTable(project)).toEqual(both);

  addLabels(project, [{ name: 'colour', hypotheses: [] }]);
  const others = suggestionsFor(project, 1).map(({ labelId }) => labelId);
  const counting = countingPairs(engine);
  expect(await suggest(project, counting.engine, compute)).toHaveLength(12);
  // One sentence of the new label for each document; the others are only computed anew.
  expect(counting.pairs()).toBe(12);
  expect(suggestionsFor(project, 1)).toHaveLength(others.length + 1);
});

test('texts of no project tell what documents of a label are like; each is read once', async () => {
  const { project, engine, model } = annotatedProject(12);
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  const labels = project.stores.labels.all();
  // Two words each, and what the model does not know: each text says something of its own.
  const words = WORDS.slice(4);
  const texts = Array.from({ length: 60 }, (_, i) => `${words[i % 13]} ${words[(i * i + 3 * i) % 14]} ${i}`);
  const spec = { ...(await suggestingModel(project)), labels, ...compute, texts: async () => texts };
  const counting = countingPairs(engine);
  const told = await withProbabilities(counting.engine, spec, (score) => score([...texts, 'one more']));
  expect(counting.pairs()).toBe(61 * labels.length);

  const priors = await withTextReader(engine, { ...spec, embeds: 'texts and labels' }, (read) =>
    learnPriors(read, { labels: labels.length, texts }),
  );
  const plain = await withProbabilities(engine, { ...spec, priors }, (score) => score(texts));
  for (const label of labels.keys()) {
    const moved = texts.map((_, i) => told[i]!.probabilities[label]! - plain[i]!.probabilities[label]!);
    const most = Math.max(...moved.map(Math.abs));
    expect(most).toBeGreaterThan(0.1);
    // What documents tell says which have the label, not how many; those that say almost the same count once.
    expect(Math.abs(moved.reduce((sum, x) => sum + x, 0) / moved.length)).toBeLessThan(0.1 * most);
  }
});

test('what is usual is told by another sample when a project has grown fourfold, not before; nothing is scored again', async () => {
  const { project, engine, model } = annotatedProject(4);
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  await suggest(project, engine, compute);
  const add = (from: number, count: number) =>
    project.write(() =>
      Array.from({ length: count }, (_, i) =>
        project.stores.documents.add(
          {
            externalId: `n${from + i}`,
            text: `nice ${'late '.repeat(from + i)}`,
            meta: new Map(),
            split: null,
            source: 't',
          },
          '',
        ),
      ),
    );
  const sample = () => priorSample(project);
  const first = sample();
  expect(first).toHaveLength(4);
  add(0, 4);
  expect(await suggest(project, engine, compute)).toHaveLength(4);
  expect(sample()).toEqual(first);
  add(4, 8);
  expect(await suggest(project, engine, compute)).toHaveLength(8);
  expect(sample()).toHaveLength(16);
});

test('the combined reading is refused for a model that does not say how, and for a trained run', async () => {
  const { project, model } = annotatedProject(2);
  await expect(suggestingModel(project, undefined, 'combined')).rejects.toMatchObject({
    code: 'reading_unavailable',
  });
  writeFileSync(join(model, 'entail.json'), '{"version": 2}');
  await expect(suggestingModel(project)).rejects.toMatchObject({ code: 'combination_invalid' });
  project.write(() => project.stores.settings.set('activeRun', 1));
  await expect(suggestingModel(project, undefined, 'combined')).rejects.toMatchObject({
    code: 'reading_unavailable',
  });
});
