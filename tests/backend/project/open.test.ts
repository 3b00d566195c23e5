import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { createProject, openProject } from '../../../backend/project/file.ts';
import { APPLICATION_ID, CURRENT_VERSION, migrations } from '../../../backend/project/store/migrations.ts';
import { suggestionsFor } from '../../../backend/suggesting/reader.ts';
import { createRandom } from '../../../engine/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A closed project with 40 documents, half of them annotated. */
function savedProject(): string {
  const project = newProject();
  const ids = addDocuments(
    project,
    Array.from({ length: 40 }, (_, i) => `the parcel number ${i} came late, ${'and again '.repeat(i)}`),
  );
  const [first, second] = project.stores.labels.all();
  annotate(
    project,
    'ada',
    ids.slice(0, 20).map((id) => decided(id, { yes: [first!.id], no: [second!.id] })),
  );
  project.close();
  return project.path;
}

function expectUntouched(path: string, code: string): void {
  const before = { hash: digest(path), time: statSync(path).mtimeMs };
  expect(() => openProject(path)).toThrow(expect.objectContaining({ code }));
  expect({ hash: digest(path), time: statSync(path).mtimeMs }).toEqual(before);
}

test.each([
  ['empty', Buffer.alloc(0)],
  ['100 zero bytes', Buffer.alloc(100)],
  ['text', Buffer.from('id,text\n1,hello\n'.repeat(20))],
])('26: a file that is %s is not a project and is not touched', (_, bytes) => {
  const path = join(temporaryFolder(), 'x.entail');
  writeFileSync(path, bytes);
  expectUntouched(path, 'not_a_project');
});

test('26: a database of another program is not touched', () => {
  const path = join(temporaryFolder(), 'x.entail');
  const db = new Database(path);
  db.exec('CREATE TABLE t (x)');
  db.close();
  expectUntouched(path, 'not_a_project');
});

test('26: there is no project, or a folder of that name', () => {
  const dir = temporaryFolder();
  expect(() => openProject(join(dir, 'none.entail'))).toThrow('There is no project');
  expect(() => openProject(dir)).toThrow('not a regular file');
});

test('27: a project cut in half, with its start overwritten or a page zeroed is damaged, and kept', () => {
  const saved = savedProject();
  const dir = temporaryFolder();
  const size = statSync(saved).size;
  const half = join(dir, 'half.entail');
  copyFileSync(saved, half);
  truncateSync(half, Math.floor(size / 2));
  expectUntouched(half, 'project_damaged');
  const start = join(dir, 'start.entail');
  writeFileSync(start, readFileSync(saved).fill(0x41, 0, 100));
  expectUntouched(start, 'not_a_project');
  const page = join(dir, 'page.entail');
  writeFileSync(page, readFileSync(saved).fill(0, 4096 * 3, 4096 * 4));
  expect(() => openProject(page)).toThrow(/damaged|did not make/);
});

test('28: single flipped bits never crash, and text that was changed is reported', () => {
  const saved = savedProject();
  const bytes = readFileSync(saved);
  const random = createRandom(28);
  const dir = temporaryFolder();
  let reported = 0;
  let texts = 0;
  for (let i = 0; i < 400; i++) {
    const path = join(dir, `${i}.entail`);
    const at = random.integer(bytes.length);
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1 << random.integer(8);
    writeFileSync(path, flipped);
    try {
      const { problems } = checkProject(path);
      reported += problems.length > 0 ? 1 : 0;
      // Damage that nothing sees must not be in a text.
      if (problems.length === 0) texts += sameTexts(path, saved) ? 0 : 1;
    } catch (error) {
      expect(error).toMatchObject({ name: 'BackendError' });
      reported += 1;
    }
  }
  expect(texts).toBe(0);
  // Much of a small file is empty pages, where a flipped bit means nothing.
  expect(reported).toBeGreaterThan(40);
});

function sameTexts(one: string, other: string): boolean {
  const read = (path: string) => {
    const db = new Database(path, { readonly: true });
    try {
      return JSON.stringify(db.prepare('SELECT id, text FROM documents ORDER BY id').all());
    } finally {
      db.close();
    }
  };
  return read(one) === read(other);
}

test('29: a project of a newer Entail is named and not touched', () => {
  const path = savedProject();
  const db = new Database(path);
  db.pragma(`user_version = ${CURRENT_VERSION + 1}`);
  db.pragma('journal_mode = delete');
  db.close();
  expectUntouched(path, 'project_newer');
  expect(() => openProject(path)).toThrow(`format ${CURRENT_VERSION + 1}, this one knows ${CURRENT_VERSION}`);
});

test.each([
  'CREATE TRIGGER t AFTER INSERT ON decisions BEGIN DELETE FROM decisions; END',
  'CREATE VIEW v AS SELECT * FROM documents_text',
  'ALTER TABLE labels ADD COLUMN trap TEXT GENERATED ALWAYS AS (upper(name))',
  'DROP INDEX documents_by_sha256',
])('30: a planted schema is refused: %s', (sql) => {
  const path = savedProject();
  const db = new Database(path);
  db.exec(sql);
  db.close();
  expect(() => openProject(path)).toThrow(expect.objectContaining({ code: 'project_altered' }));
  expect(checkProject(path).problems).toContain('It has tables, triggers or views that Entail did not make.');
});

test('31: rows that no Entail writes are listed by check, and opening ignores them', () => {
  const path = savedProject();
  const db = new Database(path);
  db.pragma('foreign_keys = off');
  db.pragma('ignore_check_constraints = on');
  db.exec(`
    INSERT INTO scorers (id, label_id, kind, name, digest, precision, wording)
    VALUES (1, 1, 'model', 'm', '', 'auto', '[]');
    INSERT INTO evidence (document_id, label_id, scorer_id, odds, cosine)
    VALUES (1, 1, 1, 1, 1e9), (999, 1, 1, 1, NULL);
    UPDATE decisions SET value = 'maybe' WHERE document_id = 2;
  `);
  db.close();
  const { problems } = checkProject(path);
  expect(problems.join('\n')).toMatch(/cosine/);
  expect(problems.join('\n')).toMatch(/point to what is not there/);
  expect(problems.join('\n')).toMatch(/neither yes, no nor undecided/);
  const project = openProject(path);
  expect(suggestionsFor(project, 1)).toEqual([]);
  project.close();
});

test('32: a second process is told at once that the project is open elsewhere', async () => {
  const project = newProject();
  const script = `
    const { openProject } = await import(${JSON.stringify(join(import.meta.dirname, '../../../backend/project/file.ts'))});
    try { openProject(${JSON.stringify(project.path)}); console.log('opened'); } catch (e) { console.log(e.code); }`;
  const started = performance.now();
  expect(await outputOf(script)).toBe('project_open_elsewhere');
  expect(performance.now() - started).toBeLessThan(5000);
  expect(() => openProject(project.path)).toThrow('open already');
});

test('33: after the holder was killed the next open replays the log', async () => {
  const path = savedProject();
  const script = `
    const { openProject } = await import(${JSON.stringify(join(import.meta.dirname, '../../../backend/project/file.ts'))});
    const p = openProject(${JSON.stringify(path)});
    p.write(() => p.stores.settings.set('annotator', 'killed'));
    process.kill(process.pid, 'SIGKILL');`;
  await outputOf(script);
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  const started = performance.now();
  const project = openProject(path);
  expect(performance.now() - started).toBeLessThan(3000);
  expect(project.stores.settings.get('annotator')).toBe('killed');
  project.close();
});

test('34: the log of another project is never applied', async () => {
  const path = savedProject();
  const other = savedProject();
  const script = `
    const { openProject } = await import(${JSON.stringify(join(import.meta.dirname, '../../../backend/project/file.ts'))});
    const p = openProject(${JSON.stringify(other)});
    p.write(() => p.stores.settings.set('annotator', 'other'));
    process.kill(process.pid, 'SIGKILL');`;
  await outputOf(script);
  copyFileSync(`${other}-wal`, `${path}-wal`);
  const before = digest(path);
  expect(() => openProject(path)).toThrow(expect.objectContaining({ code: 'foreign_log' }));
  expect(digest(path)).toBe(before);
  const own = openProject(other);
  expect(own.stores.settings.get('annotator')).toBe('other');
  own.close();
});

test('36: one project under two names is one project', () => {
  const path = savedProject();
  const dir = temporaryFolder();
  linkSync(path, join(dir, 'hard.entail'));
  symlinkSync(path, join(dir, 'soft.entail'));
  const project = openProject(path);
  expect(() => openProject(join(dir, 'hard.entail'))).toThrow('open already');
  expect(() => openProject(join(dir, 'soft.entail'))).toThrow('open already');
  project.close();
});

test('39: the order of annotations is by revision, whatever the clock says', () => {
  const project = newProject();
  const [document] = addDocuments(project, ['the parcel came late']);
  const [label] = project.stores.labels.all();
  const { annotations } = project.stores;
  const say = (value: 'yes' | 'no', at: string) =>
    project.write(() => {
      const annotatorId = annotations.annotatorId('ada');
      const revision = annotations.addRevision(annotatorId, 'annotate', at);
      annotations.decide(revision, { documentId: document!, annotatorId, labelId: label!.id, value });
    });
  say('no', '2026-06-01T00:00:00.000Z');
  say('yes', '2025-06-01T00:00:00.000Z');
  expect(annotations.decisions(document!, 1).get(label!.id)).toBe('yes');
  project.close();
  expect(checkProject(project.path).problems).toEqual([]);
});

test('a project that exists is not overwritten, and a missing folder is named', () => {
  const path = savedProject();
  const before = digest(path);
  expect(() => createProject(path)).toThrow('exists already');
  expect(digest(path)).toBe(before);
  expect(() => createProject(join(temporaryFolder(), 'none', 'x.entail'))).toThrow('no folder');
});

test.skipIf(process.platform === 'win32')('a name that leaves no room for its log makes no file', () => {
  const folder = temporaryFolder();
  for (const name of ['x'.repeat(255), `${'x'.repeat(244)}.entail`]) {
    expect(() => createProject(join(folder, name))).toThrow('its name is too long');
  }
  expect(readdirSync(folder)).toEqual([]);
  createProject(join(folder, `${'x'.repeat(240)}.entail`)).close();
});

test('a closed project is one file', () => {
  const path = savedProject();
  expect(() => statSync(`${path}-wal`)).toThrow();
  expect(readFileSync(path).readUInt32BE(68)).toBe(APPLICATION_ID);
});

test('migrations are not edited after release', () => {
  const sums = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../migrations/checksums.json'), 'utf8'),
  ) as Record<string, string>;
  const now = Object.fromEntries(
    migrations.map(({ file, sql }) => [file, createHash('sha256').update(sql).digest('hex')]),
  );
  expect(now).toEqual(sums);
});

function outputOf(script: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', () => resolve(text.trim()));
  });
}

test('a project that is opened and closed without a change is left as it was', () => {
  const path = join(temporaryFolder(), 'untouched.entail');
  createProject(path).close();
  openProject(path).close();
  expect(readdirSync(dirname(path))).toEqual(['untouched.entail']);
});
