import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The backend from the bottom up: a part imports what stands before it, never what stands after. Every feature's
 * `procedures.ts` (its share of the contract) is a layer of its own, above the application and below the router.
 */
const ORDER = [
  'errors.ts',
  'failures.ts',
  'records.ts',
  'files',
  'machine',
  'project',
  'models',
  'labels',
  'annotating',
  'importing',
  'suggesting',
  'documents',
  'choosing',
  'training',
  'evaluating',
  'exporting',
  'app',
  'procedures.ts',
  'router.ts',
  'index.ts',
  'process',
  'main.ts',
] as const;

const files = readdirSync(join(ROOT, 'backend'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));

/** Type-only imports count: a cycle of types is a cycle to a reader. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, 'backend', file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)]
    .map(([, wanted]) => posix.join(posix.dirname(file), wanted ?? ''))
    .filter((target) => !target.startsWith('..'));

const partOf = (file: string): string =>
  posix.basename(file) === 'procedures.ts' ? 'procedures.ts' : (file.split('/')[0] ?? file);

test('every file of backend/ belongs to a part with a place in the order', () => {
  const parts: readonly string[] = ORDER;
  expect(files.filter((file) => !parts.includes(partOf(file)))).toEqual([]);
});

test('parts of backend/ import downwards only', () => {
  const place = new Map<string, number>(ORDER.map((part, i) => [part, i]));
  const upwards = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => (place.get(partOf(target)) ?? -1) > (place.get(partOf(file)) ?? -1))
      .map((target) => `${file} imports ${target}`),
  );
  expect(upwards).toEqual([]);
});

test('no files of backend/ import each other in a circle, types included', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const target of importsOf(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

/** Product code beside the file layer, and what measures it: none of it speaks SQL or reaches the connection. */
const SPEAKS_SQL =
  /\.prepare\(|\.pragma\(|better-sqlite3'|project\/database\.ts'|\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b|\bPRAGMA\b/;

test('all SQL is in backend/project', () => {
  const sources = [
    'backend',
    'bench',
    'cli',
    'contract',
    'electron',
    'engine',
    'process',
    'renderer/src',
    'web',
  ]
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name}`,
      ),
    )
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.startsWith('backend/project/'));
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((name) => SPEAKS_SQL.test(readFileSync(join(ROOT, name), 'utf8')))).toEqual([]);
  for (const line of [
    "project.db.prepare('x')",
    'SELECT id FROM documents',
    'INSERT INTO labels',
    'PRAGMA x',
  ])
    expect(SPEAKS_SQL.test(line)).toBe(true);
});
