import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { annotateFromFile } from '../../../backend/importing/answers.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { censusOf } from '../../../backend/importing/preview.ts';
import { redoImport, undoImport } from '../../../backend/importing/undoing.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function written(name: string, rows: readonly object[]): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
}

const LATE = 1;
const PRICE = 2;

const withLabels = (): Project => newProject(['late', 'price']);

/** Answers of one person: `d1` → `{late: 'yes'}`; without those that are open. */
function answers({ stores }: Project, annotator = 'ada'): Record<string, Record<string, string>> {
  const who = stores.annotations.annotatorId(annotator);
  return Object.fromEntries(
    stores.documents
      .page(0, 1000)
      .map(({ id, externalId }) => [
        externalId,
        Object.fromEntries(
          [...stores.annotations.decisions(id, who)]
            .filter(([, value]) => value !== 'undecided')
            .map(([label, value]) => [stores.labels.nameOf(label), value]),
        ),
      ]),
  );
}

const OLD = [
  { id: 'd1', text: 'the parcel came late', labels: ['late'], rejected: ['price'], annotator: 'ada' },
  { id: 'd2', text: 'much too dear', labels: ['price'], rejected: ['late'], annotator: 'ada' },
  { id: 'd3', text: 'all was well', labels: [], rejected: ['late', 'price'], annotator: 'ada' },
];
const OLD_ANSWERS = {
  d1: { late: 'yes', price: 'no' },
  d2: { late: 'no', price: 'yes' },
  d3: { late: 'no', price: 'no' },
};

const run = (project: Project, file: string, more: Partial<Parameters<typeof importFiles>[1]> = {}) =>
  importFiles(project, { files: [file], annotator: 'import', ...more });

const idOf = ({ stores }: Project, name: string): number => stores.documents.byExternalId(name)!.id;

const correct = (project: Project, name: string, yes: number[], no: number[]) =>
  annotate(project, 'ada', [decided(idOf(project, name), { yes, no })]);

test('an import that changes nothing is no act, and what is taken back is the one that did something', async () => {
  const project = withLabels();
  const file = written('old.jsonl', OLD);
  const { id } = await run(project, file);
  const again = await run(project, file);
  expect(again).toMatchObject({ added: 0, known: 3 });
  expect(project.stores.imports.list(9)).toMatchObject([{ id, documents: 3, decisions: 6 }]);
  // The page offers it of the import that has just ended.
  expect(undoImport(project, again.id)).toMatchObject({ documents: 0, answers: 0 });
  expect(project.stores.documents.count()).toBe(3);
  undoImport(project);
  expect(project.stores.documents.count()).toBe(0);
});

test('an old export does not overwrite newer corrections: undone, done again, after restarts', async () => {
  const project = withLabels();
  const file = written('old.jsonl', OLD);
  await run(project, file);
  expect(answers(project)).toEqual(OLD_ANSWERS);
  correct(project, 'd1', [PRICE], [LATE]);
  correct(project, 'd2', [LATE, PRICE], []);
  const corrected = { ...OLD_ANSWERS, d1: { late: 'no', price: 'yes' }, d2: { late: 'yes', price: 'yes' } };
  expect(answers(project)).toEqual(corrected);

  const again = await run(
    project,
    written('old.jsonl', [...OLD, { id: 'd4', text: 'new one', labels: ['late'] }]),
  );
  expect(answers(project)).toEqual({ ...corrected, d4: {} });
  expect(answers(project, 'import').d4).toEqual({ late: 'yes' });
  expect(again).toMatchObject({ added: 1, conflictCount: 3, overwritten: 0 });
  expect(
    again.conflicts.map(({ document, label, mine, theirs, by, theirsAt, kept }) => [
      document,
      label,
      mine,
      theirs,
      by,
      theirsAt,
      kept,
    ]),
  ).toEqual([
    ['d1', 'price', 'yes', 'no', 'ada', null, 'mine'],
    ['d1', 'late', 'no', 'yes', 'ada', null, 'mine'],
    ['d2', 'late', 'yes', 'no', 'ada', null, 'mine'],
  ]);

  project.close();
  const second = openProject(project.path);
  expect(undoImport(second)).toMatchObject({ id: again.id, documents: 1, answers: 1, stayed: 0 });
  expect(answers(second)).toEqual(corrected);
  expect(second.stores.documents.count()).toBe(3);
  second.close();
  const third = openProject(project.path);
  expect(redoImport(third)).toMatchObject({ id: again.id, documents: 1, answers: 1, stayed: 0 });
  expect(answers(third)).toEqual({ ...corrected, d4: {} });
  expect(answers(third, 'import').d4).toEqual({ late: 'yes' });
  third.close();
  expect(checkProject(project.path).problems).toEqual([]);
});

test('an undone import takes its documents, but for those that a person decided on', async () => {
  const project = withLabels();
  const file = written('old.jsonl', OLD);
  await run(project, file);
  correct(project, 'd1', [LATE, PRICE], []);
  expect(undoImport(project)).toMatchObject({ documents: 2, answers: 5, stayed: 1 });
  // The person changed the answer for "price" alone; that for "late" was the import's.
  expect(answers(project)).toEqual({ d1: { price: 'yes' } });
  expect(() => undoImport(project)).toThrow('There is no such import that could be undone.');
  // What was taken back was never said: importing again is in conflict with the person's answer only.
  const again = await run(project, file);
  expect(again).toMatchObject({ added: 2, known: 1, conflictCount: 1 });
  expect(answers(project)).toEqual({ ...OLD_ANSWERS, d1: { late: 'yes', price: 'yes' } });
  // The first import can't bring back what has come anew.
  expect(redoImport(project)).toMatchObject({ documents: 0, stayed: 2 });
  project.close();
  expect(checkProject(project.path).problems).toEqual([]);
});

test('conflicts are known before: all of the file, none, or some are taken', async () => {
  for (const take of ['theirs', 'mine', 'some'] as const) {
    const project = withLabels();
    const file = written('old.jsonl', OLD);
    await run(project, file);
    correct(project, 'd1', [PRICE], [LATE]);
    const census = await censusOf(project, { files: [file], reading: {}, annotator: 'x', longerThan: 2000 });
    expect(census.conflictCount).toBe(2);
    const late = census.conflicts.find(({ label }) => label === 'late')!;
    expect(late).toMatchObject({
      document: 'd1',
      start: 'the parcel came late',
      mine: 'no',
      theirs: 'yes',
      by: 'ada',
    });
    const policy = take === 'some' ? { theirs: new Set([late.key]) } : take;
    const report = await run(project, file, { conflicts: policy });
    expect(report.overwritten).toBe({ theirs: 2, mine: 0, some: 1 }[take]);
    expect(answers(project).d1).toEqual(
      {
        theirs: { late: 'yes', price: 'no' },
        mine: { late: 'no', price: 'yes' },
        some: { late: 'yes', price: 'yes' },
      }[take],
    );
    undoImport(project);
    expect(answers(project).d1).toEqual({ late: 'no', price: 'yes' });
  }
});

test('a file that says a later time goes before, an earlier one does not', async () => {
  const project = withLabels();
  await run(project, written('old.jsonl', OLD));
  correct(project, 'd1', [PRICE], [LATE]);
  const row = {
    id: 'd1',
    text: 'the parcel came late',
    labels: ['late'],
    rejected: ['price'],
    annotator: 'ada',
  };
  await run(project, written('a.jsonl', [{ ...row, at: '2001-01-01T00:00:00Z' }]));
  expect(answers(project).d1).toEqual({ late: 'no', price: 'yes' });
  const report = await run(project, written('b.jsonl', [{ ...row, at: '2999-01-01T00:00:00Z' }]));
  expect(report.conflictCount).toBe(0);
  expect(answers(project).d1).toEqual({ late: 'yes', price: 'no' });
});

test('an answer that a person took away counts as one, and nameless rows are weighed against everybody', async () => {
  const project = withLabels();
  await run(project, written('old.jsonl', OLD));
  const d1 = idOf(project, 'd1');
  annotate(project, 'ada', [{ documentId: d1, values: new Map([[LATE, 'undecided']]), status: 'draft' }]);
  expect(await run(project, written('old.jsonl', OLD.slice(0, 1)))).toMatchObject({ conflictCount: 1 });
  expect(answers(project).d1).toEqual({ price: 'no' });
  const nameless = { id: 'd2', text: 'much too dear', labels: ['late'] };
  expect(await run(project, written('n.jsonl', [nameless]))).toMatchObject({ conflictCount: 1 });
  expect(answers(project, 'import').d2).toEqual({});
});

test('answers from a file are one act, and keep to the same rules', async () => {
  const project = withLabels();
  await run(project, written('old.jsonl', OLD));
  const file = written('a.jsonl', [
    { id: 'd1', labels: ['price'] },
    { id: 'd3', labels: [] },
  ]);
  const report = await annotateFromFile(project, file, { annotator: 'ada' });
  expect(report).toMatchObject({ documents: 2, changed: false, conflictCount: 2, overwritten: 0 });
  expect(answers(project)).toEqual(OLD_ANSWERS);
  await annotateFromFile(project, file, { annotator: 'ada', conflicts: 'theirs' });
  expect(answers(project).d1).toEqual({ late: 'no', price: 'yes' });
  undoImport(project);
  expect(answers(project)).toEqual(OLD_ANSWERS);
});

test('an empty list of answers is a no to every label, or nothing where that is said, and counted', async () => {
  const file = written('a.jsonl', [
    { id: 'd1', labels: ['price'] },
    { id: 'd2', labels: [] },
    { id: 'd3', labels: [], rejected: [] },
  ]);
  const texts = written(
    'texts.jsonl',
    OLD.map(({ id, text }) => ({ id, text })),
  );
  const none = withLabels();
  await run(none, texts);
  const read = await annotateFromFile(none, file, { annotator: 'ada' });
  expect(read).toMatchObject({ documents: 3, empty: 1 });
  expect(answers(none).d2).toEqual({ late: 'no', price: 'no' });
  const nothing = withLabels();
  await run(nothing, texts);
  const left = await annotateFromFile(nothing, file, { annotator: 'ada', empty: 'nothing' });
  expect(left).toMatchObject({ documents: 2, empty: 1 });
  expect(answers(nothing).d2 ?? {}).toEqual({});
  expect(answers(nothing).d1).toEqual({ late: 'no', price: 'yes' });
  const alone = written('b.jsonl', [{ id: 'd1', labels: [] }]);
  await expect(annotateFromFile(nothing, alone, { annotator: 'ada', empty: 'nothing' })).rejects.toThrow(
    'has no rows that say anything',
  );
});

test('rows of answers that contradict each other are told, with the yes that was taken', async () => {
  const project = withLabels();
  await run(
    project,
    written('old.jsonl', [
      { id: 'd1', text: 'it came late' },
      { id: 'd2', text: 'much too dear' },
    ]),
  );
  const file = written('a.jsonl', [
    { id: 'd1', labels: ['late'] },
    { id: 'd2', labels: ['late'], rejected: [] },
    { id: 'd1', labels: ['price'] },
    { id: 'd1', labels: ['late', 'price'] },
    { id: 'd2', labels: ['price'], rejected: [] },
  ]);
  expect(await annotateFromFile(project, file, { annotator: 'ada' })).toMatchObject({
    documents: 2,
    contradictingCount: 1,
    contradicting: [{ document: 'd1', labels: ['late', 'price'], places: [{ line: 1 }, { line: 3 }] }],
  });
  expect(answers(project)).toEqual({ d1: { late: 'yes', price: 'yes' }, d2: { late: 'yes', price: 'yes' } });
});

test('several rows of one document are joined: a label that one of them names is no no of another', async () => {
  for (const absent of ['no', 'open'] as const) {
    const project = withLabels();
    const rows = [
      { id: 'd1', text: 'late and dear', labels: ['late'] },
      { id: 'd1', text: 'late and dear', labels: ['price'] },
      { id: 'd2', text: 'late', labels: ['late'] },
    ];
    await run(project, written('rows.jsonl', rows), { absent });
    expect(answers(project, 'import')).toEqual({
      d1: { late: 'yes', price: 'yes' },
      d2: absent === 'no' ? { late: 'yes', price: 'no' } : { late: 'yes' },
    });
    undoImport(project);
    expect(project.stores.documents.count()).toBe(0);
    redoImport(project);
    expect(answers(project, 'import').d1).toEqual({ late: 'yes', price: 'yes' });
  }
});

test('an empty list of labels is no answer unless the person says so', async () => {
  const project = withLabels();
  const file = written('e.jsonl', [{ id: 'd1', text: 'nobody looked', labels: [] }]);
  expect(await run(project, file)).toMatchObject({ added: 1, annotated: 0 });
  expect(project.stores.annotations.countByStatus().get('done')).toBeUndefined();
  await run(project, file, { absent: 'no' });
  expect(answers(project, 'import').d1).toEqual({ late: 'no', price: 'no' });
});

test('answers have the time that their file says, and later ones of another file are known to be later', async () => {
  const project = withLabels();
  const row = { id: 'd1', text: 'one', annotator: 'ada', rejected: ['price'], status: 'done' };
  const early = '2001-01-01T00:00:00.000Z';
  const times = [early, '2001-01-02T00:00:00.000Z', '2999-01-01T00:00:00.000Z'];
  const rows = times.map((at, i) => ({ ...row, id: `d${i + 1}`, text: `text ${i}`, labels: ['late'], at }));
  await run(project, written('a.jsonl', rows));
  const at = (id: number) => project.stores.annotations.states(id).map((state) => state.at);
  expect([at(1), at(2)]).toEqual([[early], [times[1]]]);
  // What has not come yet is when it was imported.
  expect(Math.abs(Date.parse(at(3)[0] ?? '') - Date.now())).toBeLessThan(60_000);
  const other = { ...rows[0], labels: [], rejected: ['late', 'price'] };
  const older = await run(project, written('b.jsonl', [{ ...other, at: '2000-01-01T00:00:00Z' }]));
  expect(older).toMatchObject({ conflictCount: 1, overwritten: 0 });
  const newer = await run(project, written('c.jsonl', [{ ...other, at: '2002-01-01T00:00:00Z' }]));
  expect(newer).toMatchObject({ conflictCount: 0 });
  expect(answers(project).d1).toEqual({ late: 'no', price: 'no' });
  undoImport(project);
  expect(answers(project).d1).toEqual({ late: 'yes', price: 'no' });
});

test('what a file is sure of is no infinite odds', async () => {
  const project = withLabels();
  const rows = [1, 0].map((score, i) => ({ text: `text ${i}`, label: 'late', answer: 'ignore', score }));
  await run(project, written('a.jsonl', rows));
  const { evidence } = project.stores;
  const kept = evidence.by([1], [1, 2]).map(({ odds }) => odds);
  expect(kept.map((odds) => Math.sign(odds))).toEqual([1, -1]);
  expect(kept.every(Number.isFinite)).toBe(true);
});
