import { expect, test } from 'vitest';
import { annotate } from '../../../backend/annotating/annotating.ts';
import { disagreementsOf, settleBy } from '../../../backend/annotating/disagreements.ts';
import { nextCards } from '../../../backend/choosing/cards.ts';
import { judgedDocuments } from '../../../backend/evaluating/judging.ts';
import { answerOf } from '../../../backend/exporting/answers.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import type { Project } from '../../../backend/project/file.ts';
import type { Status } from '../../../backend/project/store/annotations.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { annotatedDocuments } from '../../../backend/training/data.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const SHIPPING = 1;

function say(project: Project, who: string, id: number, value: 'yes' | 'no', status: Status = 'done') {
  annotate(project, who, [{ documentId: id, values: new Map([[SHIPPING, value]]), status }]);
}

/** On document 1 two say yes and then one no; on 2 one says yes, then one no; on 3 they agree; on 4 one skipped. */
function disputed(): Project {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three', 'four']);
  for (const who of ['ada', 'bob']) say(project, who, 1, 'yes');
  say(project, 'cem', 1, 'no');
  say(project, 'ada', 2, 'yes');
  say(project, 'bob', 2, 'no', 'draft');
  for (const who of ['ada', 'bob']) say(project, who, 3, 'no');
  say(project, 'ada', 4, 'yes');
  say(project, 'bob', 4, 'no', 'skipped');
  return project;
}

function answers(project: Project) {
  const { settled } = project.stores;
  const found = [...settled.answers()].filter(({ labelId }) => labelId === SHIPPING);
  // Counted in the database, they are the same.
  const count = (wanted: 'yes' | 'no') => found.filter(({ value }) => value === wanted).length;
  expect(settled.counts().get(SHIPPING)).toEqual({ yes: count('yes'), no: count('no') });
  return Object.fromEntries(found.map(({ documentId, value }) => [documentId, value]));
}

test('the majority counts at first; a tie is left open, counted and offered', () => {
  const project = disputed();
  expect(answers(project)).toEqual({ 1: 'yes', 3: 'no', 4: 'yes' });
  expect(disagreementsOf(project)).toEqual({
    rule: 'majority',
    adjudicator: null,
    annotators: ['ada', 'bob', 'cem'],
    disputed: 2,
    open: 1,
    openDocuments: [2],
  });
  const [card, ...more] = nextCards(project, {
    annotator: 'cem',
    strategy: 'disputed',
    limit: 5,
    except: [],
  });
  expect(more).toEqual([]);
  expect(card).toMatchObject({
    id: 2,
    reason: 'disputed',
    opinions: [
      { labelId: SHIPPING, annotator: 'ada', value: 'yes' },
      { labelId: SHIPPING, annotator: 'bob', value: 'no' },
    ],
  });
  // A third answer breaks the tie.
  say(project, 'cem', 2, 'no', 'draft');
  expect(answers(project)).toMatchObject({ 2: 'no' });
  expect(disagreementsOf(project)).toMatchObject({ disputed: 2, open: 0, openDocuments: [] });
});

test('what was said last counts, whoever said it', () => {
  const project = disputed();
  settleBy(project, { rule: 'latest' });
  expect(answers(project)).toEqual({ 1: 'no', 2: 'no', 3: 'no', 4: 'yes' });
  say(project, 'ada', 2, 'no');
  say(project, 'ada', 2, 'yes');
  expect(answers(project)).toMatchObject({ 2: 'yes' });
});

test('the adjudicator settles disagreements, and nothing that others agree on', () => {
  const project = disputed();
  expect(() => settleBy(project, { rule: 'adjudicated' })).toThrow('Nobody is named');
  settleBy(project, { rule: 'adjudicated', adjudicator: ' dora ' });
  expect(answers(project)).toEqual({ 3: 'no', 4: 'yes' });
  expect(disagreementsOf(project)).toMatchObject({ adjudicator: 'dora', disputed: 2, open: 2 });
  say(project, 'dora', 1, 'no', 'draft');
  expect(answers(project)).toEqual({ 1: 'no', 3: 'no', 4: 'yes' });
  expect(disagreementsOf(project)).toMatchObject({ open: 1, openDocuments: [2] });
  settleBy(project, { rule: 'adjudicated', adjudicator: 'ada' });
  expect(answers(project)).toEqual({ 1: 'yes', 2: 'yes', 3: 'no', 4: 'yes' });
});

test('training, figures and exports follow the same rule', async () => {
  const project = disputed();
  // In exports a draft does not touch what somebody finished.
  say(project, 'bob', 2, 'no');
  const labels = project.stores.labels.all();
  readByRun(project, [1, 2, 3, 4]);
  const read = async () => ({
    trained: annotatedDocuments(project, labels).map(({ id, decisions }) => [id, decisions.get(0)]),
    judged: (await judgedDocuments(project, labels)).map(({ id, gold }) => [
      id,
      gold[0] === 1 ? 'yes' : 'no',
    ]),
    exported: [...exportSource(project).documents()].map((document) =>
      answerOf(document, exportSource(project), {})?.decisions.get('shipping'),
    ),
  });
  const byMajority = [
    [1, 'yes'],
    [3, 'no'],
    [4, 'yes'],
  ];
  expect(await read()).toEqual({
    trained: byMajority,
    judged: byMajority,
    exported: ['yes', undefined, 'no', 'yes'],
  });
  settleBy(project, { rule: 'latest' });
  const byTime = [
    [1, 'no'],
    [2, 'no'],
    [3, 'no'],
    [4, 'yes'],
  ];
  expect(await read()).toEqual({ trained: byTime, judged: byTime, exported: ['no', 'no', 'no', 'yes'] });
});

/** Evidence of a run that suggests now, for all labels. */
function readByRun(project: Project, ids: readonly number[]): void {
  const { evidence, labels, settings } = project.stores;
  project.write(() => {
    settings.set('activeRun', 1);
    const source = { kind: 'run', name: '1', digest: '' } as const;
    for (const scorer of scorersFor(source, labels.all(), APP_PRECISION)) {
      const { labelId } = scorer;
      const scorerId = evidence.scorerId(scorer);
      for (const id of ids)
        evidence.put(id, { labelId, scorerId, odds: Float32Array.of(1), cosine: null, passage: null });
    }
  });
}
