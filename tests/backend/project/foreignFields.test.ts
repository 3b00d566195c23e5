import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject } from '../../../backend/project/file.ts';
import { migrate, migrations } from '../../../backend/project/store/migrations.ts';
import { suggestionsOf } from '../../../backend/suggesting/reader.ts';
import { suggestingModel } from '../../../backend/suggesting/suggestingModel.ts';
import { dropRunFolder, runFolder } from '../../../backend/training/runFolder.ts';
import {
  fieldCases,
  fullProject,
  fullProjectOfVersion1,
  setField,
  tryField,
} from '../../fuzz/project-fields.ts';
import { altered as alteredBy, opened } from '../../support/foreignProject.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const altered = (sql: string, ...values: unknown[]): string =>
  alteredBy((db) => void db.prepare(sql).run(...values));

/** Where checkpoints go while a test runs. */
function homeOf(folder: string): void {
  const before = process.env.ENTAIL_HOME;
  process.env.ENTAIL_HOME = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.ENTAIL_HOME;
    else process.env.ENTAIL_HOME = before;
  });
}

test('a mark that is a path is replaced, and removing a run’s folder removes nothing else', () => {
  const path = altered('UPDATE session SET mark = mark || ?', '/../../../victim');
  const home = temporaryFolder();
  homeOf(join(home, 'a', 'b'));
  const victim = join(home, 'victim', '1');
  mkdirSync(victim, { recursive: true });
  writeFileSync(join(victim, 'kept.txt'), 'kept');
  expect(checkProject(path).problems.join()).toContain('"mark"');
  const project = opened(path);
  expect(project.strange.join()).toContain('"mark"');
  expect(runFolder(project, 1).startsWith(join(home, 'a', 'b', 'checkpoints'))).toBe(true);
  expect(runFolder(project, 1)).toMatch(/[/\\][0-9a-f]{32}[/\\]1-[0-9a-f]{16}$/);
  dropRunFolder(runFolder(project, 1));
  expect(existsSync(join(victim, 'kept.txt'))).toBe(true);
  expect(project[DATABASE].prepare('SELECT mark FROM session').pluck().get()).toMatch(
    /^entail-project-[0-9a-f]{32}$/,
  );
});

test('a run’s folder is of a whole number', () => {
  const project = opened(altered('UPDATE labels SET position = 0'));
  expect(() => runFolder(project, Number.NaN)).toThrow(RangeError);
  expect(() => runFolder(project, -1)).toThrow(RangeError);
});

test.each([
  ['hypotheses', 'text', 10_000, 'label_id = 1'],
  ['labels', 'description', 20_000, 'id = 1'],
  ['labels', 'guidelines', 200_000, 'id = 1'],
])(
  'what %s.%s has more than a label takes is put aside, in letters of one byte too',
  (table, column, most, where) => {
    const path = altered(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, 'a'.repeat(most + 1));
    expect(checkProject(path).problems.join()).toContain(`"${column}"`);
    const project = opened(path);
    expect(project.strange.join()).toContain(`"${column}"`);
    expect(project.stores.labels.all().length).toBeGreaterThan(0);
    const longest = opened(altered(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, 'a'.repeat(most)));
    expect(longest.strange).toEqual([]);
    expect(longest.stores.labels.all().length).toBeGreaterThan(0);
  },
);

test('a bad row is named, kept whole, and the rest opens', () => {
  const path = altered("UPDATE current_decisions SET value = '<img>' WHERE document_id = 1 AND label_id = 1");
  const project = opened(path);
  expect(project.strange).toEqual([
    'In 1 row of "current_decisions" the field "value" holds what Entail never writes: put aside.',
  ]);
  const kept = project[DATABASE]
    .prepare("SELECT value FROM settings WHERE key GLOB 'put aside *'")
    .pluck()
    .all();
  expect(kept.map((json) => JSON.parse(String(json)))).toEqual([
    expect.objectContaining({
      table: 'current_decisions',
      column: 'value',
      rows: [expect.objectContaining({ document_id: 1, label_id: 1, value: '<img>' })],
    }),
  ]);
  expect(project.stores.documents.count()).toBe(5);
});

test.each([
  ['session', 'id', 2],
  ['current_decisions', 'value', '<img>'],
  ['documents', 'split', 'x'],
  ['runs', 'status', 'x'],
] as const)(
  'a bad row of a project of version 1 stops neither its copy nor the new format: %s.%s',
  (table, column, value) => {
    const folder = temporaryFolder();
    homeOf(join(folder, 'home'));
    const path = join(folder, 'old.entail');
    fullProjectOfVersion1(path);
    expect(setField(path, { table, column, kind: '', value })).toBe(true);
    const sentence =
      table === 'session'
        ? /has lost its mark: it gets a new one/
        : new RegExp(`of "${table}" the field "${column}" holds what Entail never writes`);
    expect(checkProject(path).problems.join(' ')).toMatch(sentence);
    const project = opened(path);
    expect(project.strange.join(' ')).toMatch(sentence);
    expect(project.stores.documents.count()).toBe(6);
    expect(project[DATABASE].pragma('ignore_check_constraints', { simple: true })).toBe(0);
  },
);

test('a report that is none is left out, and the run stays', () => {
  const project = opened(altered("UPDATE runs SET report = '['"));
  expect(project.stores.runs.all()).toMatchObject([{ id: 1, status: 'done', report: {} }]);
});

test('ids that are not dense are put aside, and new documents get the next number', () => {
  const path = altered('UPDATE documents SET id = ? WHERE id = 6', 9_223_372_036_854_775_807n);
  const project = opened(path);
  expect([...project.stores.documents.ids()]).toEqual([1, 2, 3, 4, 5]);
  const id = project.write(() =>
    project.stores.documents.add(
      { externalId: null, text: 'new', meta: new Map(), split: null, source: 'x' },
      '2026-01-01T00:00:00.000Z',
    ),
  );
  expect(id).toBe(7);
  expect(suggestionsOf(project).row(5)).toHaveLength(2);
  expect(project.stores.evidence.columns.rows).toBe(5);
});

test('evidence of another label’s scorer is put aside, so that the label is read again', () => {
  const path = altered('UPDATE evidence SET scorer_id = 2 WHERE document_id = 1 AND label_id = 1');
  const project = opened(path);
  expect(project.strange).toEqual([
    'In 1 row of "evidence" the field "scorer_id" holds what Entail never writes: put aside.',
  ]);
  expect(
    project.stores.evidence.stale({ scorers: [1], labels: 1 }, { after: 0, last: 6 }, 9).map(({ id }) => id),
  ).toEqual([1]);
  expect(suggestionsOf(project).row(1)).toBeUndefined();
});

test('ids beyond what tables in memory hold are put aside with all that points to them', () => {
  const path = altered('UPDATE scorers SET id = ? WHERE id = 1', 2 ** 32 + 2);
  const project = opened(path);
  expect(project[DATABASE].prepare('SELECT id FROM scorers').pluck().all()).toEqual([2]);
  expect(project[DATABASE].prepare('SELECT count(*) FROM evidence WHERE label_id = 1').pluck().get()).toBe(0);
});

test('a run that suggests but is not there is put aside, and the model as it is suggests', async () => {
  const path = altered("UPDATE settings SET value = '99' WHERE key = 'activeRun'");
  const sentence = 'The run that suggests is not in the project: the model as it is suggests.';
  expect(checkProject(path).problems).toContain(sentence);
  const project = opened(path);
  expect(project.strange).toEqual([sentence]);
  expect(project.stores.settings.get('activeRun')).toBe(0);
  expect((await suggestingModel(project)).name).toBe('entail-minilm-l6');
});

test('what was put aside is told by every later check', () => {
  const path = altered("UPDATE current_decisions SET value = '<img>' WHERE document_id < 3 AND label_id = 1");
  openProject(path).close();
  const told = ['2 rows of "current_decisions" were put aside earlier for their field "value".'];
  expect(checkProject(path).notes).toEqual(told);
  openProject(path).close();
  expect(checkProject(path).notes).toEqual(told);
});

test('rows that only look put aside are neither read whole nor told in their own words', () => {
  const own = (table: string) => JSON.stringify({ table, column: 'value', rows: [{}] });
  const path = altered(
    `INSERT INTO settings (key, value) VALUES ('put aside 1', 'x'), ('put aside 2', ?), ('put aside 3', ?),
     ('put aside 4', ?)`,
    own('<img src=x>'),
    own('settings'),
    'x'.repeat(11_000_000),
  );
  expect(checkProject(path).notes).toEqual([
    '1 row of "settings" was put aside earlier for its field "value".',
    'More was put aside earlier: 2 entries that are too large or not of Entail.',
  ]);
  expect(opened(path).strange).toEqual([]);
});

test('a sound project is opened without a word, and not changed', () => {
  const path = altered('UPDATE labels SET position = position');
  expect(checkProject(path).problems).toEqual([]);
  expect(opened(path).strange).toEqual([]);
});

test('a project of version 1 whose values stand in the way of a new column opens: they are put aside afterwards', () => {
  const path = join(temporaryFolder(), 'old.entail');
  fullProjectOfVersion1(path);
  const db = new Database(path);
  db.pragma('ignore_check_constraints = 1');
  db.prepare('UPDATE session SET id = 4000000000').run();
  db.prepare("UPDATE documents SET split = '<img>' WHERE id = 1").run();
  db.close();
  expect(checkProject(path).problems).toContain(
    'The database is damaged: "session" holds values of the wrong kind.',
  );
  const project = opened(path);
  expect(project.strange).toEqual([
    'In 1 row of "documents" the field "split" holds what Entail never writes: replaced by a plain value.',
    'The project has lost its mark: it gets a new one.',
  ]);
  expect(project.stores.documents.count()).toBe(6);
  expect(project[DATABASE].pragma('ignore_check_constraints', { simple: true })).toBe(0);
});

test('what a migration can’t take along is told in a sentence that names the file', () => {
  const path = join(temporaryFolder(), 'old.entail');
  fullProjectOfVersion1(path);
  const db = new Database(path);
  const steps = [
    ...migrations.slice(0, 1),
    { version: 2, file: '002.sql', sql: 'CREATE UNIQUE INDEX one ON documents (source)' },
  ];
  expect(() => migrate(db, { steps, to: 2 })).toThrow(
    '"old.entail" holds values that no Entail wrote, and can\'t be brought to the format of this Entail.',
  );
  db.close();
});

/** One in so many; all of them with ENTAIL_FUZZ=1. */
const EVERY = process.env.ENTAIL_FUZZ === '1' ? 1 : 60;

test.each([
  ['this version', fullProject],
  ['version 1', fullProjectOfVersion1],
] as const)(
  'no field of a project of %s breaks opening, the screens or the next opening',
  async (_, make) => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    homeOf(home);
    const source = join(folder, 'full.entail');
    make(source);
    const wrong: string[] = [];
    for (const [number, given] of fieldCases(source).entries()) {
      if (number % EVERY !== 7 % EVERY) continue;
      wrong.push(...(await tryField(source, given, { folder, home, number })));
    }
    expect(wrong).toEqual([]);
  },
  3_600_000,
);
