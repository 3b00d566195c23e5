import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { mendProject } from '../../../backend/project/mend.ts';
import { fullProject, fullProjectOfVersion1 } from '../../fuzz/project-fields.ts';
import { wrongSentence } from '../../fuzz/sentences.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { hash, killedAfter, state } from './logFiles.ts';

const MADE_ANEW = 'The index for searching is damaged or was changed by something else: it is made anew.';

/** A project whose tables something else than Entail wrote to, also those that SQLite protects. */
function altered(sql: string, make = fullProject): string {
  const path = join(temporaryFolder(), 'foreign.entail');
  make(path);
  alter(path, sql);
  return path;
}

function alter(path: string, sql: string): void {
  const db = new Database(path);
  db.unsafeMode(true);
  db.exec(sql);
  db.close();
}

function opened(path: string): Project {
  const project = openProject(path);
  onTestFinished(() => project.close());
  return project;
}

const found = (project: Project, search: string): number[] => [
  ...project.stores.documentQuery.matching({
    annotatorId: 1,
    filter: { search, status: 'all' },
    sort: 'order',
  }),
];

const added = (project: Project, text: string): number =>
  project.write(() =>
    project.stores.documents.add(
      { externalId: null, text, meta: new Map(), split: null, source: 'x' },
      '2026-01-01T00:00:00.000Z',
    ),
  );

/** Searching, adding and correcting work, and what they leave is sound. */
function expectMended(project: Project): void {
  const lamps = found(project, 'lamp');
  const id = added(project, 'a new lamp');
  project.write(() => project.stores.documents.setText(1, 'another lamp'));
  expect(found(project, 'lamp')).toEqual([1, ...lamps, id]);
  expect(found(project, 'dear')).toEqual([]);
  expect(project.stores.documentQuery.searchOpen('nobody', 'lamp', 99)).toEqual([1, ...lamps, id]);
  project.close();
  expect(checkProject(project.path).problems).toEqual([]);
  const again = openProject(project.path);
  expect(again.strange).toEqual([]);
  again.close();
}

const SETTINGS = 'documents_text_config';
const HOSTILE_SETTINGS = [
  `UPDATE ${SETTINGS} SET v = 9`,
  `UPDATE ${SETTINGS} SET v = 'x'`,
  `UPDATE ${SETTINGS} SET v = NULL`,
  `DELETE FROM ${SETTINGS}`,
  `INSERT INTO ${SETTINGS} VALUES ('rank', 'evil(1)')`,
  `INSERT INTO ${SETTINGS} VALUES ('secure-delete', 1)`,
  `INSERT INTO ${SETTINGS} VALUES (x'00ff', zeroblob(1000000))`,
];

test.each(HOSTILE_SETTINGS)('an index with settings of something else is made anew: %s', (sql) => {
  const path = altered(sql);
  const before = state(path);
  expect(checkProject(path).problems).toEqual([MADE_ANEW]);
  expect(state(path)).toEqual(before);
  const project = opened(path);
  expect(project.strange).toEqual([MADE_ANEW]);
  expect(found(project, 'lamp')).toEqual([4]);
  expectMended(project);
});

test.each([
  'DELETE FROM documents_text_data',
  'UPDATE documents_text_data SET block = NULL',
  "UPDATE documents_text_data SET block = 'text'",
  'UPDATE documents_text_data SET block = randomblob(length(block))',
  'UPDATE documents_text_data SET block = randomblob(20) WHERE id = 10',
  'UPDATE documents_text_data SET block = zeroblob(length(block)) WHERE id > 10',
  'DELETE FROM documents_text_docsize',
])('an index that can’t be read is made anew when the project is opened: %s', (sql) => {
  const path = altered(sql);
  expect(checkProject(path).problems).toEqual([MADE_ANEW]);
  const project = opened(path);
  expect(project.strange).toEqual([MADE_ANEW]);
  expect(found(project, 'lamp')).toEqual([4]);
  expectMended(project);
});

test.each([
  'DELETE FROM documents_text_data WHERE id = 1',
  "UPDATE documents_text_data SET block = x'ffffffffffffffffffffffff' WHERE id = 1",
])('what is wrong deeper inside is told by check, and mended where it is met: %s', (sql) => {
  const path = altered(sql);
  expect(checkProject(path).problems).toEqual(['The search index does not fit the documents.']);
  const project = opened(path);
  expect(project.strange).toEqual([]);
  expectMended(project);
});

/** The index as if a document's text were another: SQL that reads well afterwards. */
const instead = (id: string, text: string) =>
  `INSERT INTO documents_text (documents_text, rowid, text) SELECT 'delete', id, text FROM documents WHERE ${id};
   INSERT INTO documents_text (rowid, text) SELECT id, ${text} FROM documents WHERE ${id}`;

test('an index that reads well and misses documents is made anew when the project is opened', () => {
  const path = altered(instead('id < 5', "'something else'"));
  expect(checkProject(path).problems).toEqual([MADE_ANEW]);
  const project = opened(path);
  expect(project.strange).toEqual([MADE_ANEW]);
  expect(found(project, 'lamp')).toEqual([4]);
  expectMended(project);
});

test('an index that finds too much is told by check, and made anew by "entail check --mend"', () => {
  const path = altered(instead('id = 3', "text || ' ghost'"));
  const project = openProject(path);
  expect(found(project, 'ghost')).toEqual([3]);
  project.close();
  expect(checkProject(path).problems).toEqual(['The search index does not fit the documents.']);
  expect(mendProject(path)).toEqual(['The index for searching did not fit the documents: it was made anew.']);
  expect(mendProject(path)).toEqual([]);
  expect(checkProject(path).problems).toEqual([]);
  expect(found(opened(path), 'ghost')).toEqual([]);
});

test.each(['search', 'add', 'correct'] as const)(
  'an index that breaks while it is open is mended: %s',
  (first) => {
    const project = opened(altered('SELECT 1'));
    const db = project[DATABASE];
    db.unsafeMode(true);
    db.exec('UPDATE documents_text_data SET block = zeroblob(length(block)) WHERE id > 1');
    db.unsafeMode(false);
    if (first === 'search') expect(found(project, 'lamp')).toEqual([4]);
    if (first === 'add') expect(added(project, 'a lamp')).toBe(7);
    if (first === 'correct') project.write(() => project.stores.documents.setText(2, 'a lamp'));
    expectMended(project);
  },
);

test('what fails only when a transaction ends is mended within it', () => {
  const project = opened(altered('SELECT 1'));
  const db = project[DATABASE];
  const before = project.stores.documents.count();
  project.write(() => {
    for (let i = 0; i < 20; i++) added(project, `lamp ${i}`);
    db.unsafeMode(true);
    db.exec("UPDATE documents_text_data SET block = x'00' WHERE id = 10");
    db.unsafeMode(false);
  });
  expect(project.stores.documents.count()).toBe(before + 20);
  expect(found(project, 'lamp')).toHaveLength(21);
  expectMended(project);
});

test.each([HOSTILE_SETTINGS[0]!, 'UPDATE documents_text_data SET block = NULL'])(
  'a project that was not closed loses nothing by its index: %s',
  (sql) => {
    const path = altered(sql);
    const untouched = hash(path);
    killedAfter(path, 1, 2);
    // Opening by whoever was killed has mended it: broken once more, in the log that it left.
    alter(path, sql);
    expect(hash(path)).not.toBe(untouched);
    expectMended(opened(path));
  },
);

test.each([HOSTILE_SETTINGS[0]!, HOSTILE_SETTINGS[3]!, 'UPDATE documents_text_data SET block = NULL'])(
  'a project of version 1 is brought up to date whatever its index is like: %s',
  (sql) => {
    const path = altered(sql, fullProjectOfVersion1);
    expect(checkProject(path).problems).toContain(MADE_ANEW);
    const project = opened(path);
    expect(project.strange).toEqual([MADE_ANEW]);
    expect(found(project, 'lamp')).toEqual([4]);
  },
);

const planted = (sql: string) => `PRAGMA writable_schema = 1; ${sql}`;
const table = (name: string, sql: string) =>
  planted(`INSERT INTO sqlite_schema VALUES ('table', '${name}', '${name}', 0, '${sql}')`);

test.each([
  table('sqlite_evil', 'CREATE VIRTUAL TABLE sqlite_evil USING evil (x)'),
  table('evil', 'CREATE VIRTUAL TABLE evil USING fts5 (x)'),
  table('evil', 'CREATE VIRTUAL TABLE evil USING rtree (x)'),
  planted("DELETE FROM sqlite_schema WHERE name = 'documents_text_config'"),
  planted("UPDATE sqlite_schema SET sql = replace(sql, 'unicode61', 'evil') WHERE name = 'documents_text'"),
  planted(
    "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE documents_text USING fts5 (text, evil = 1)' WHERE name = 'documents_text'",
  ),
])('a virtual table that Entail did not make is not opened, and the file is refused: %s', (sql) => {
  const path = altered(sql);
  const before = state(path);
  expect(checkProject(path).problems).toEqual(['It has tables, triggers or views that Entail did not make.']);
  expect(() => openProject(path)).toThrow(
    expect.objectContaining({
      code: 'project_altered',
      message: '"foreign.entail" has tables, triggers or views that Entail did not make.',
    }),
  );
  expect(state(path)).toEqual(before);
});

test('damage is told in words of ours', () => {
  const path = altered(
    planted(`UPDATE sqlite_schema SET rootpage =
      (SELECT rootpage FROM sqlite_schema WHERE name = 'decisions') WHERE name = 'states'`),
  );
  expect(() => openProject(path)).toThrow(
    '"foreign.entail" is damaged: the index "states_by_revision" does not fit its table.',
  );
  const { problems } = checkProject(path);
  expect(problems).toContain('The database is damaged: its pages do not fit together.');
  expect(problems.map(wrongSentence).filter((wrong) => wrong !== undefined)).toEqual([]);
});

test('a strange value under an index that does not fit is refused before anything is written', () => {
  const path = altered('SELECT 1');
  const db = new Database(path);
  db.unsafeMode(true);
  const index = db
    .prepare("SELECT * FROM sqlite_schema WHERE name = 'current_decisions_by_label'")
    .raw()
    .get();
  db.exec("PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'current_decisions_by_label'");
  db.close();
  alter(
    path,
    "PRAGMA ignore_check_constraints = 1; UPDATE current_decisions SET value = 'undecided', revision_id = -1 WHERE document_id = 1",
  );
  const again = new Database(path);
  again.unsafeMode(true);
  again.pragma('writable_schema = 1');
  again.prepare('INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)').run(index);
  again.close();
  const before = state(path);
  expect(() => openProject(path)).toThrow(
    '"foreign.entail" is damaged: the index "current_decisions_by_label" does not fit its table.',
  );
  expect(state(path)).toEqual(before);
});
