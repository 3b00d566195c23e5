import { expect, test } from 'vitest';
import { browse } from '../../../backend/documents/browsing.ts';
import { fieldsOf } from '../../../backend/documents/fields.ts';
import { matchingIds } from '../../../backend/documents/filtering.ts';
import { everything } from '../../../backend/documents/unconfirmed.ts';
import type { Project } from '../../../backend/project/file.ts';
import type { MetaValue } from '../../../backend/records.ts';
import type { FieldCondition, Sort } from '../../../contract/index.ts';
import { newProject } from '../../support/project.ts';

function withFields(rows: readonly Readonly<Record<string, MetaValue>>[]): Project {
  const project = newProject(['late']);
  project.write(() => {
    for (const [i, row] of rows.entries()) {
      const meta = new Map(Object.entries(row));
      project.stores.documents.add(
        { externalId: null, text: `text ${i}`, meta, split: null, source: 'x' },
        '2026-01-01T00:00:00.000Z',
      );
    }
  });
  return project;
}

const ODD = 'a "field" of $.[0]';
const ROWS = [
  { day: '24.12.2025', amount: '9.5', agent: 'Ann', paid: true, [ODD]: 'x' },
  { day: '03.01.2026 10:30', amount: '120', agent: 'bo', paid: false },
  { day: '02.03.2025', amount: '', agent: 'Ann' },
  { amount: '-3', agent: 'Zoé', [ODD]: 'y' },
];

test('what the fields of documents hold is found: dates, numbers, yes or no, few values to choose from', () => {
  expect(fieldsOf(withFields(ROWS))).toEqual([
    { name: 'day', kind: 'date', timed: true, documents: 3, values: [] },
    { name: 'amount', kind: 'number', timed: false, documents: 4, values: [] },
    { name: 'agent', kind: 'text', timed: false, documents: 4, values: ['Ann', 'bo', 'Zoé'] },
    { name: 'paid', kind: 'yes/no', timed: false, documents: 2, values: [] },
    { name: ODD, kind: 'text', timed: false, documents: 2, values: ['x', 'y'] },
  ]);
});

const find = (project: Project, fields: FieldCondition[], sort: Sort = 'order') => [
  ...matchingIds(project, { annotator: 'ada', filter: everything({ fields }), sort }),
];

test.each<[FieldCondition[], number[]]>([
  [[{ name: 'agent', is: 'Ann' }], [1, 3]],
  [[{ name: 'agent', contains: 'O' }], [2, 4]],
  [[{ name: 'amount', from: 0, to: 100 }], [1]],
  [[{ name: 'amount', from: -3 }], [1, 2, 4]],
  [[{ name: 'day', from: '2025-12-24', to: '2026-01-03' }], [1, 2]],
  [[{ name: 'day', to: '2025-12-23' }], [3]],
  [[{ name: 'paid', is: 'false' }], [2]],
  [[{ name: 'paid' }], [1, 2]],
  [[{ name: ODD, is: 'y' }], [4]],
  [
    [
      { name: 'agent', is: 'Ann' },
      { name: 'amount', from: 1 },
    ],
    [1],
  ],
  [[{ name: 'no such field', is: '1' }], []],
])('documents are found by their fields: %j', (fields, ids) => {
  expect(find(withFields(ROWS), fields)).toEqual(ids);
});

test.each<[Sort, number[]]>([
  [{ field: 'day', descending: false }, [3, 1, 2, 4]],
  [{ field: 'day', descending: true }, [2, 1, 3, 4]],
  // 120 is more than 9.5, and -3 less; an empty cell is no number.
  [{ field: 'amount', descending: false }, [4, 1, 2, 3]],
  [{ field: 'agent', descending: false }, [1, 3, 2, 4]],
  [{ field: 'agent', descending: true }, [4, 2, 1, 3]],
  [{ field: 'no such field', descending: true }, [1, 2, 3, 4]],
])('and sorted by them, those without one last: %j', (sort, ids) => {
  expect(find(withFields(ROWS), [], sort)).toEqual(ids);
});

test('rows show the fields that were asked for', () => {
  const project = withFields(ROWS);
  const { rows } = browse(project, {
    ...{ annotator: 'ada', filter: everything(), sort: 'order', offset: 0, limit: 2 },
    fields: ['paid', 'agent', 'no such field', ODD],
  });
  expect(rows.map(({ fields }) => fields)).toEqual([
    [true, 'Ann', null, 'x'],
    [false, 'bo', null, null],
  ]);
});

test('pages of 100,000 documents, filtered and sorted by a field, come from one search', () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => ({
    ...{ day: `2026-01-${String(1 + (i % 28)).padStart(2, '0')}`, amount: i % 1000 },
    agent: `agent ${i % 40}`,
  }));
  const project = withFields(rows);
  let asked = 0;
  const { fields } = project.stores;
  const counted = (name: string) => {
    asked += 1;
    return fields.values(name);
  };
  const counting = {
    ...project,
    stores: {
      ...project.stores,
      fields: { ...fields, values: counted },
    },
  };
  const page = (offset: number) =>
    browse(counting as Project, {
      ...{ annotator: 'ada', filter: everything({ fields: [{ name: 'agent', is: 'agent 7' }] }) },
      ...{ sort: { field: 'day', descending: true }, offset, limit: 100, fields: ['day'] },
    });
  const first = page(0);
  expect(first.total).toBe(2500);
  for (let offset = 100; offset < 2500; offset += 100) page(offset);
  // Once for the condition and once for the order, whatever is turned to.
  expect(asked).toBe(2);
  expect(first.rows[0]!.fields).toEqual(['2026-01-28']);
}, 60_000);
