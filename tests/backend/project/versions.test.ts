import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { openProject } from '../../../backend/project/file.ts';
import { CURRENT_VERSION, migrate } from '../../../backend/project/store/migrations.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const FOLDER = join(import.meta.dirname, 'versions');
const kept = readdirSync(FOLDER).filter((name) => name.endsWith('.entail.gz'));

/** A fresh copy of a kept project, and an empty home for its backups. */
function old(name: string): { path: string; home: string } {
  const home = temporaryFolder();
  const before = process.env.ENTAIL_HOME;
  process.env.ENTAIL_HOME = home;
  onTestFinished(() => {
    if (before === undefined) delete process.env.ENTAIL_HOME;
    else process.env.ENTAIL_HOME = before;
  });
  const path = join(temporaryFolder(), 'old.entail');
  writeFileSync(path, gunzipSync(readFileSync(join(FOLDER, name))));
  return { path, home };
}

test('evidence of “default” is of the model that shipped then', () => {
  const { path } = old('10.entail.gz');
  const db = new Database(path);
  db.prepare("UPDATE scorers SET name = 'default'").run();
  db.close();
  const project = openProject(path);
  expect(project.stores.evidence.scorer(1)).toMatchObject({ kind: 'model', name: 'entail-minilm-l6' });
  project.close();
});

const TABLES = ['documents', 'decisions', 'current_decisions', 'states', 'revisions', 'labels', 'hypotheses'];
const RUN_TABLES = ['runs', 'run_labels', 'run_documents', 'weights'];

function contents(path: string): Record<string, unknown> {
  const db = new Database(path, { readonly: true });
  try {
    return Object.fromEntries(
      [...TABLES, ...RUN_TABLES].map((table) => [table, db.prepare(`SELECT * FROM ${table}`).raw().all()]),
    );
  } finally {
    db.close();
  }
}

const versionIn = (path: string) => readFileSync(path).readUInt32BE(60);

function backupsIn(home: string): string[] {
  const folder = join(home, 'backups');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.entail'))
    .map((name) => join(folder, name));
}

test('a project of every format but the present one is kept', () => {
  const versions = kept.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  expect(versions).toEqual(Array.from({ length: CURRENT_VERSION - 1 }, (_, i) => i + 1));
});

test.each(kept)('%s is brought to the present format, with all it held, after a copy was made', (name) => {
  const { path, home } = old(name);
  const before = contents(path);
  const version = versionIn(path);
  const project = openProject(path);
  project.close();
  expect(contents(path)).toEqual(before);
  expect(versionIn(path)).toBe(CURRENT_VERSION);
  expect(checkProject(path)).toMatchObject({ problems: [], notes: [] });
  const backups = backupsIn(home);
  expect(backups).toHaveLength(1);
  expect(versionIn(backups[0]!)).toBe(version);
  expect(contents(backups[0]!)).toEqual(before);
  openProject(path).close();
  expect(backupsIn(home)).toHaveLength(1);
});

test('without room for the copy nothing is changed', () => {
  const { path, home } = old('1.entail.gz');
  writeFileSync(join(home, 'backups'), 'a file where the folder goes');
  const before = readFileSync(path);
  expect(() => openProject(path)).toThrow(expect.objectContaining({ code: 'migration_no_backup' }));
  expect(readFileSync(path).equals(before)).toBe(true);
});

const from = (file: string) => JSON.stringify(join(import.meta.dirname, '../../../backend/project', file));

/** Every step from every kept format, the moment before the end of the transaction, and the one after it. */
const moments = kept.flatMap((name) => {
  const version = Number.parseInt(name, 10);
  const steps = Array.from({ length: CURRENT_VERSION - version }, (_, i) => version + 1 + i);
  return [...steps, 'commit', 'after'].map((at) => ({ name, at }));
});

test.each(moments)(
  '$name killed at step $at is of the old format or the new one, and goes on',
  ({ name, at }) => {
    const { path, home } = old(name);
    const before = contents(path);
    const script = `
    const Database = (await import('better-sqlite3')).default;
    const { migrate } = await import(${from('store/migrations.ts')});
    const { prepareForWriting, harden } = await import(${from('store/pragmas.ts')});
    const { backUpBeforeMigrating } = await import(${from('migrationBackup.ts')});
    const db = new Database(${JSON.stringify(path)});
    harden(db);
    backUpBeforeMigrating(db, ${JSON.stringify(path)});
    prepareForWriting(db);
    db.exec('UPDATE session SET writes = writes + 1');
    migrate(db, { onStep: (step) => step === ${JSON.stringify(at)} && process.kill(process.pid, 'SIGKILL') });
    ${at === 'after' ? "process.kill(process.pid, 'SIGKILL');" : ''}`;
    const { stderr, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '../../..'),
    });
    expect({ stderr, signal }).toEqual({ stderr: '', signal: 'SIGKILL' });
    expect(backupsIn(home)).toHaveLength(1);
    expect(contents(backupsIn(home)[0]!)).toEqual(before);
    openProject(path).close();
    expect(contents(path)).toEqual(before);
    expect(versionIn(path)).toBe(CURRENT_VERSION);
    expect(checkProject(path).problems).toEqual([]);
  },
);

test('rebuilding a table empties none that point to it', () => {
  const { path } = old('1.entail.gz');
  openProject(path).close();
  const before = contents(path);
  const db = new Database(path);
  db.pragma('foreign_keys = on');
  const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'runs'").get() as { sql: string };
  const rebuild = `${sql.replace('runs', 'runs_new')};
    INSERT INTO runs_new SELECT * FROM runs; DROP TABLE runs; ALTER TABLE runs_new RENAME TO runs;`;
  const step = (text: string) => ({ version: CURRENT_VERSION + 1, file: 'test', sql: text });
  const steps = Array.from({ length: CURRENT_VERSION }, () => step(''));
  migrate(db, { to: CURRENT_VERSION + 1, steps: [...steps, step(rebuild)] });
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  // What a step leaves pointing to nothing takes all of it back.
  const bad = [...steps, step(''), { ...step('DELETE FROM labels'), version: CURRENT_VERSION + 2 }];
  expect(() => migrate(db, { to: CURRENT_VERSION + 2, steps: bad })).toThrow('point to nothing');
  expect(db.pragma('user_version', { simple: true })).toBe(CURRENT_VERSION + 1);
  db.close();
  expect(contents(path)).toEqual(before);
  rmSync(path);
});
