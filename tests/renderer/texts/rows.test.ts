import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { reasonInWords } from '../../../renderer/src/texts/de/rows.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MADE = /(?:new RowError\(|problemAt\([\w.]+,|reason =)\s*'((?:[^'\\]|\\.)*)'/g;

test('every sentence about a row that can’t be used has German words', () => {
  const reasons = globSync('backend/importing/**/*.ts', { cwd: ROOT }).flatMap((name) =>
    [...readFileSync(join(ROOT, name), 'utf8').matchAll(MADE)].map(([, sentence]) => sentence ?? ''),
  );
  expect(reasons.length).toBeGreaterThan(25);
  expect(reasons.filter((reason) => reasonInWords(reason) === reason)).toEqual([]);
});

test('a refused row is told in German with its place', () => {
  const told = (problem: string) => de.failures.row_unusable?.({ problem });
  expect(told('a, b: c.csv, line 7: The id "4: x" belongs to another text already.')).toBe(
    'a, b: c.csv, Zeile 7: Die Kennung „4: x“ gehört schon zu einem anderen Text.',
  );
  expect(told('nothing.docx: The text is empty.')).toBe('nothing.docx: Der Text ist leer.');
  expect(told('a.jsonl, record 2: The text is missing.')).toBe('a.jsonl, Datensatz 2: Der Text fehlt.');
});

test('a picture is called a picture, in German, too', () => {
  expect(de.failures.file_binary?.({ name: 'a.csv', what: 'a PNG image' })).toMatch(
    /^„a.csv“ ist ein PNG-Bild\. .*Excel/,
  );
});
