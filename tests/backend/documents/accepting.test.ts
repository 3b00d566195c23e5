import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { disagreementsOf } from '../../../backend/annotating/disagreements.ts';
import { historyOf } from '../../../backend/annotating/history.ts';
import { undo } from '../../../backend/annotating/undo.ts';
import { nextCards } from '../../../backend/choosing/cards.ts';
import { accept, acceptable, takeBackAccepted } from '../../../backend/documents/accepting.ts';
import { browse } from '../../../backend/documents/browsing.ts';
import { correctText, deleteDocuments } from '../../../backend/documents/changing.ts';
import { matchingIds } from '../../../backend/documents/filtering.ts';
import { summaryOf } from '../../../backend/documents/summary.ts';
import { doubtsIn, everything } from '../../../backend/documents/unconfirmed.ts';
import { evaluationOf } from '../../../backend/evaluating/evaluation.ts';
import { judgedDocuments } from '../../../backend/evaluating/judging.ts';
import { contradictions } from '../../../backend/evaluating/mistakes.ts';
import { lockTestSample, testSampleOf } from '../../../backend/evaluating/testSample.ts';
import { exportFormats } from '../../../backend/exporting/index.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import { projectTable } from '../../../backend/exporting/results/projectTable.ts';
import { mergeLabels, removeLabel, undoLabelChange, updateLabel } from '../../../backend/labels/changes.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { affectedBy } from '../../../backend/labels/merging.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { thresholdSources, thresholdsOf } from '../../../backend/suggesting/thresholds.ts';
import { trainingData } from '../../../backend/training/data.ts';
import { trainingOptions } from '../../../engine/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const ALL = { annotator: 'ada', filter: everything() };

/** Every document is read by run 1, which gives `odds` for each label. */
function readByRun(project: Project, odds: (documentId: number, labelId: number) => number): void {
  const { runs, settings, labels, evidence, documents } = project.stores;
  project.write(() => {
    const run = runs.get(1)
      ? 1
      : runs.add({
          model: 'm',
          modelDigest: 'd',
          options: {},
          revisionId: 0,
          startedAt: '2026-01-01T00:00:00.000Z',
        });
    settings.set('activeRun', run);
    const source = { kind: 'run', name: String(run), digest: '' } as const;
    for (const scorer of scorersFor(source, labels.all(), APP_PRECISION)) {
      const scorerId = evidence.scorerId(scorer);
      for (const id of documents.ids()) {
        const value = Float32Array.of(odds(id, scorer.labelId));
        evidence.put(id, { labelId: scorer.labelId, scorerId, odds: value, cosine: null, passage: null });
      }
    }
  });
}

/** Thirty documents decided by two people who disagree once, twenty nobody touched, ten of them for testing; all read. */
function project60(): Project {
  const project = newProject();
  const ids = addDocuments(
    project,
    Array.from({ length: 50 }, (_, i) => `text ${i}`),
  );
  const yes = (id: number, label: number) => id % (label + 1) === 0;
  annotate(
    project,
    'ada',
    ids
      .slice(0, 30)
      .map((id) =>
        decided(id, { yes: [1, 2].filter((l) => yes(id, l)), no: [1, 2].filter((l) => !yes(id, l)) }),
      ),
  );
  annotate(project, 'bob', [decided(ids[0]!, { yes: [1], no: [] })]);
  lockTestSample(project, { size: 10, seed: 1 });
  annotate(
    project,
    'ada',
    project.stores.documents
      .inSplit('test')
      .slice(0, 4)
      .map((id) => decided(id, { yes: [1], no: [2] })),
  );
  readByRun(project, (id, label) => (yes(id, label) !== (id % 7 === 0) ? 2 : -2));
  return project;
}

/** Everything that trains, measures or compares, and what other tools get. */
async function learning(project: Project): Promise<unknown> {
  const labels = project.stores.labels.all();
  const judged = await judgedDocuments(project, labels);
  const formats = [...exportFormats.values()].filter(({ carries }) => !carries.accepted);
  return JSON.parse(
    JSON.stringify({
      data: trainingData(project, trainingOptions({}), { heldOutShare: 0.2, negativesPerPositive: 3 }),
      settled: [...project.stores.settled.answers()],
      disputes: project.stores.settled.disputes(),
      disagreements: disagreementsOf(project),
      judged: judged.map(({ gold, decided: known, ...rest }) => ({
        ...rest,
        gold: [...gold],
        known: [...known],
      })),
      evaluation: await evaluationOf(project),
      labelErrors: await contradictions(judged, labels),
      testSample: testSampleOf(project),
      thresholds: [...thresholdsOf(project)],
      from: thresholdSources(project),
      summary: summaryOf(project, { name: 'p', annotator: 'ada' }),
      next: nextCards(project, { annotator: 'ada', strategy: 'random', limit: 50, except: [] }),
      exports: formats.map((format) =>
        Buffer.concat([...format.write(exportSource(project), {})].map((part) => Buffer.from(part))).toString(
          'latin1',
        ),
      ),
    }),
  );
}

test('what is accepted trains, measures and compares nothing: all is as if it had not been accepted', async () => {
  const project = project60();
  const before = await learning(project);
  expect(before).toMatchObject({ evaluation: { on: 'test sample' }, disputes: [{ documentId: 1 }] });
  const done = await accept(project, ALL);
  expect(done.answers).toBeGreaterThan(5);
  expect(await learning(project)).toEqual(before);
  // Also of a project that is opened anew.
  project.close();
  const again = openProject(project.path);
  try {
    expect(await learning(again)).toEqual(before);
    expect(again.stores.accepted.all(5)).toMatchObject([
      { answers: done.answers, documents: done.documents },
    ]);
  } finally {
    again.close();
  }
  expect(checkProject(project.path).problems).toEqual([]);
});

test('only one file asks for accepted answers, and no part that trains, measures or chooses reads them', () => {
  const backend = join(import.meta.dirname, '..', '..', '..', 'backend');
  const files = readdirSync(backend, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const naming = (pattern: RegExp) =>
    files.filter((name) => pattern.test(readFileSync(join(backend, name), 'utf8'))).sort();
  expect(naming(/\b(FROM|JOIN|INTO|UPDATE) (accepted_answers|acceptances)\b|`accepted_answers a/)).toEqual([
    join('project', 'store', 'accepted.ts'),
  ]);
  // Labels only say what hangs on one, and move it with its label.
  const apart = ['training', 'evaluating', 'choosing', 'suggesting', 'importing'];
  const reading = naming(
    /\b(stores\.accepted|accepted \} = project\.stores|accepted, .*= project\.stores)\b/,
  );
  expect(reading.length).toBeGreaterThan(1);
  expect(reading.filter((name) => apart.some((part) => name.startsWith(part)))).toEqual([]);
});

test('suggestions at their thresholds are accepted where nobody said anything, and not twice', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three', 'four', 'five']);
  readByRun(project, (_, label) => (label === 1 ? 1 : -1));
  annotate(project, 'ada', [
    { documentId: 1, values: new Map([[1, 'no']]), status: 'draft' },
    decided(2, { yes: [], no: [2] }),
  ]);
  annotate(project, 'bob', [{ documentId: 3, values: new Map(), status: 'skipped' }]);
  project.write(() => project.stores.runs.setThreshold(1, 2, 0.26));
  // 1 has a person's no for the first label, 2 is done, 3 skipped; the second label's 0.27 reaches its threshold.
  expect(await acceptable(project, ALL)).toMatchObject({
    documents: 3,
    answers: 5,
    stale: 0,
    labels: [
      { labelId: 1, threshold: 0.5, documents: 2, examples: [{ id: 4 }, { id: 5 }] },
      { labelId: 2, threshold: 0.26, documents: 3 },
    ],
  });
  expect(await accept(project, { ...ALL, labelIds: [1] })).toMatchObject({ documents: 2, answers: 2 });
  expect(await accept(project, ALL)).toMatchObject({ documents: 3, answers: 3 });
  expect(await accept(project, ALL)).toEqual({ act: null, documents: 0, answers: 0 });
});

test('what a filter asks for as suggested is what is accepted, at whatever threshold', async () => {
  const project = newProject();
  addDocuments(
    project,
    Array.from({ length: 40 }, (_, i) => `text ${i}`),
  );
  readByRun(project, (id, label) => (id - 20) / (4 * label));
  for (const threshold of [0.5, 0.31, 0.9, 0, 1]) {
    for (const labelId of [1, 2])
      project.write(() => project.stores.runs.setThreshold(1, labelId, threshold));
    const { labels } = await acceptable(project, ALL);
    for (const labelId of [1, 2]) {
      const filter = everything({ suggested: { labelId, to: 1 } });
      const shown = browse(project, { ...ALL, filter, sort: 'order', offset: 0, limit: 1 });
      const wanted = labels.find((label) => label.labelId === labelId)?.documents ?? 0;
      expect(shown).toMatchObject({ total: wanted, suggestedFrom: threshold });
    }
  }
  const typed = everything({ suggested: { labelId: 1, from: 0.5, to: 1 } });
  expect(browse(project, { ...ALL, filter: typed, sort: 'order', offset: 0, limit: 1 })).toMatchObject({
    total: 21,
    suggestedFrom: 0.5,
  });
});

test('a filter says among which documents', async () => {
  const project = newProject();
  addDocuments(project, ['late parcel', 'nice', 'late again']);
  readByRun(project, () => 1);
  const found = await accept(project, { ...ALL, filter: everything({ search: 'late' }) });
  expect(found).toMatchObject({ documents: 2, answers: 4 });
  const filter = everything({ accepted: { labelId: 2 } });
  expect([...matchingIds(project, { annotator: 'ada', filter, sort: 'order' })]).toEqual([1, 3]);
  expect(
    browse(project, { annotator: 'ada', filter: everything(), sort: 'order', offset: 0, limit: 3 }).rows,
  ).toMatchObject([{ labels: [], accepted: [1, 2], status: 'new' }, { accepted: [] }, { accepted: [1, 2] }]);
});

test('a person’s word replaces what was accepted, label by label; finishing or skipping replaces all of a document', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three']);
  readByRun(project, () => 1);
  await accept(project, ALL);
  const standing = (id: number) => project.stores.accepted.of(id).map(({ labelId }) => labelId);
  annotate(project, 'bob', [{ documentId: 1, values: new Map([[1, 'no']]), status: 'draft' }]);
  expect(standing(1)).toEqual([2]);
  undo(project, 'bob');
  expect(standing(1)).toEqual([1, 2]);
  annotate(project, 'bob', [decided(2, { yes: [1], no: [] })]);
  expect(standing(2)).toEqual([]);
  annotate(project, 'bob', [{ documentId: 3, values: new Map(), status: 'skipped' }]);
  expect(standing(3)).toEqual([]);
});

test('a text that was corrected since, a deleted document and a deleted label have nothing accepted', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three']);
  readByRun(project, () => 1);
  await accept(project, ALL);
  correctText(project, 'ada', { id: 1, text: 'another' });
  deleteDocuments(project, 'ada', [2]);
  removeLabel(project, 2);
  expect(project.stores.accepted.documents()).toEqual([3]);
  expect(project.stores.accepted.of(3)).toMatchObject([{ labelId: 1 }]);
  undo(project, 'ada');
  undo(project, 'ada');
  expect(project.stores.accepted.documents()).toEqual([1, 2, 3]);
});

test('suggestions of other sentences or another model than those of now are left out and counted', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two']);
  readByRun(project, () => 1);
  updateLabel(project, { id: 1, hypotheses: ['now it is another sentence .'] });
  expect(await acceptable(project, ALL)).toMatchObject({ answers: 2, stale: 2, labels: [{ labelId: 2 }] });
  addLabels(project, [{ name: 'new', hypotheses: ['this is new .'] }]);
  expect(await accept(project, ALL)).toMatchObject({ answers: 2 });
});

test('one undo takes back more than 10,000 documents, and no other person’s word', async () => {
  const project = newProject(['late']);
  addDocuments(
    project,
    Array.from({ length: 12_000 }, (_, i) => `text ${i}`),
  );
  readByRun(project, () => 1);
  const done = await accept(project, ALL);
  expect(done).toMatchObject({ documents: 12_000, answers: 12_000 });
  annotate(project, 'bob', [decided(7, { yes: [1], no: [] })]);
  expect(project.stores.accepted.documents()).toHaveLength(11_999);
  takeBackAccepted(project, done.act!);
  expect(project.stores.accepted.documents()).toEqual([]);
  expect([...project.stores.settled.answers()]).toEqual([{ documentId: 7, labelId: 1, value: 'yes' }]);
  expect(() => takeBackAccepted(project, done.act!)).toThrow('taken back already');
  expect(project.stores.accepted.all(5)).toMatchObject([{ id: 1, by: 'ada', documents: 12_000 }]);
  expect(await accept(project, ALL)).toMatchObject({ documents: 11_999 });
});

test('history and exports show it as the model’s', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two']);
  readByRun(project, () => 1);
  annotate(project, 'bob', [{ documentId: 1, values: new Map([[2, 'no']]), status: 'draft' }]);
  const { act } = await accept(project, ALL);
  annotate(project, 'bob', [{ documentId: 1, values: new Map([[2, 'yes']]), status: 'draft' }]);
  expect(
    historyOf(project, 1).map(({ kind, annotator, decisions }) => [kind, annotator, decisions.length]),
  ).toEqual([
    ['annotate', 'bob', 1],
    ['accept', 'ada', 1],
    ['annotate', 'bob', 1],
  ]);
  const table = projectTable(exportSource(project));
  const rows = [...(table.rows() as Iterable<readonly unknown[]>)];
  const cell = (row: number, name: string) =>
    rows[row]![table.columns.findIndex((column) => column.name === name)];
  expect([cell(0, 'shipping'), cell(0, 'shipping: from'), cell(0, 'shipping: decided')]).toEqual([
    'yes',
    'model, accepted',
    null,
  ]);
  expect([cell(0, 'price'), cell(0, 'price: from')]).toEqual(['yes', 'person']);
  const lines = [
    ...exportFormats.get('jsonl')!.write(exportSource(project), { includeUnfinished: true }),
  ].map(
    (line) =>
      JSON.parse(String(line)) as {
        labels?: string[];
        accepted?: { label: string; model: string; by: string }[];
      },
  );
  expect(lines[0]).toMatchObject({
    labels: ['price'],
    accepted: [{ label: 'shipping', model: 'run 1', by: 'ada' }],
  });
  takeBackAccepted(project, act!);
  expect(historyOf(project, 1)[1]).toMatchObject({ kind: 'accept', undone: true });
});

test('what was accepted follows its label: renamed, merged, deleted, and back', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three']);
  readByRun(project, (_, label) => (label === 1 ? 1 : -1));
  const { act } = await accept(project, { annotator: 'ada', filter: everything(), labelIds: [1] });
  const standing = (label: number) => project.stores.accepted.documents(label);
  expect(standing(1)).toEqual([1, 2, 3]);
  updateLabel(project, { id: 1, name: 'another name' });
  expect(standing(1)).toEqual([1, 2, 3]);
  expect(affectedBy(project, { id: 1 })).toMatchObject({ accepted: 3, yes: 0 });

  // A person's no to the label that goes is no yes to the one that stays.
  annotate(project, 'ada', [{ documentId: 3, values: new Map([[1, 'no']]), status: 'draft' }]);
  const merged = mergeLabels(project, { from: 1, into: 2 });
  expect([standing(1), standing(2)]).toEqual([[], [1, 2]]);
  expect(project.stores.accepted.of(1)).toMatchObject([{ labelId: 2, by: 'ada' }]);
  expect(project.stores.accepted.all(1)[0]).toMatchObject({ documents: 3 });
  expect([...project.stores.settled.answers()].filter(({ labelId }) => labelId === 2)).toEqual([]);
  undoLabelChange(project, merged);
  expect([standing(1), standing(2)]).toEqual([[1, 2], []]);

  // Taking the acceptance back takes what was moved of it, too.
  mergeLabels(project, { from: 1, into: 2 });
  takeBackAccepted(project, act!);
  expect([standing(1), standing(2)]).toEqual([[], []]);
  undoLabelChange(project);

  await accept(project, { annotator: 'ada', filter: everything(), labelIds: [1] });
  expect(standing(1)).toEqual([1, 2]);
  const removed = removeLabel(project, 1);
  expect(standing(1)).toEqual([]);
  expect(project.stores.accepted.documents()).toEqual([]);
  undoLabelChange(project, removed);
  expect(standing(1)).toEqual([1, 2]);
});

test('what is found says how much of it is expected to be right, and whether anyone finished a document', async () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three']);
  const share = (odds: number) => 1 / (1 + Math.exp(-odds));
  readByRun(project, (id, label) => (label === 1 ? id : -1));
  project.write(() => project.stores.runs.setThreshold(1, 2, 0.26));
  const found = await acceptable(project, ALL);
  expect(found).toMatchObject({ finished: 0, labels: [{ doubtful: false }, { doubtful: true }] });
  expect(found.labels[0]!.right).toBeCloseTo((share(1) + share(2) + share(3)) / 3, 5);
  expect(found.labels[1]!.right).toBeCloseTo(share(-1), 5);
  // Who exports them is told the same.
  const doubts = [
    { labelId: 1, doubtful: false },
    { labelId: 2, doubtful: true },
  ];
  expect(await doubtsIn(project)).toEqual({ finished: 0, labels: expect.arrayContaining(doubts) });
  // A yes alone, as a file brings it, finishes nothing.
  annotate(project, 'file', [{ documentId: 1, values: new Map([[1, 'yes']]), status: 'draft' }]);
  expect(await acceptable(project, ALL)).toMatchObject({ finished: 0 });
  annotate(project, 'ada', [decided(2, { yes: [1], no: [2] })]);
  expect(await acceptable(project, ALL)).toMatchObject({ finished: 1 });
});
