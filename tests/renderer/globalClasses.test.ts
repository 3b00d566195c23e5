import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '..', '..', 'renderer', 'src');

/** Names of classes in selectors. */
const classesIn = (css: string): string[] =>
  [...css.replaceAll(/\/\*.*?\*\/|\{[^{}]*\}/gs, ';').matchAll(/\.([a-z][\w-]*)/g)].map(
    ([, name]) => name ?? '',
  );

/** Where a component means just that class, and says more of it. */
const SAYS_MORE = [
  'annotate/SimilarDocuments.svelte: number',
  'browse/AcceptDialog.svelte: number',
  'browse/Grid.svelte: small',
  'evaluate/Averages.svelte: key-figures',
  'evaluate/Averages.svelte: small',
];

/** It would get that one's looks, too: a table of figures stood in the middle of the page, narrow and cut. */
test('a component gives no class of its own the name of one that all have', () => {
  const sheet = readFileSync(join(SOURCES, 'app.css'), 'utf8');
  const ofAll = new Set([...sheet.matchAll(/^\.([a-z][\w-]*)/gm)].map(([, name]) => name ?? ''));
  expect(ofAll.has('surface')).toBe(true);
  const found = globSync('**/*.svelte', { cwd: SOURCES }).flatMap((file) => {
    const style = /<style>(.*)<\/style>/s.exec(readFileSync(join(SOURCES, file), 'utf8'))?.[1] ?? '';
    const own = classesIn(style.replaceAll(/:global\([^()]*(?:\([^()]*\)[^()]*)*\)/g, ''));
    return [...new Set(own)].filter((name) => ofAll.has(name)).map((name) => `${file}: ${name}`);
  });
  expect(found.sort()).toEqual(SAYS_MORE);
});
