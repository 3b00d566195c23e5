import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nextDocuments } from '../../../backend/choosing/choosing.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { embedDocuments } from '../../../backend/suggesting/embedding.ts';
import { staleSuggestions } from '../../../backend/suggesting/staleness.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { suggestionTable } from '../../../backend/suggesting/suggestionTable.ts';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const compute = { device: 'cpu', precision: 'fp32' } as const;

test('suggestions are the scores of the engine, and only what is stale is scored again', async () => {
  const { project, engine, model } = annotatedProject(10);
  await suggest(project, engine, { ...compute, limit: 4 });
  expect(suggestionTable(project).size).toBe(4);
  expect(await suggest(project, engine, compute)).toHaveLength(6);
  const texts = project.stores.documents.page(0, 10).map(({ text }) => text);
  const hypotheses = project.stores.labels.all().flatMap((label) => label.hypotheses);
  const own = await scoreTexts(await loadNliModel(model), { texts, hypotheses });
  for (const [i, row] of [...suggestionTable(project).values()].entries()) {
    row.forEach((p, label) => {
      expect(p).toBeCloseTo(own[i]!.probabilities[label]!, 5);
    });
  }
  addLabels(project, [{ name: 'colour', hypotheses: [] }]);
  expect(await suggest(project, engine, compute)).toHaveLength(10);
});

test('an engine killed in the middle is started again; nothing is scored twice', async () => {
  const { project, engine } = annotatedProject(200);
  let killed = false;
  const scored = await suggest(project, engine, {
    ...compute,
    onProgress: (done) => {
      if (done > 0 && !killed) process.kill(engine.pid!, 'SIGKILL');
      killed ||= done > 0;
    },
  });
  expect(killed).toBe(true);
  expect(new Set(scored).size).toBe(200);
  expect(suggestionTable(project).size).toBe(200);
});

test('two sentences of a label give the mean of their probabilities', async () => {
  const { project, engine, model } = annotatedProject(4);
  const sentences = ['this is about price .', 'the price is high'];
  addLabels(project, [{ name: 'both', hypotheses: sentences }]);
  await suggest(project, engine, compute);
  const { text } = project.stores.documents.get(1)!;
  const [own] = await scoreTexts(await loadNliModel(model), { texts: [text], hypotheses: sentences });
  const mean = (own!.probabilities[0]! + own!.probabilities[1]!) / 2;
  expect(suggestionTable(project).get(1)![2]).toBeCloseTo(mean, 5);
});

test('13: labels of any name just work, and those that people would confuse are refused', () => {
  const project = newProject([]);
  const names = ['toString', '__proto__', '$&', '{}', 'a,b', 'with\nnewline', 'constructor'];
  addLabels(
    project,
    names.map((name) => ({ name, hypotheses: [] })),
  );
  const labels = project.stores.labels.all();
  expect(labels.map(({ name }) => name)).toEqual(names);
  expect(labels.map(({ hypotheses }) => hypotheses[0])).toEqual(
    names.map((name) => `This text is about ${name}.`),
  );
  const add = (name: string) => () => addLabels(project, [{ name, hypotheses: [] }]);
  expect(add('TOSTRING')).toThrow('differ only in case');
  expect(add('a,b ')).toThrow('there twice');
  expect(add('  ')).toThrow('needs a name');
  expect(add('x'.repeat(5_000_000))).toThrow('longer than 200');
  expect(project.stores.labels.all()).toHaveLength(names.length);
});

test('what to label next leaves out what is done, and every strategy gives that many', async () => {
  const { project, engine } = annotatedProject(10);
  const fresh = project.write(() =>
    Array.from({ length: 30 }, (_, i) =>
      project.stores.documents.add(
        {
          externalId: `n${i}`,
          text: `the price ${'is high '.repeat(i)}`,
          meta: new Map(),
          split: null,
          source: 't',
        },
        '',
      ),
    ),
  );
  await suggest(project, engine, compute);
  for (const strategy of [
    'mix',
    'uncertainty',
    'margin',
    'least-confidence',
    'cardinality',
    'diversity',
    'random',
    'order',
  ] as const) {
    const picked = nextDocuments(project, { strategy, limit: 12, seed: 1 });
    expect(new Set(picked.map(({ document }) => document.id)).size).toBe(12);
    for (const { document } of picked) expect(fresh).toContain(document.id);
  }
  expect(await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER })).toBe(40);
  expect(await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER })).toBe(0);
  const vectors = project.stores.embeddings.of(fresh, project.stores.settings.get('embeddings'));
  for (const vector of vectors.values()) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  const diverse = nextDocuments(project, { strategy: 'diversity', limit: 12, seed: 1 });
  expect(diverse.every(({ reason }) => reason === 'diversity')).toBe(true);
  const mixed = nextDocuments(project, { strategy: 'mix', limit: 12, seed: 1 }).map(({ reason }) => reason);
  expect(mixed).toContain('rare-margin');
  const other = newProject();
  addDocuments(other, ['one', 'two']);
  expect(nextDocuments(other, { strategy: 'mix', limit: 5, seed: 1 })).toHaveLength(2);
});

test("new weights of the project's model make its suggestions and embeddings stale; a touched file does not", async () => {
  const { project, engine, model } = annotatedProject(6);
  const everything = { last: Number.MAX_SAFE_INTEGER };
  expect(await suggest(project, engine, compute)).toHaveLength(6);
  expect(await embedDocuments(project, engine, everything)).toBe(6);
  utimesSync(join(model, 'model.onnx'), new Date(1e12), new Date(1e12));
  expect(await suggest(project, engine, compute)).toHaveLength(0);
  expect(await embedDocuments(project, engine, everything)).toBe(0);
  writeTinyModel(model, 8);
  expect(await staleSuggestions(project)).toEqual({ done: 0, total: 6 });
  expect(await suggest(project, engine, compute)).toHaveLength(6);
  expect(await embedDocuments(project, engine, everything)).toBe(6);
});
