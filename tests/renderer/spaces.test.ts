import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const RENDERER = join(import.meta.dirname, '..', '..', 'renderer', 'src');
/** Svelte drops the space at the beginning of a block: "F1{#if range} (…)" reads "F1(…)". It is written {' '} there. */
const DROPPED = /\{(?:#if|:else)[^{}\n]*\} +(?=[^\s{]|\{[^/:])/g;

it('no space between words is one that Svelte drops', () => {
  const found = globSync('**/*.svelte', { cwd: RENDERER }).flatMap((file) =>
    [...readFileSync(join(RENDERER, file), 'utf8').matchAll(DROPPED)].map(([at]) => `${file}: ${at}`),
  );
  expect(found).toEqual([]);
  expect('F1{#if range} ({range}){/if}').toMatch(DROPPED);
});
