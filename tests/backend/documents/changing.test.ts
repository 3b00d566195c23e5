import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { historyOf } from '../../../backend/annotating/history.ts';
import { redo, undo, undoAct } from '../../../backend/annotating/undo.ts';
import { nextDocuments } from '../../../backend/choosing/choosing.ts';
import { disagreementQueue, queued, searchQueue } from '../../../backend/choosing/queues.ts';
import { browse } from '../../../backend/documents/browsing.ts';
import { correctText, deleteDocuments } from '../../../backend/documents/changing.ts';
import { summaryOf } from '../../../backend/documents/summary.ts';
import { judgedDocuments } from '../../../backend/evaluating/judging.ts';
import { testSampleOf } from '../../../backend/evaluating/testSample.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import { affectedBy } from '../../../backend/labels/merging.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { suggestionsFor } from '../../../backend/suggesting/reader.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { unseenReader } from '../../../backend/suggesting/unseen.ts';
import { vectorTable } from '../../../backend/suggesting/vectorTable.ts';
import { annotatedDocuments } from '../../../backend/training/data.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const [SHIPPING, PRICE] = [1, 2];
const TEXTS = ['late parcel', 'a parcel', 'the price', 'dear parcel', 'the end'];

/** Five documents that a run has read and one model embedded; ada decided the first four, bob said otherwise of the second. */
function readProject(): Project {
  const project = newProject();
  const ids = addDocuments(project, TEXTS);
  const { evidence, embeddings, labels, settings, documents } = project.stores;
  project.write(() => {
    settings.set('activeRun', 1);
    documents.setSplit(4, 'test');
    for (const scorer of scorersFor({ kind: 'run', name: '1', digest: '' }, labels.all(), APP_PRECISION)) {
      const { labelId } = scorer;
      const scorerId = evidence.scorerId(scorer);
      for (const id of ids)
        evidence.put(id, { labelId, scorerId, odds: Float32Array.of(id), cosine: null, passage: null });
    }
    for (const id of ids) embeddings.put(id, 'm', Float32Array.of(1, id));
  });
  annotate(
    project,
    'ada',
    [1, 2, 3, 4].map((id) => decided(id, { yes: [SHIPPING], no: [PRICE] })),
  );
  annotate(project, 'bob', [decided(2, { yes: [PRICE], no: [] })]);
  return project;
}

/** All that readers see: which documents each of them has. */
async function seen(project: Project) {
  const labels = project.stores.labels.all();
  const filter = { search: '', status: 'all' as const };
  const page = (more: object) =>
    browse(project, {
      annotator: 'ada',
      filter: { ...filter, ...more },
      sort: 'order',
      offset: 0,
      limit: 9,
    }).rows.map(({ id }) => id);
  return {
    all: page({}),
    done: page({ status: 'done' }),
    found: page({ search: 'parcel' }),
    likely: page({ suggested: { labelId: SHIPPING, from: 0.5, to: 1 } }),
    disagreeing: page({ disagreement: true }),
    summary: summaryOf(project, { name: '', annotator: 'ada' }),
    queue: queued(project, 'random', 9)
      .map(({ id }) => id)
      .sort(),
    next: nextDocuments(project, { strategy: 'order', limit: 9, seed: 1 }).map(({ document }) => document.id),
    search: searchQueue(project, { annotator: 'cem', search: 'parcel', limit: 9 }),
    disagreements: disagreementQueue(project, { annotator: 'ada', limit: 9 }),
    trained: annotatedDocuments(project, labels).map(({ id }) => id),
    judged: (await judgedDocuments(project, labels)).map(({ id }) => id),
    sample: testSampleOf(project),
    exported: [...exportSource(project).documents()].map(({ id, text }) => `${id} ${text}`),
    affected: affectedBy(project, { id: SHIPPING, into: PRICE }),
    vectors: [...(await vectorTable(project, 'm')).ids],
    stale: project.stores.evidence.countStale({ scorers: [99], labels: 1 }, { after: 0, last: 9 }),
    unembedded: project.stores.embeddings.countMissing('other', 9),
  };
}

test('a deleted document is in no list, queue, training, figure and export, and comes back with undo', async () => {
  const project = readProject();
  const before = await seen(project);
  expect(before).toMatchObject({
    all: [1, 2, 3, 4, 5],
    judged: [1, 2, 3, 4],
    trained: [1, 2, 3],
    queue: [5],
  });
  const { act } = deleteDocuments(project, 'ada', [2, 4, 4, 5]);
  expect(await seen(project)).toEqual({
    all: [1, 3],
    done: [1, 3],
    found: [1],
    likely: [1, 3],
    disagreeing: [1, 3],
    summary: { name: '', annotator: 'ada', documents: 2, done: 2, skipped: 0 },
    queue: [],
    next: [],
    search: [1],
    disagreements: [1, 3],
    trained: [1, 3],
    judged: [1, 3],
    sample: { documents: 0, decided: 0, open: 0 },
    exported: ['d1 late parcel', 'd3 the price'],
    affected: { yes: 2, no: 0, accepted: 0, suggestions: 2, runs: 0, contradictions: 2 },
    vectors: [1, 3],
    stale: 2,
    unembedded: 2,
  });
  expect(() => annotate(project, 'ada', [decided(2, { yes: [], no: [SHIPPING] })])).toThrow('no document 2');
  expect(() => deleteDocuments(project, 'ada', [1, 2])).toThrow('no document 2');
  expect(project.stores.documents.count()).toBe(2);
  expect(undoAct(project, 'ada', act!)).toEqual([2, 4, 5]);
  expect(await seen(project)).toEqual(before);
  expect(redo(project, 'ada')).toEqual([2, 4, 5]);
  expect((await seen(project)).all).toEqual([1, 3]);
  expect(undo(project, 'ada')).toEqual([2, 4, 5]);
  expect(await seen(project)).toEqual(before);
  expect(historyOf(project, 5).map(({ change, annotator }) => [annotator, change])).toEqual([
    ['ada', 'delete'],
    ['ada', 'restore'],
    ['ada', 'delete'],
    ['ada', 'restore'],
  ]);
  project.write(() => project.stores.settings.set('activeRun', 0));
  project.close();
  expect(checkProject(project.path).problems).toEqual([]);
});

test('the id of a deleted document is free; while another has it, it does not come back', () => {
  const project = newProject();
  addDocuments(project, ['one', 'two']);
  deleteDocuments(project, 'ada', [1]);
  expect(project.stores.documents.byExternalId('d1')).toBeUndefined();
  const [again] = project.write(() => [
    project.stores.documents.add(
      { externalId: 'd1', text: 'another', meta: new Map(), split: null, source: 'test' },
      '2026-01-01T00:00:00.000Z',
    ),
  ]);
  expect(() => undo(project, 'ada')).toThrow('another one has its id by now');
  expect(project.stores.documents.has(1)).toBe(false);
  deleteDocuments(project, 'bob', [again!]);
  undo(project, 'ada');
  expect(project.stores.documents.byExternalId('d1')?.text).toBe('one');
});

test('a corrected text is found, exported and read anew; what was decided stays, and undo brings the old text back', async () => {
  const project = readProject();
  const { documents, evidence } = project.stores;
  expect(suggestionsFor(project, 1)).toHaveLength(2);
  const { act } = correctText(project, 'bob', { id: 1, text: 'a late package\r\nindeed' });
  expect(documents.get(1)?.text).toBe('a late package\nindeed');
  const searched = (search: string) =>
    project.stores.documentQuery.matching({
      annotatorId: 1,
      filter: { search, status: 'all' },
      sort: 'order',
    });
  expect([[...searched('package')], [...searched('late parcel')]]).toEqual([[1], []]);
  expect(suggestionsFor(project, 1)).toEqual([]);
  const scorers = evidence.columns.column(SHIPPING)!.scorers;
  expect(
    evidence.stale({ scorers: [...scorers].filter((id) => id > 0), labels: 1 }, { after: 0, last: 9 }, 9),
  ).toEqual([{ id: 1, text: 'a late package\nindeed' }]);
  expect([...exportSource(project).documents()][0]).toMatchObject({
    text: 'a late package\nindeed',
    annotations: [
      {
        annotator: 'ada',
        decisions: new Map([
          ['shipping', 'yes'],
          ['price', 'no'],
        ]),
      },
    ],
  });
  expect((await vectorTable(project, 'm')).ids).not.toContain(1);
  expect(historyOf(project, 1).at(-1)).toMatchObject({
    annotator: 'bob',
    change: 'text',
    textBefore: 'late parcel',
  });
  // Someone else corrected it since: their text is not taken away unasked.
  correctText(project, 'ada', { id: 1, text: 'a later package' });
  expect(() => undoAct(project, 'bob', act!)).toThrow('decided anew since');
  expect(() => undo(project, 'bob')).toThrow('decided anew since');
  expect(documents.get(1)?.text).toBe('a later package');
  undo(project, 'ada');
  undo(project, 'bob');
  expect(documents.get(1)?.text).toBe('late parcel');
  redo(project, 'bob');
  expect(documents.get(1)?.text).toBe('a late package\nindeed');
  const path = project.path;
  project.write(() => project.stores.settings.set('activeRun', 0));
  project.close();
  expect(checkProject(path).problems).toEqual([]);
  const again = openProject(path);
  undo(again, 'bob');
  expect(again.stores.documents.get(1)?.text).toBe('late parcel');
  again.close();
});

test('what was said of a text before it was corrected is in no figure', async () => {
  const project = readProject();
  const { runs, unseenScores, annotations, labels } = project.stores;
  project.write(() => {
    const id = runs.add({
      model: 'm',
      modelDigest: '',
      options: {},
      revisionId: annotations.lastRevision(),
      startedAt: '2026-01-01T00:00:00.000Z',
    });
    runs.setDocuments(id, { train: [1, 2], heldOut: [3] });
    runs.setLabels(
      id,
      labels.all().map(({ id: labelId, name, hypotheses }) => ({
        labelId,
        name,
        hypotheses: [...hypotheses],
        threshold: 0.5,
        thresholdFrom: 'default' as const,
      })),
    );
    const before = { probabilities: Float32Array.of(0.25, 0.5), thresholds: Float32Array.of(0.5, 0.5) };
    for (const document of [1, 2, 3]) unseenScores.putBefore(id, document, before);
    const probabilities = Float32Array.of(0.75, 0.5);
    unseenScores.putHeldOut(id, 3, { probabilities, thresholds: Float32Array.of(0.5, 0.5) });
  });
  const read = async () =>
    [...(await unseenReader(project, labels.all()))([1, 2, 3])].map(([id, { from }]) => `${id} ${from}`);
  expect(await read()).toEqual(['1 before', '2 before', '3 held out']);
  correctText(project, 'ada', { id: 1, text: 'other' });
  correctText(project, 'ada', { id: 3, text: 'other, too' });
  expect(await read()).toEqual(['2 before']);
  undo(project, 'ada');
  undo(project, 'ada');
  expect(await read()).toEqual(['1 before', '2 before', '3 held out']);
});

test('a text can’t be corrected to nothing, and the same text is no act', () => {
  const project = newProject();
  addDocuments(project, ['one']);
  expect(() => correctText(project, 'ada', { id: 1, text: ' \n' })).toThrow('A document needs a text');
  expect(() => correctText(project, 'ada', { id: 9, text: 'x' })).toThrow('no document 9');
  expect(correctText(project, 'ada', { id: 1, text: 'one' })).toEqual({ act: null, documents: 0 });
  expect(historyOf(project, 1)).toEqual([]);
});
