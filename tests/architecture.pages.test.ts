import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGES = ['ARCHITECTURE.md', 'docs/engine.md', 'docs/project-file.md', 'docs/adding.md'];
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** What these pages leave out where it is clear which folder is meant. */
const FOLDERS = ['', 'engine', 'backend'];
const files = new Set(
  globSync('{backend,bench,cli,contract,electron,engine,process,renderer,tests,tools,web}/**/*.{ts,py}', {
    cwd: ROOT,
  }).map((name) => basename(name)),
);

/** Files and folders named in code marks; a name alone is that of a file anywhere. */
const named = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => /\.(?:ts|md|py|json)$/.test(name) || /^[\w-]+\/[\w./-]*$/.test(name));

const isThere = (name: string): boolean =>
  FOLDERS.some((folder) => existsSync(join(ROOT, folder, name))) || (!name.includes('/') && files.has(name));

test.each(PAGES)('each file and folder that %s names is there', (page) => {
  const names = named(read(page)).filter((name) => name !== 'dist/app' && !name.includes('NNN'));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});

test('a file that is gone would be found', () => {
  expect(
    named('see `engine/graph/never-there.ts` and `never-there.ts`, not `npm start`').filter(
      (name) => !isThere(name),
    ),
  ).toEqual(['engine/graph/never-there.ts', 'never-there.ts']);
});

test('the page about the whole stays a page', () => {
  expect(read('ARCHITECTURE.md').split(/\s+/).length).toBeLessThan(720);
});

test.each(PAGES)('what %s links to is there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, to = '']) => to);
  expect(links.filter((to) => !existsSync(join(ROOT, page, '..', to)))).toEqual([]);
});
