import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const STORE = 'backend/project/store/';

/** Code that goes into the program, or works beside it. Tests make hostile files and look into them: they may speak SQL. */
const FOLDERS = [
  'backend',
  'bench',
  'cli',
  'contract',
  'electron',
  'engine',
  'process',
  'renderer/src',
  'tools',
  'web',
];

/** Where a connection is opened, copied or handed on: nothing is said to it there. */
const OPENS = [
  'backend/project/check.ts',
  'backend/project/exclusive.ts',
  'backend/project/failures.ts',
  'backend/project/file.ts',
  'backend/project/rescue.ts',
];

/** Statements in any case, wherever a text begins with one; inner parts of them only as people write SQL. */
const STATEMENT =
  /['"`]\s*(?:select\s|insert\s+(?:or\s+\w+\s+)?into\s|replace\s+into\s|update\s+(?:or\s+\w+\s+)?[\w.]+\s+set\s|delete\s+from\s|create\s+(?:temp\s+|temporary\s+|virtual\s+|unique\s+)*(?:table|index|trigger|view)\s|drop\s+(?:table|index|trigger|view)\s|alter\s+table\s|attach\s|detach\s|vacuum\b|pragma\s|begin\s+(?:immediate|exclusive|deferred)|rollback\b|savepoint\s|with\s+\w+\s+as\s*\()/gi;
const WITHIN =
  /\bSELECT\b[^'`]*\bFROM\b|\bINSERT (?:OR \w+ )?INTO\b|\bDELETE FROM\b|\bUPDATE (?:OR \w+ )?\S+ SET\b|\bCREATE (?:VIRTUAL )?TABLE\b|\bGROUP BY\b|\bORDER BY\b/;
/** Words to a connection. `exec` is a regular expression's too, which `Database` types never are. */
const TOLD = /\.(?:prepare|pragma)\s*[(<]|\b(?:db|database|copy|fresh|connection|\[DATABASE\])\.exec\s*\(/;

const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '').replaceAll(/\s\/\/ .*$/gm, '');

/** Statements are written in one case; "Select a document" is a sentence. */
const inOneCase = (found: string): boolean => found === found.toLowerCase() || found === found.toUpperCase();

/** What of a file's code is SQL. */
function sqlIn(code: string): string[] {
  const text = withoutComments(code);
  return [
    ...[...text.matchAll(STATEMENT)].map(([found]) => found).filter(inOneCase),
    ...[WITHIN, TOLD].flatMap((pattern) => pattern.exec(text)?.[0] ?? []),
  ];
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    `${folder}/${name}`.replaceAll('\\', '/'),
  ),
).filter((name) => /\.(?:ts|svelte)$/.test(name) && !name.endsWith('.d.ts'));
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

test('SQL is in the store alone', () => {
  const others = files.filter((name) => !name.startsWith(STORE));
  expect(others.length).toBeGreaterThan(600);
  expect(others.flatMap((name) => sqlIn(read(name)).map((found) => `${name}: ${found}`))).toEqual([]);
});

test('nearly every file of the store has some, so it would be found elsewhere', () => {
  const store = files.filter((name) => name.startsWith(STORE));
  expect(store.filter((name) => sqlIn(read(name)).length > 0).length).toBeGreaterThan(25);
});

test('connections are opened by few files, which say nothing to them', () => {
  const opening = files.filter(
    (name) => !name.startsWith(STORE) && /^import [^t].*'better-sqlite3'/m.test(read(name)),
  );
  expect(opening.sort()).toEqual(OPENS);
  const reaching = files.filter((name) => /project\/database\.ts'/.test(read(name)));
  expect(reaching).toEqual([]);
});

test.each([
  "db.prepare('x')",
  'project[DATABASE].exec(text)',
  "db.pragma('user_version')",
  'db.prepare<unknown[], Row>(text)',
  "const sql = 'select id from documents';",
  'const sql = `\n  SELECT id\n  FROM documents`;',
  "const sql = 'INSERT OR IGNORE INTO labels VALUES (1)';",
  "run('update session set mark = 1')",
  'const part = ` AND id IN (SELECT id FROM runs)`;',
  "read('PRAGMA page_size')",
  "'DROP TABLE labels'",
  "'VACUUM INTO ?'",
  "const order = 'id ORDER BY id';",
])('%s would be found', (line) => {
  expect(sqlIn(line)).not.toEqual([]);
});

test.each([
  "'Select a document from the list.'",
  'NAME.exec(name)',
  '// SELECT id FROM documents',
  "await prepare('x')",
  "'Update the model.'",
])('%s is none', (line) => {
  expect(sqlIn(line)).toEqual([]);
});
