import { expect, test } from 'vitest';
import type { ImportOptions } from '../../../../backend/importing/options.ts';
import { createRandom, type Random } from '../../../../engine/random.ts';
import { fileWith, found } from './support.ts';

/** What people's texts have that a table may be cut at by mistake. */
const WORDS = [
  ...[
    'the parcel',
    'came late',
    'and',
    'a refund',
    'high',
    'ok',
    'yes',
    'end.',
    '#12',
    '12.5',
    'Größe',
    '漢字',
  ],
  ...['it, too', 'well;', 'a|b', '"quoted"', '5" disk', "don't", "'tis", '(see below)', '😀', '—'],
];
/** Which of the columns is the text. */
const TABLES = [
  { columns: ['text'], text: 'text' },
  { columns: ['body'], text: 'body' },
  { columns: ['id', 'text'], text: 'text' },
  { columns: ['Kommentar', 'Nr'], text: 'Kommentar' },
  { columns: ['comment', 'score', 'date'], text: 'comment' },
  { columns: ['id', 'text', 'label'], text: 'text' },
] as const;

const of = <T>(random: Random, choices: readonly T[]): T => choices[random.integer(choices.length)]!;

/** A table as programs write it (RFC 4180), with all that may differ drawn at random. */
function written(random: Random) {
  const { columns, text } = of(random, TABLES);
  const delimiter = of(random, [',', ',', ';', '\t', '|']);
  const [quotesAll, ends] = [random.integer(2) === 0, random.integer(2) === 0];
  const end = of(random, ['\n', '\r\n']);
  const longest = of(random, [8, 30, 200, 1500]);
  const rows = Math.min(of(random, [1, 2, 3, 10, 60, 400]), Math.ceil(60_000 / longest));
  const breaks = of(random, [0, 20, 150]);
  const sentence = () =>
    Array.from({ length: 1 + random.integer(longest) }, () => of(random, WORDS)).reduce(
      (all, word) => all + (random.integer(1000) < breaks ? of(random, ['\n', '\n\n', '\r\n']) : ' ') + word,
    );
  const cells = (row: number): Record<string, string> => ({
    ...{ [text]: sentence(), id: `${row}`, Nr: `${row}`, score: `${row % 5}` },
    ...{ date: `2024-01-${10 + (row % 18)}`, label: of(random, ['price', 'shipping', 'price;shipping', '']) },
  });
  const table = Array.from({ length: rows }, (_, row) => cells(row));
  const cell = (own: string) =>
    quotesAll || own.includes(delimiter) || /["\r\n]/.test(own) ? `"${own.replaceAll('"', '""')}"` : own;
  const lines = [columns, ...table.map((row) => columns.map((column) => row[column]!))];
  return {
    content: lines.map((line) => line.map(cell).join(delimiter)).join(end) + (ends ? end : ''),
    text,
    texts: table.map((row) => row[text]!),
  };
}

const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

test('tables of any delimiter, quotes, length and end are read as they were written', async () => {
  const wrong: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const { content, text, texts } = written(createRandom(seed));
    const reading: ImportOptions = { columns: [{ column: text, role: 'text' }] };
    const documents = await found(fileWith('written.csv', content), reading).then(
      (read) => read.documents.map((document) => plain(document.text)),
      () => null,
    );
    if (JSON.stringify(documents) !== JSON.stringify(texts.map(plain))) wrong.push(seed);
  }
  expect(wrong).toEqual([]);
});
