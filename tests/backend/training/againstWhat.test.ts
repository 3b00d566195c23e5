import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { comparedWithBefore } from '../../../backend/training/against.ts';
import { activateRun } from '../../../backend/training/runs.ts';
import { train } from '../../../backend/training/train.ts';
import { createRandom, evaluate, logistic, suggestionThreshold } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments } from '../../support/project.ts';
import { right, trainedTo } from '../../support/trainedTo.ts';

const requestOf = (seed: number) => ({ options: { epochs: 1, batchSize: 8, seed }, device: 'cpu' as const });
const LABELS = 2;

/** A project whose first run knows these probabilities of `size` held-out documents from before it. */
function heldOutBefore(before: readonly Float32Array[]) {
  const { project } = annotatedProject(before.length);
  const ids = [...project.stores.documents.ids()];
  const labels = project.stores.labels.all();
  const labelIds = labels.map(({ id }) => id);
  const thresholds = new Float32Array(labels.length).fill(0.5);
  const run = project.write(() => {
    const id = project.stores.runs.add({
      ...{ model: 'm', modelDigest: 'd', options: {}, revisionId: project.stores.annotations.lastRevision() },
      startedAt: new Date().toISOString(),
    });
    project.stores.runs.setDocuments(id, { train: [], heldOut: ids });
    ids.forEach((document, i) => {
      project.stores.unseenScores.putBefore(id, document, { probabilities: before[i]!, thresholds });
    });
    return id;
  });
  return { project, run, ids, labelIds };
}

test('what suggested before is judged at thresholds that the document had no part in', async () => {
  const random = createRandom(9);
  let [apart, atOwn] = [0, 0];
  for (let round = 0; round < 12; round++) {
    const gold: Uint8Array[] = [];
    const before = Array.from({ length: 8 }, () => {
      const scores = Float32Array.from({ length: LABELS }, () => logistic(2 * random.normal() - 1));
      gold.push(Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0)));
      return scores;
    });
    const { project, run, ids, labelIds } = heldOutBefore(before);
    const decidedCells = gold.map((row) => row.map(() => 1));
    const labelNames = labelIds.map(String);
    const held = { ids, labelIds, labelNames, gold, decided: decidedCells, scores: before };
    const found = await comparedWithBefore(project, { run, before: 0 }, held);
    const column = (rows: readonly Float32Array[], label: number) =>
      suggestionThreshold(rows.map((row) => row[label]!));
    const macroAt = (rowsFor: (i: number) => readonly Float32Array[]) =>
      evaluate({
        ...{ gold, scores: before, labelNames, thresholds: labelNames.map(() => 0.5) },
        documentThresholds: before.map((_, i) => labelIds.map((_, label) => column(rowsFor(i), label))),
      }).macro.f1;
    if (!found) continue;
    // Of fewer than ten documents each is left out alone.
    expect(found.against.macroF1).toBeCloseTo(
      macroAt((i) => before.filter((_, other) => other !== i)),
      10,
    );
    apart += found.against.macroF1;
    atOwn += macroAt(() => before);
  }
  expect(apart).toBeLessThan(atOwn);
});

test('a run is held against the run before it, under its name, on what both held out', async () => {
  const { project, engine } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const { runs } = project.stores;
  const first = await train(project, trainedTo(engine, right), requestOf(3));
  const more = addDocuments(
    project,
    Array.from({ length: 20 }, (_, i) => `${i % 2 === 0 ? 'the parcel' : 'the price'} once more ${i}`),
  );
  const [shipping, price] = project.stores.labels.all().map(({ id }) => id);
  annotate(
    project,
    'ada',
    more.map((id, i) =>
      decided(id, i % 2 === 0 ? { yes: [shipping!], no: [price!] } : { yes: [price!], no: [shipping!] }),
    ),
  );
  // Somebody chooses another model meanwhile.
  const whileChosen = (gold: Uint8Array) => {
    activateRun(project, 0);
    return right(gold);
  };
  const second = await train(project, trainedTo(engine, whileChosen), requestOf(4));
  expect(runs.heldOut(second.run)).toEqual(expect.arrayContaining(runs.heldOut(first.run)));
  expect(runs.heldOut(second.run)).toHaveLength(12);
  expect(second.report.against).toMatchObject({ run: first.run, documents: 8, macroF1: 1 });
});

test('what the run before learnt from is not counted: all that is known of it is by what was before', async () => {
  const { project, engine } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const first = await train(project, trainedTo(engine, right), requestOf(3));
  const second = await train(project, trainedTo(engine, right), requestOf(3));
  const ids = [...project.stores.documents.ids()];
  expect(project.stores.unseenScores.before(second.run).size).toBe(ids.length);
  const gold = ids.map((id) => Uint8Array.of(id % 2, 1 - (id % 2)));
  const found = await comparedWithBefore(
    project,
    { run: second.run, before: first.run },
    {
      ids,
      labelIds: project.stores.labels.all().map(({ id }) => id),
      labelNames: ['shipping', 'price'],
      gold,
      decided: gold.map(() => Uint8Array.of(1, 1)),
      scores: gold.map(right),
    },
  );
  expect(found?.against.documents).toBe(project.stores.runs.heldOut(first.run).length);
});
