import { writeOds } from 'hucre/ods';
import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { titleRows } from '../../../../backend/importing/formats/titles.ts';
import { fileWith, found } from './support.ts';

const TITLES: readonly (readonly string[])[] = [
  [],
  ['Survey results 2024'],
  ['Tickets', 'Stand: 01.03.2026'],
  ['Auswertung aller Meldungen des Jahres 2024 nach Thema', 'Abteilung 3'],
];
const HEADERS: readonly (readonly string[])[] = [
  ['text', 'label'],
  ['id', 'text', 'labels'],
  ['Anliegen', 'Thema'],
  ['What they wrote', 'topic', 'checked by'],
  ['Kommentar'],
  ['text'],
];
const SENTENCES = [
  'the parcel came far too late',
  'it was fine',
  'der Preis ist mir zu hoch',
  'why, oh why?',
];
const WORDS = ['late', 'price'];

/** Rows below a header: the text in each, what stands beside it in every one of so many, from this row on. */
const rowsBelow = (header: readonly string[], { every, from }: { every: number; from: number }): string[][] =>
  Array.from({ length: 12 }, (_, row) => {
    const text = header.includes('id') ? 1 : 0;
    const isFilled = row >= from && (row - from) % every === 0;
    return header.map((name, column) =>
      column === text
        ? `${SENTENCES[row % SENTENCES.length]} ${row}`
        : name === 'id'
          ? String(row)
          : isFilled
            ? WORDS[row % 2]!
            : '',
    );
  });

const shapes = TITLES.flatMap((titles) =>
  HEADERS.flatMap((header) =>
    [1, 2, 3, 6, 100].flatMap((every) =>
      [0, 1, 5, 12].map((from) => ({ titles, header, below: rowsBelow(header, { every, from }) })),
    ),
  ),
);

test('a title is told from the header of a table, however few of its rows have more than a text', () => {
  for (const { titles, header, below } of shapes) {
    const rows = [...titles.map((title) => header.map((_, i) => (i === 0 ? title : ''))), header, ...below];
    expect(titleRows(rows), JSON.stringify(rows.slice(0, 6))).toBe(titles.length);
  }
});

test.each([
  ['a name that is no usual one', ['What they said']],
  ['a usual name', ['text']],
  ['no name at all', []],
])('a column with notes beside a few of its rows keeps all of them: %s', (_, header) => {
  for (const every of [2, 3, 5, 20])
    for (const from of [0, 1, 3])
      for (const note of ['siehe oben', 'late, again', 'late']) {
        const texts = rowsBelow(['text'], { every: 1, from: 0 }).map(([text]) => text!);
        const rows = [...header, ...texts].map((text, i) => [
          text,
          i >= from + header.length && (i - from - header.length) % every === 0 ? note : '',
        ]);
        expect(titleRows(rows), JSON.stringify(rows.slice(0, 6))).toBe(0);
      }
});

const LONG = Array.from({ length: 6 }, (_, i) => `the parcel ${i} came far too late`);

test.each([
  ['short texts', ['What do you want?', 'letter', 'message', 'letter', 'book']],
  [
    'a text that is called as its column',
    ['comment', 'this is no good text', 'text', 'nor is this one here'],
  ],
  ['a name that comes again', ['It came late again', 'text', 'It was wet and torn', 'text']],
  ['a short text among few', ['The parcel of May', 'Awful', 'It came far too late', 'It was wet and torn']],
  ['a short text with its stop', ['Verbatim', 'Awful!', ...LONG]],
  ['a short text below one', ['Never again, please.', 'Awful', ...LONG]],
  ['several short texts', ['Verbatim', 'Awful', ...LONG, 'Good', ...LONG]],
  ['a short text below a long one', ['never again from this shop', 'Awful', ...LONG]],
  ['no title above it', ['Verbatim', ...LONG]],
])('nothing of one column is a title: %s', (_, cells) => {
  expect(titleRows(cells.map((cell) => [cell]))).toBe(0);
});

const line = (row: readonly string[]) =>
  row.map((cell) => (/[,;]/.test(cell) ? `"${cell}"` : cell)).join(';');

test('in files of all kinds labels come in below a title, though few rows have one', async () => {
  const header = ['Anliegen', 'label'];
  const below = rowsBelow(header, { every: 5, from: 3 });
  const rows = [['Umfrage 2024', ''], header, ...below];
  const sheets = [{ name: 'S', rows }];
  for (const [name, content] of [
    ['a.csv', rows.map(line).join('\n')],
    ['ragged.csv', `Umfrage 2024\n\n${rows.slice(1).map(line).join('\n')}`],
    ['a.xlsx', await writeXlsx({ sheets })],
    ['a.ods', await writeOds({ sheets })],
  ] as const) {
    const { documents, told } = await found(fileWith(name, content));
    expect(documents.map(({ text }) => text)).toEqual(below.map(([text]) => text));
    expect(documents.filter(({ labels }) => labels).map(({ labels }) => labels)).toEqual([
      { price: 'yes' },
      { late: 'yes' },
    ]);
    expect(told).toEqual([`${name}: What stands above the header was left out: "Umfrage 2024".`]);
  }
});

test.each([
  ['Umfrage 2024', 'Kommentar'],
  ['Report of May', 'verbatims'],
  ['Alle Antworten des Jahres 2024 auf Frage 3', 'Q3 (offen)'],
])('in files of all kinds the title above a column of texts is none of them: %s, %s', async (...above) => {
  const texts = [1, 2, 3].flatMap(() => rowsBelow(['text'], { every: 1, from: 0 }));
  const rows = [...above.map((cell) => [cell]), ...texts.map(([text]) => [`${text} and so on`])];
  const sheets = [{ name: 'S', rows }];
  for (const [name, content] of [
    ['a.csv', rows.map(line).join('\n')],
    ['a.xlsx', await writeXlsx({ sheets })],
    ['a.ods', await writeOds({ sheets })],
  ] as const) {
    const { documents } = await found(fileWith(name, content));
    expect(documents.map(({ text }) => text)).toEqual(rows.slice(2).map(([text]) => text));
  }
});
