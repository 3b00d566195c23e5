import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject } from '../../../backend/project/file.ts';
import { altered as alteredBy, opened } from '../../support/foreignProject.ts';

const altered = (...statements: readonly string[]): string =>
  alteredBy((db) => {
    for (const sql of statements) db.exec(sql);
  });

/** Decides something as somebody new, and gives what holds of it when the project is opened again. */
function decidedAndReopened(path: string): unknown {
  const project = openProject(path);
  annotate(project, 'somebody new', [decided(3, { yes: [1], no: [] })]);
  project.close();
  expect(checkProject(path).problems).toEqual([]);
  const again = opened(path);
  expect(again.strange).toEqual([]);
  return again[DATABASE]
    .prepare(
      `SELECT value FROM current_decisions JOIN annotators a ON a.id = annotator_id
       WHERE document_id = 3 AND label_id = 1 AND a.name = 'somebody new'`,
    )
    .pluck()
    .get();
}

const LAST = 1_000_000_000;

test.each([
  ['the counter of revisions', [`UPDATE sqlite_sequence SET seq = ${LAST} WHERE name = 'revisions'`]],
  ['the counter of annotators', [`UPDATE sqlite_sequence SET seq = ${LAST} WHERE name = 'annotators'`]],
  [
    'a revision',
    [
      `UPDATE revisions SET id = ${LAST} WHERE id = (SELECT max(id) FROM revisions)`,
      `UPDATE sqlite_sequence SET seq = ${LAST} WHERE name = 'revisions'`,
    ],
  ],
  ['an annotator', [`UPDATE annotators SET id = ${LAST} WHERE id = (SELECT max(id) FROM annotators)`]],
])(
  'what is decided after %s of the largest number is still there when it is opened again',
  (_, statements) => {
    expect(decidedAndReopened(altered(...statements))).toBe('yes');
  },
);

test('what follows a number that is only just good stays, also where others were put aside', () => {
  const path = altered(
    'DELETE FROM document_changes',
    'UPDATE documents SET id = 4 * (SELECT count(*) FROM documents) + 1000000 WHERE id = 6',
    'UPDATE documents SET id = -id WHERE id IN (1, 2)',
  );
  const project = openProject(path);
  const id = project.write(() =>
    project.stores.documents.add(
      { externalId: null, text: 'new', meta: new Map(), split: null, source: 'x' },
      '2026-01-01T00:00:00.000Z',
    ),
  );
  annotate(project, 'ada', [decided(id, { yes: [1], no: [] })]);
  project.close();
  const again = opened(path);
  expect(again.strange).toEqual([]);
  expect(again.stores.documents.has(id)).toBe(true);
});

test('numbers of which each would only be found when another was put aside are all found', () => {
  // Each is the largest number but one that as many rows as there are allow, when those after it are gone.
  const path = altered(
    `WITH RECURSIVE rows (i, most) AS (
       SELECT 0, 4 * (count(*) + 14) + 1000001 FROM annotators UNION ALL SELECT i + 1, most - 4 FROM rows WHERE i < 13)
     INSERT INTO annotators (id, name) SELECT most, 'a' || i FROM rows`,
  );
  const project = openProject(path);
  expect(project.strange.filter((sentence) => sentence.includes('"annotators"'))).toEqual([
    'In 1 row of "annotators" the field "id" holds what Entail never writes: put aside.',
    'In 13 rows of "annotators" the field "id" holds what Entail never writes: put aside.',
  ]);
  project.close();
  expect(opened(path).strange).toEqual([]);
});
