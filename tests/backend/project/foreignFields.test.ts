import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { suggestionsOf } from '../../../backend/suggesting/reader.ts';
import { dropRunFolder, runFolder } from '../../../backend/training/runFolder.ts';
import { fieldCases, fullProject, tryField } from '../../fuzz/project-fields.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A project altered by something else than Entail. */
function altered(sql: string, ...values: unknown[]): string {
  const path = join(temporaryFolder(), 'foreign.entail');
  fullProject(path);
  const db = new Database(path);
  db.pragma('ignore_check_constraints = 1');
  db.pragma('foreign_keys = 0');
  db.prepare(sql).run(...values);
  db.close();
  return path;
}

function opened(path: string): Project {
  const project = openProject(path);
  onTestFinished(() => project.close());
  return project;
}

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
  expect(runFolder(project, 1)).toMatch(/[/\\][0-9a-f]{32}[/\\]1$/);
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
  expect(project.stores.documents.count()).toBe(6);
});

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

test('a sound project is opened without a word, and not changed', () => {
  const path = altered('UPDATE labels SET position = position');
  expect(checkProject(path).problems).toEqual([]);
  expect(opened(path).strange).toEqual([]);
});

/** One in so many; all of them with ENTAIL_FUZZ=1. */
const EVERY = process.env.ENTAIL_FUZZ === '1' ? 1 : 60;

test('no field of a project breaks opening, the screens or the next opening', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  homeOf(home);
  const source = join(folder, 'full.entail');
  fullProject(source);
  const wrong: string[] = [];
  for (const [number, given] of fieldCases(source).entries()) {
    if (number % EVERY !== 7 % EVERY) continue;
    wrong.push(...(await tryField(source, given, { folder, home, number })));
  }
  expect(wrong).toEqual([]);
}, 3_600_000);
