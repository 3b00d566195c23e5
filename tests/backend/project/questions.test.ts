import { expect, test } from 'vitest';
import { annotate } from '../../../backend/annotating/annotating.ts';
import { historyOf } from '../../../backend/annotating/history.ts';
import { disagreementQueue, searchQueue } from '../../../backend/choosing/queues.ts';
import { browse } from '../../../backend/documents/browsing.ts';
import { matchingIds } from '../../../backend/documents/filtering.ts';
import { summaryOf } from '../../../backend/documents/summary.ts';
import { lockTestSample, testSampleOf } from '../../../backend/evaluating/testSample.ts';
import { mergeLabels, removeLabel, undoLabelChange, updateLabel } from '../../../backend/labels/changes.ts';
import { affectedBy } from '../../../backend/labels/merging.ts';
import type { Project } from '../../../backend/project/file.ts';
import type { Status, Value } from '../../../backend/project/store/annotations.ts';
import type { Filter, SORTS } from '../../../contract/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const [SHIPPING, PRICE] = [1, 2];

function say(
  project: Project,
  who: string,
  documentId: number,
  values: Record<number, Value>,
  more: { status?: Status; flagged?: boolean } = {},
): void {
  const given = new Map(Object.entries(values).map(([label, value]) => [Number(label), value]));
  annotate(project, who, [{ documentId, values: given, status: 'done', ...more }]);
}

/** Six documents, of which ada handled four and bob two. */
function annotated(): Project {
  const project = newProject();
  addDocuments(project, ['late parcel', 'a parcel', 'the price', 'price of a late parcel', 'the price', 'x']);
  say(project, 'ada', 1, { [SHIPPING]: 'yes', [PRICE]: 'no' });
  say(project, 'ada', 2, { [SHIPPING]: 'yes' }, { status: 'draft', flagged: true });
  say(project, 'ada', 3, { [SHIPPING]: 'no', [PRICE]: 'yes' });
  say(project, 'ada', 4, {}, { status: 'skipped' });
  say(project, 'bob', 1, { [SHIPPING]: 'no' });
  say(project, 'bob', 3, { [PRICE]: 'yes' });
  return project;
}

test.each<[Partial<Filter>, (typeof SORTS)[number], number[]]>([
  [{}, 'order', [1, 2, 3, 4, 5, 6]],
  [{}, 'newest', [6, 5, 4, 3, 2, 1]],
  [{}, 'longest', [4, 1, 3, 5, 2, 6]],
  [{}, 'shortest', [6, 2, 3, 5, 1, 4]],
  [{ status: 'new' }, 'order', [5, 6]],
  [{ status: 'draft' }, 'order', [2]],
  [{ status: 'done' }, 'newest', [3, 1]],
  [{ status: 'skipped' }, 'order', [4]],
  [{ status: 'flagged' }, 'order', [2]],
  [{ duplicates: true }, 'order', [3, 5]],
  [{ decided: { labelId: SHIPPING, value: 'yes' } }, 'order', [1, 2]],
  [{ decided: { labelId: SHIPPING, value: 'no' } }, 'order', [3]],
  [{ decided: { labelId: PRICE, value: 'undecided' } }, 'order', [2, 4, 5, 6]],
  [{ search: 'parcel' }, 'order', [1, 2, 4]],
  [{ search: 'parcel' }, 'newest', [4, 2, 1]],
  [{ search: 'parcel' }, 'longest', [4, 1, 2]],
  [{ search: 'late par', status: 'done' }, 'order', [1]],
  [{ search: '?!' }, 'order', []],
])('documents that match %o, by %s', (filter, sort, expected) => {
  const request = { annotator: 'ada', filter: { search: '', status: 'all' as const, ...filter }, sort };
  const project = annotated();
  expect([...matchingIds(project, request)]).toEqual(expected);
  // Nothing of another search is left in the statements.
  expect([
    ...matchingIds(project, { ...request, filter: { search: '', status: 'all' }, sort: 'order' }),
  ]).toHaveLength(6);
  expect([...matchingIds(project, request)]).toEqual(expected);
});

test('rows, the summary and the queues are one annotator’s', () => {
  const project = annotated();
  const request = {
    filter: { search: '', status: 'all' as const },
    sort: 'order' as const,
    offset: 1,
    limit: 2,
  };
  expect(browse(project, { ...request, annotator: 'ada' })).toEqual({
    total: 6,
    suggestedFrom: null,
    rows: [
      {
        id: 2,
        externalId: 'd2',
        start: 'a parcel',
        undecided: 0,
        status: 'draft',
        flagged: true,
        labels: [SHIPPING],
        accepted: [],
        fields: [],
        suggestion: null,
      },
      {
        id: 3,
        externalId: 'd3',
        start: 'the price',
        undecided: 0,
        status: 'done',
        flagged: false,
        labels: [PRICE],
        accepted: [],
        fields: [],
        suggestion: null,
      },
    ],
  });
  expect(browse(project, { ...request, annotator: 'nobody' }).rows.map(({ status }) => status)).toEqual([
    'new',
    'new',
  ]);
  expect(summaryOf(project, { name: 'n', annotator: 'ada' })).toMatchObject({
    documents: 6,
    done: 2,
    skipped: 1,
  });
  expect(summaryOf(project, { name: 'n', annotator: 'bob' })).toMatchObject({
    documents: 6,
    done: 2,
    skipped: 0,
  });
  expect(searchQueue(project, { annotator: 'ada', search: 'parcel', limit: 9 })).toEqual([2]);
  expect(searchQueue(project, { annotator: 'bob', search: 'parcel', limit: 9 })).toEqual([2, 4]);
  expect(searchQueue(project, { annotator: 'bob', search: 'parcel', limit: 1 })).toEqual([2]);
  expect(disagreementQueue(project, { annotator: 'ada', limit: 9 })).toEqual([1]);
  removeLabel(project, SHIPPING);
  expect(disagreementQueue(project, { annotator: 'ada', limit: 9 })).toEqual([]);
});

test('the history of a document tells every act in order', () => {
  const project = annotated();
  say(project, 'ada', 1, { [SHIPPING]: 'no' });
  expect(
    historyOf(project, 1).map(({ annotator, decisions, status }) => ({ annotator, decisions, status })),
  ).toEqual([
    {
      annotator: 'ada',
      decisions: [
        { labelId: SHIPPING, value: 'yes' },
        { labelId: PRICE, value: 'no' },
      ],
      status: 'done',
    },
    { annotator: 'bob', decisions: [{ labelId: SHIPPING, value: 'no' }], status: 'done' },
    { annotator: 'ada', decisions: [{ labelId: SHIPPING, value: 'no' }], status: null },
  ]);
  expect(Object.keys(historyOf(project, 1)[0]!).sort()).toEqual([
    'annotator',
    'at',
    'change',
    'decisions',
    'kind',
    'status',
    'textBefore',
  ]);
});

test('a merge makes every yes one for the other label; undoing restores all but what was decided since', () => {
  const project = annotated();
  expect(affectedBy(project, { id: SHIPPING, into: PRICE })).toEqual({
    yes: 2,
    no: 2,
    accepted: 0,
    suggestions: 0,
    runs: 0,
    contradictions: 2,
  });
  expect(affectedBy(project, { id: PRICE })).toMatchObject({ yes: 1, no: 1, contradictions: 0 });
  const { annotations } = project.stores;
  const ada = annotations.annotatorId('ada');
  const price = () => [1, 2, 3].map((id) => annotations.decisions(id, ada).get(PRICE));
  expect(price()).toEqual(['no', undefined, 'yes']);
  mergeLabels(project, { from: SHIPPING, into: PRICE });
  expect(price()).toEqual(['yes', 'yes', 'yes']);
  expect(project.stores.labels.all().map(({ id }) => id)).toEqual([PRICE]);
  say(project, 'ada', 2, { [PRICE]: 'no' });
  expect(undoLabelChange(project)).toBe('"shipping" was merged into "price"');
  expect(price()).toEqual(['no', 'no', 'yes']);
  expect(project.stores.labels.all().map(({ id }) => id)).toEqual([SHIPPING, PRICE]);
  expect(undoLabelChange(project)).toBeNull();
});

test('changes of labels are taken back one by one, the newest first', () => {
  const project = newProject();
  updateLabel(project, { id: PRICE, name: 'cost' });
  removeLabel(project, SHIPPING);
  const names = () => project.stores.labels.all().map(({ name }) => name);
  expect(names()).toEqual(['cost']);
  expect(undoLabelChange(project)).toBe('"shipping" was deleted');
  expect(names()).toEqual(['shipping', 'cost']);
  expect(undoLabelChange(project)).toBe('"price" was renamed to "cost"');
  expect(names()).toEqual(['shipping', 'price']);
  expect(undoLabelChange(project)).toBeNull();
});

test('a test sample is drawn of documents that nobody has begun, once', () => {
  const project = annotated();
  expect(() => lockTestSample(project, { size: 3, seed: 1 })).toThrow('there are 2');
  expect(lockTestSample(project, { size: 2, seed: 1 })).toBe(2);
  expect(project.stores.documents.inSplit('test')).toEqual([5, 6]);
  expect(() => lockTestSample(project, { size: 1, seed: 1 })).toThrow('a test sample of 2 documents already');
  expect(testSampleOf(project)).toEqual({ documents: 2, decided: 0, open: 0 });
  const more = { meta: new Map(), split: null, source: 'test' };
  project.write(() => {
    for (const text of ['another', 'one more'])
      project.stores.documents.add({ ...more, externalId: text, text }, '2026-01-01T00:00:00.000Z');
  });
  expect(lockTestSample(project, { size: 1, seed: 1, grow: true })).toBe(3);
  expect(testSampleOf(project)).toEqual({ documents: 3, decided: 0, open: 1 });
});
