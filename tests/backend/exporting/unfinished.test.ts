import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { removeLabel } from '../../../backend/labels/changes.ts';
import { annotatedDocuments } from '../../../backend/training/data.ts';
import { addDocuments, newProject } from '../../support/project.ts';

test('what is decided on documents that nobody finished is learnt from, and counted as left out of exports', () => {
  const project = newProject();
  addDocuments(project, ['one', 'two', 'three', 'four', 'five']);
  const { annotations, labels } = project.stores;
  const begin = (documentId: number, values: [number, 'yes' | 'no'][]) =>
    ({ documentId, values: new Map(values), status: 'draft' }) as const;
  annotate(project, 'ada', [
    decided(1, { yes: [1], no: [2] }),
    begin(2, [[1, 'yes']]),
    begin(3, [[2, 'no']]),
    // Looked at, nothing said.
    begin(4, []),
    begin(5, [[1, 'yes']]),
  ]);
  // Bob finished what Ada began: it is written.
  annotate(project, 'bob', [decided(5, { yes: [1], no: [2] })]);
  expect(annotatedDocuments(project, labels.all()).map(({ id }) => id)).toEqual([1, 2, 3, 5]);
  expect(annotations.unfinished()).toBe(2);
  removeLabel(project, 2);
  expect(annotations.unfinished()).toBe(1);
  annotate(project, 'ada', [decided(2, { yes: [1], no: [] })]);
  expect(annotations.unfinished()).toBe(0);
});
