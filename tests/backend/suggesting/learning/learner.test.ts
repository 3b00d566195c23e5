import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { annotate, decided } from '../../../../backend/annotating/annotating.ts';
import { undo } from '../../../../backend/annotating/undo.ts';
import { cardOf } from '../../../../backend/choosing/cards.ts';
import { browse } from '../../../../backend/documents/browsing.ts';
import { disagreements, matchingIds } from '../../../../backend/documents/filtering.ts';
import { everything } from '../../../../backend/documents/unconfirmed.ts';
import { exportSource } from '../../../../backend/exporting/projectSource.ts';
import type { Project } from '../../../../backend/project/file.ts';
import { embedDocuments, embeddingModel } from '../../../../backend/suggesting/embedding.ts';
import { withProbabilities } from '../../../../backend/suggesting/fusing.ts';
import { learnerOf, learntOf } from '../../../../backend/suggesting/learning/learner.ts';
import { learntReading } from '../../../../backend/suggesting/learning/learntReading.ts';
import { keptPriors } from '../../../../backend/suggesting/priors.ts';
import { suggestionsOf } from '../../../../backend/suggesting/reader.ts';
import { suggest } from '../../../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../../../backend/suggesting/suggestingModel.ts';
import { suggestionTable } from '../../../../backend/suggesting/suggestionTable.ts';
import { thresholdSources, thresholdsOf } from '../../../../backend/suggesting/thresholds.ts';
import { unseenReader } from '../../../../backend/suggesting/unseen.ts';
import { zeroShotOf } from '../../../../backend/suggesting/zeroShot.ts';
import { createRandom, logOdds } from '../../../../engine/index.ts';
import { FUSION_WEIGHTS } from '../../../support/fusionWeights.ts';
import { annotatedProject } from '../../../support/learning.ts';
import { addDocuments, newProject } from '../../../support/project.ts';
import { runSuggests } from '../../../support/runSuggests.ts';

const DOCUMENTS = 60;
const DIMENSIONS = 8;
let project: Project;
let labels: number[];
const gold = new Map<number, number[]>();

/** Documents with evidence that says little and embeddings that say much. */
beforeEach(async () => {
  project = newProject();
  const { name: made } = await embeddingModel(project);
  const { stores } = project;
  labels = stores.labels.all().map(({ id }) => id);
  const random = createRandom(7);
  const ids = addDocuments(
    project,
    Array.from({ length: DOCUMENTS }, (_, i) => `document ${i}`),
  );
  gold.clear();
  project.write(() => {
    stores.settings.set('embeddings', made);
    const scorers = labels.map((labelId) =>
      stores.evidence.scorerId({
        labelId,
        kind: 'model',
        name: 'm',
        digest: 'd',
        precision: 'auto',
        wording: '',
        fusion: null,
      }),
    );
    for (const id of ids) {
      const yes = labels.filter(() => random.uniform() < 0.4);
      gold.set(id, yes);
      const vector = Float32Array.from({ length: DIMENSIONS }, (_, i) => {
        const label = labels[i];
        return 0.2 * random.normal() + (label !== undefined && yes.includes(label) ? 1 : 0);
      });
      stores.embeddings.put(id, made, vector);
      for (const [i, labelId] of labels.entries()) {
        const odds = Float32Array.of((yes.includes(labelId) ? 0.5 : -0.5) + random.normal());
        stores.evidence.put(id, { labelId, scorerId: scorers[i]!, odds, cosine: null, passage: null });
      }
    }
  });
});

const answer = (ids: readonly number[]) =>
  annotate(
    project,
    'ada',
    ids.map((id) => {
      const yes = gold.get(id)!;
      return decided(id, { yes, no: labels.filter((label) => !yes.includes(label)) });
    }),
  );
const idsFrom = (from: number, to: number) => [...project.stores.documents.ids()].slice(from, to);
const rows = (of: typeof suggestionsOf) => idsFrom(0, DOCUMENTS).map((id) => [...of(project).row(id)!]);
/** The share of answers on documents that are not decided yet which suggestions have right. */
const right = (ids: readonly number[]) => {
  const suggestions = suggestionsOf(project);
  const thresholds = thresholdsOf(project);
  const cells = ids.flatMap((id) =>
    labels.map(
      (label, i) => suggestions.probability(id, label) >= thresholds[i]! === gold.get(id)!.includes(label),
    ),
  );
  return cells.filter(Boolean).length / cells.length;
};

const clear = (project: Project, id: number) =>
  annotate(project, 'ada', [
    {
      documentId: id,
      values: new Map(project.stores.labels.all().map((label) => [label.id, 'undecided'])),
      status: 'draft',
    },
  ]);

test('before the first decision suggestions follow what documents are like', async () => {
  const rest = idsFrom(0, DOCUMENTS);
  const plain = rows(zeroShotOf);
  expect(rows(suggestionsOf)).toEqual(plain);
  const untaught = right(rest);
  const learner = learnerOf(project);
  expect(await learner.follow()).toBe(true);
  expect(right(rest)).toBeGreaterThan(untaught + 0.03);
  expect(rows(zeroShotOf)).toEqual(plain);
  expect(thresholdSources(project)).toEqual(labels.map(() => 'default'));
  expect(learner.learnt).toMatchObject({ documents: 0, expected: new Map() });
  expect(await learner.unlearnt()).toEqual(new Map());
  expect(await learner.teaching()).toBeNull();
});

test('suggestions of all documents follow each decision, and are as before when it is taken back', async () => {
  const learner = learnerOf(project);
  await learner.follow();
  const before = rows(suggestionsOf);
  const plain = rows(zeroShotOf);
  expect(await learner.follow()).toBe(false);
  const rest = idsFrom(30, DOCUMENTS);
  const untaught = right(rest);

  answer(idsFrom(0, 1));
  expect(rows(suggestionsOf)).toEqual(before);
  expect(await learner.follow()).toBe(true);
  const afterOne = rows(suggestionsOf);
  expect(afterOne.every((row, i) => row.every((p, label) => p !== before[i]![label]))).toBe(true);
  expect(await learner.follow()).toBe(false);

  answer(idsFrom(1, 30));
  expect(await learner.follow()).toBe(true);
  expect(right(rest)).toBeGreaterThan(untaught + 0.1);
  expect(thresholdSources(project)).toEqual(labels.map(() => 'expected'));
  expect(rows(zeroShotOf)).toEqual(plain);

  undo(project, 'ada');
  expect(await learner.follow()).toBe(true);
  rows(suggestionsOf).forEach((row, i) => {
    for (const [label, p] of row.entries()) expect(p).toBeCloseTo(afterOne[i]![label]!, 4);
  });
  undo(project, 'ada');
  expect(await learner.follow()).toBe(true);
  expect(rows(suggestionsOf)).toEqual(before);
  expect(thresholdSources(project)).toEqual(labels.map(() => 'default'));
});

test('a card has no suggestion until something was learnt, nor of an answer that was taken back until that is', async () => {
  const learner = learnerOf(project);
  const [id] = idsFrom(0, 1) as [number];
  const own = () => cardOf(project, 'ada', id).labels.map(({ ownAnswer }) => ownAnswer);
  const begun = learner.begun();
  expect(cardOf(project, 'ada', id).labels.map(({ probability }) => probability)).toEqual(
    labels.map(() => null),
  );
  await begun;
  expect(cardOf(project, 'ada', id).labels[0]?.probability).not.toBeNull();
  const [first, ...others] = labels as [number, ...number[]];
  annotate(project, 'ada', [{ documentId: id, values: new Map([[first, 'yes']]), status: 'draft' }]);
  expect(own()).toEqual(labels.map(() => false));
  await learner.follow();
  expect(own()).toEqual([true, ...others.map(() => false)]);
  // Browse says it beside the percentage, which is another one than tables of results have.
  const filter = everything({ suggested: { labelId: first, from: 0, to: 1 } });
  const shown = browse(project, { ...{ annotator: 'ada', filter, sort: 'order' }, offset: 0, limit: 2 }).rows;
  expect(shown.map(({ suggestion }) => suggestion?.ownAnswer)).toEqual([true, false]);
  // Somebody else has not answered: for them it is a suggestion like any other.
  expect(cardOf(project, 'bob', id).labels[0]?.probability).not.toBeNull();
  clear(project, id);
  expect(cardOf(project, 'ada', id).labels[0]).toMatchObject({ probability: null, ownAnswer: false });
  await learner.follow();
  expect(cardOf(project, 'ada', id).labels[0]?.probability).not.toBeNull();
});

test('the locked test sample teaches nothing', async () => {
  project.write(() => {
    for (const id of idsFrom(0, 10)) project.stores.documents.setSplit(id, 'test');
  });
  await learnerOf(project).follow();
  const before = rows(suggestionsOf);
  answer(idsFrom(0, 10));
  expect(await learnerOf(project).follow()).toBe(false);
  expect(rows(suggestionsOf)).toEqual(before);
  answer(idsFrom(10, 20));
  await learnerOf(project).follow();
  const taught = rows(suggestionsOf);
  expect(taught).not.toEqual(before);
  expect(learntOf(project)?.documents).toBe(10);
  const reader = await unseenReader(project, project.stores.labels.all());
  const from = [...reader(idsFrom(0, 30))].map(([, scores]) => scores.from);
  expect(from).toEqual([
    ...Array(10).fill('suggestion'),
    ...Array(10).fill('cross-fitted'),
    ...Array(10).fill('suggestion'),
  ]);
});

test('figures judge a document by what would be suggested without its own answers', async () => {
  answer(idsFrom(0, 8));
  const judged = (await unseenReader(project, project.stores.labels.all()))(idsFrom(0, 8));
  await learnerOf(project).follow();
  const inSample = idsFrom(0, 8).map((id) =>
    labels.map((label) => suggestionsOf(project).probability(id, label)),
  );
  const act = answer(idsFrom(0, 8));
  expect(act).toBeUndefined();
  const [first] = idsFrom(0, 1);
  clear(project, first!);
  await learnerOf(project).follow();
  labels.forEach((label, i) => {
    const without = suggestionsOf(project).probability(first!, label);
    expect(judged.get(first!)!.probabilities[i]).toBeCloseTo(without, 4);
    expect(inSample[0]![i]).not.toBeCloseTo(without, 3);
  });
});

test('exports say of a decided document what would be suggested without its own answers', async () => {
  answer(idsFrom(0, 8));
  await learnerOf(project).unlearnt();
  const judged = (await unseenReader(project, project.stores.labels.all()))(idsFrom(0, 8));
  const [first, ...rest] = [...exportSource(project).documents()];
  expect(first!.suggestions.map(({ score }) => score)).toEqual([
    ...judged.get(idsFrom(0, 1)[0]!)!.probabilities,
  ]);
  expect(rest.at(-1)!.suggestions.map(({ score }) => score)).toEqual([
    ...suggestionsOf(project).row(idsFrom(DOCUMENTS - 1, DOCUMENTS)[0]!)!,
  ]);
});

test('documents that contradict what is suggested are told anew when it is found without them, with nothing written', async () => {
  answer(idsFrom(0, 30));
  await learnerOf(project).follow();
  const filter = { search: '', status: 'all', disagreement: true } as const;
  const told = () => [...matchingIds(project, { annotator: 'ada', filter, sort: 'order' })];
  const [ada] = project.stores.annotations.annotators();
  const before = told();
  await learnerOf(project).unlearnt();
  const found = disagreements(project, ada!.id);
  expect(found).not.toEqual(new Set(before));
  expect(new Set(told())).toEqual(found);
});

test('exports say of a label that is open what the screens suggest, also on a document where another is decided', async () => {
  answer(idsFrom(0, 40));
  const [begun] = idsFrom(50, 51);
  annotate(project, 'ada', [{ documentId: begun!, values: new Map([[labels[0]!, 'yes']]), status: 'draft' }]);
  await learnerOf(project).follow();
  const unlearnt = (await learnerOf(project).unlearnt()).get(begun!)!;
  const shown = suggestionsOf(project).row(begun!)!;
  const [decided, ...open] = [...exportSource(project).documents()][begun! - 1]!.suggestions.map(
    ({ score }) => score,
  );
  expect(decided).toBe(unlearnt.probabilities.get(labels[0]!));
  expect(open).toEqual([...shown].slice(1));
  expect(labels.slice(1).some((label, i) => unlearnt.probabilities.get(label) !== shown[i + 1])).toBe(true);
});

test('a label that is read anew has nothing of what was learnt of the old reading', async () => {
  answer(idsFrom(0, 20));
  await learnerOf(project).follow();
  const [id] = idsFrom(40, 41);
  const { evidence } = project.stores;
  const scorerId = suggestionsOf(project).scorer(id!, labels[0]!);
  const other = suggestionsOf(project).probability(id!, labels[1]!);
  project.write(() =>
    evidence.put(id!, {
      labelId: labels[0]!,
      scorerId,
      odds: Float32Array.of(2),
      cosine: null,
      passage: null,
    }),
  );
  expect(suggestionsOf(project).probability(id!, labels[0]!)).toBe(
    zeroShotOf(project).probability(id!, labels[0]!),
  );
  expect(suggestionsOf(project).probability(id!, labels[1]!)).toBe(other);
  expect(await learnerOf(project).follow({ whole: true })).toBe(true);
  expect(suggestionsOf(project).probability(id!, labels[0]!)).not.toBe(
    zeroShotOf(project).probability(id!, labels[0]!),
  );
});

test('a run whose model is not on this machine any more suggests by itself', async () => {
  answer(idsFrom(0, 20));
  await learnerOf(project).follow();
  project.write(() => project.stores.settings.set('activeRun', 1));
  expect(learntOf(project)).toBeNull();
  expect(rows(suggestionsOf)).toEqual(rows(zeroShotOf));
  expect(await learnerOf(project).follow()).toBe(true);
  project.write(() => project.stores.settings.set('activeRun', 0));
  expect(await learnerOf(project).follow()).toBe(true);
  expect(rows(suggestionsOf)).not.toEqual(rows(zeroShotOf));
});

test('a project that is closed meanwhile is left alone', async () => {
  answer(idsFrom(0, 20));
  const learning = learnerOf(project).follow();
  project.close();
  expect(await learning).toBe(false);
  expect(await learnerOf(project).follow()).toBe(false);
});

test.each([
  ['entailment alone', false],
  ['entailment and likeness', true],
])('other texts are read as the project’s are, by %s', async (_, fused) => {
  const { project, engine, model } = annotatedProject(12);
  if (fused)
    writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  const compute = { device: 'cpu', precision: 'fp32' } as const;
  await suggest(project, engine, compute);
  await embedDocuments(project, engine, { last: 12 });
  const learnt = await learntReading(project);
  const texts = [1, 2, 3, 4].map((id) => project.stores.documents.get(id)!.text);
  const labels = project.stores.labels.all();
  const source = await suggestingModel(project);
  const priors = source.fusion && keptPriors(project, source, labels, compute.precision);
  const spec = { ...source, ...compute, labels, priors, learnt, texts: async () => texts };
  const rows = await withProbabilities(engine, spec, (score) => score(texts));
  expect(suggestionsOf(project).row(1)).not.toEqual(zeroShotOf(project).row(1));
  for (const [i, { probabilities }] of rows.entries()) {
    const own = suggestionsOf(project).row(i + 1)!;
    for (const [label, p] of probabilities.entries()) expect(p).toBeCloseTo(own[label]!, 2);
  }
});

test('a run is read together with what decisions taught, and suggestions go on learning', async () => {
  const { project, engine, model } = annotatedProject(24);
  const { labels, documents } = project.stores;
  const compute = { device: 'cpu', precision: 'auto' } as const;
  await suggest(project, engine, compute);
  await embedDocuments(project, engine, { last: 24 });
  // Nobody decided the last ones.
  for (let i = 0; i < 8; i++) clear(project, 24 - i);
  await learnerOf(project).follow({ whole: true });
  const byHeads = suggestionTable(project);
  await runSuggests(project, model);
  expect(learntOf(project)).toBeNull();
  const byRun = suggestionTable(project);
  expect(await learnerOf(project).follow({ whole: true })).toBe(true);
  const { fusion, documents: decisions } = learntOf(project)!;
  expect(decisions).toBe(16);
  expect(fusion!.run).toBeGreaterThan(0.5);
  const both = suggestionTable(project);
  for (const id of documents.ids()) {
    for (const label of labels.all().keys()) {
      const [h, r, found] = [byHeads, byRun, both].map((table) => logOdds(table.get(id)![label]!));
      // Embeddings are 8-bit numbers, and probabilities float32.
      expect(found).toBeCloseTo(fusion!.head * h! + fusion!.run * r! + fusion!.constant, 2);
    }
  }

  // A decision after the training: it changes what is suggested for others.
  const all = labels.all().map(({ id }) => id);
  annotate(project, 'ada', [decided(24, { yes: all, no: [] })]);
  expect(await learnerOf(project).follow()).toBe(true);
  expect(suggestionTable(project).get(23)).not.toEqual(both.get(23));
  const unseen = await unseenReader(project, labels.all());
  expect(unseen([24]).get(24)).toMatchObject({ from: 'cross-fitted' });
  // Texts outside the project are read by both, too.
  const texts = [1, 2, 3].map((id) => documents.get(id)!.text);
  const learnt = await learntReading(project);
  expect(texts).toHaveLength(3);
  expect(learnt?.run?.fusion.run).toBeGreaterThan(0.5);
});
