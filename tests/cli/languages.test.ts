import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foreignInWords } from '../../cli/foreignInWords.ts';
import { ENGLISH, GERMAN, writeCard } from '../support/languages.ts';
import { LABELS_FILE, workplace } from './support.ts';

const lines = (texts: readonly string[]) =>
  texts.map((text, i) => `${JSON.stringify({ id: `d${i}`, text })}\n`).join('');

test('a sentence names share, languages and the model to use instead', () => {
  const said = foreignInWords({ reads: ['en'], languages: ['de', 'fr'], share: 0.934 });
  expect(said).toContain('About 93 % of the documents seem to be in German and French');
  expect(said).toContain('the model reads English');
  expect(said).toMatch(/ A model for 100 languages: --model \S+\/\S+ \(\d+ MB\)\.$/);
});

test('suggest and predict say that documents are in a language that the model does not read, and suggest all the same', () => {
  const place = workplace();
  writeCard(join(place.dir, 'model'), ['en']);
  place.write('labels.json', LABELS_FILE);
  place.write('german.jsonl', lines(GERMAN));
  place.write('english.jsonl', lines(ENGLISH));
  place.run(['new', 'p.entail', '--labels', 'labels.json']);
  place.run(['import', 'p.entail', 'german.jsonl']);
  const suggested = place.run(['suggest', 'p.entail']);
  expect(suggested.err).toContain('100 % of the documents seem to be in German');
  expect(suggested.out).toContain('5 documents scored');
  const predicted = (file: string, out: string) =>
    place.json<{ documents: number; notes: string[] }>('predict', 'p.entail', file, '--out', out);
  const german = predicted('german.jsonl', 'german-out.jsonl');
  expect(german.documents).toBe(5);
  expect(german.notes.filter((note) => note.includes('seem to be in German'))).toHaveLength(1);
  expect(readFileSync(join(place.dir, 'german-out.jsonl'), 'utf8').trim().split('\n')).toHaveLength(5);
  expect(predicted('english.jsonl', 'english-out.jsonl').notes).toEqual([]);
  const times = (texts: readonly string[], count: number) =>
    Array.from({ length: count }, () => texts).flat();
  place.write('sorted.jsonl', lines([...times(ENGLISH, 250 / ENGLISH.length), ...times(GERMAN, 60)]));
  const sorted = predicted('sorted.jsonl', 'sorted-out.jsonl');
  expect(sorted.notes).toEqual([expect.stringContaining('seem to be in German')]);
}, 120_000);
