import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { de } from '../../../renderer/src/texts/de/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Codes that never reach the page, so that only the command line's English has words for them. */
const NOT_ON_THE_PAGE: Readonly<Record<string, string>> = {
  annotation_invalid: 'of rows that "entail annotate" takes',
  batch_invalid: 'an option of the command line and of tools',
  download_cancelled: 'the page has stopped it and asks for no answer',
  ending_unknown: 'of "entail predict"',
  gold_invalid: 'of rows that "entail evaluate" takes',
  negatives_invalid: 'an option of the command line and of tools',
  no_thresholds: 'of "entail evaluate" and "entail predict"',
  not_float: 'a fault of ours: nothing that a person gives leads there',
  not_integer: 'a fault of ours: nothing that a person gives leads there',
  nothing_to_predict: 'of "entail predict"',
  port_refused: 'of "entail serve"',
  port_taken: 'of "entail serve"',
  predictions_busy: 'of "entail predict"',
  predictions_mixed: 'of "entail predict"',
  safetensors_invalid: 'a fault of ours: nothing that a person gives leads there',
  scores_invalid: 'a fault of ours: models whose answers are no numbers are refused before',
  share_invalid: 'a setting that the page does not have',
  split_invalid: 'an option of the command line; the contract refuses it before',
  stopped: 'the page has stopped it and asks for no answer',
  too_few_rows: 'of "entail simulate"',
  weight_unknown: 'a fault of ours: nothing that a person gives leads there',
  window_invalid: 'a setting that the page does not have',
};

const sources = globSync('{backend,engine,web,electron}/**/*.ts', { cwd: ROOT }).map(
  (name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const,
);
/** A failure is made with its code; those of a disk stand in tables of code and sentence. */
const MADE =
  /new (?:Backend|Engine)Error\(\s*'([a-z_]+)'|^\s*(?:\['E[A-Z]+', )?\[?'([a-z]+(?:_[a-z]+)+)', '[^']* /gm;
const codesIn = (text: string): string[] =>
  [...text.matchAll(MADE)].map(([, made, listed]) => made ?? listed ?? '');

test('every failure that the page can show has German words, by its code', () => {
  const codes = new Set(sources.flatMap(([, text]) => codesIn(text)));
  expect(codes.size).toBeGreaterThan(180);
  const told = new Set([...Object.keys(de.failures), ...Object.keys(NOT_ON_THE_PAGE)]);
  expect([...codes].filter((code) => !told.has(code)).sort()).toEqual([]);
  expect(codesIn("  throw new BackendError(\n    'made_up',")).toEqual(['made_up']);
});

test('no words are left for failures that nothing makes, and none is in both lists', () => {
  const all = sources.map(([, text]) => text).join('\n');
  const unmade = (code: string) => !all.includes(`'${code}'`);
  expect(Object.keys(de.failures).filter(unmade)).toEqual([]);
  expect(Object.keys(NOT_ON_THE_PAGE).filter(unmade)).toEqual([]);
  expect(Object.keys(NOT_ON_THE_PAGE).filter((code) => Object.hasOwn(de.failures, code))).toEqual([]);
});
