import { render } from 'svelte/server';
import { afterEach, expect, test } from 'vitest';
import type { Census } from '../../../contract/index.ts';
import CensusTiles from '../../../renderer/src/import/CensusTiles.svelte';
import ImportResult from '../../../renderer/src/import/ImportResult.svelte';
import type { Outcome } from '../../../renderer/src/import/session.svelte.ts';
import { speak } from '../../../renderer/src/texts/index.ts';

afterEach(() => speak('en'));

const firstProblems: Census['firstProblems'] = Array.from({ length: 20 }, (_, i) => ({
  code: 'row_refused',
  message: `a.csv, line ${i + 2}: The text is empty.`,
  hint: null,
  remedy: null,
  params: {},
}));

const outcome = (more: Partial<Outcome>): Outcome => ({
  ...{ kind: 'done', id: 1, kept: 0, overwritten: 0, added: 3, known: 0, annotated: 0, newLabels: [] },
  ...{
    read: 40,
    apart: 0,
    unnamed: 0,
    contradictions: 0,
    repeated: 0,
    sameText: 0,
    renamed: 0,
    differing: 0,
  },
  ...{ notes: [], problems: 0, firstProblems: [], refused: false, ...more },
});
const resultOf = (more: Partial<Outcome>): string =>
  render(ImportResult, { props: { outcome: outcome(more), onMore: () => {}, onUndo: () => {} } }).body;

const census = (problems: number): Census => ({
  ...{
    documents: 40,
    fresh: 3,
    duplicate: 0,
    long: 0,
    apart: 0,
    conflictCount: 0,
    conflicts: [],
    labels: [],
  },
  ...{ notes: [], problems, firstProblems },
});
const tilesOf = (problems: number): string =>
  render(CensusTiles, { props: { census: census(problems), counting: false } }).body;

test('of more rows that are refused than are shown their number is told, before and after the import', () => {
  expect(tilesOf(37)).toContain('… and 17 more.');
  expect(resultOf({ problems: 37, firstProblems })).toContain('… and 17 more.');
  speak('de');
  expect(tilesOf(37)).toContain('… und 17 weitere.');
});

test('where all are shown there are no more', () => {
  expect(tilesOf(20)).not.toContain('more.');
  expect(resultOf({ problems: 20, firstProblems })).not.toContain('more.');
});

test('documents that have the text of others are told', () => {
  expect(resultOf({ sameText: 248 })).toContain(
    '248 documents have the texts of others, under ids of their own.',
  );
  expect(resultOf({})).not.toContain('under ids');
});
