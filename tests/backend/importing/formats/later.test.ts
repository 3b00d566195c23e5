import { writeOds } from 'hucre/ods';
import { writeXlsx } from 'hucre/xlsx';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { fileWith, found } from './support.ts';

/** A table by its columns, in the formats that tell by their rows what columns are. */
const FORMATS: Readonly<Record<string, (columns: Columns) => string | Promise<string>>> = {
  csv: (columns) => fileWith('a.csv', csv(columns)),
  jsonl: (columns) =>
    fileWith(
      'a.jsonl',
      recordsOf(columns)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    ),
  'a list of lists': (columns) => fileWith('a.json', [Object.keys(columns), ...rowsOf(columns)]),
  'lists by column': (columns) => fileWith('a.json', columns),
  parquet: (columns) => fileWith('a.parquet', parquet(columns)),
  xlsx: async (columns) => fileWith('a.xlsx', await writeXlsx({ sheets: [sheet(columns)] })),
  ods: async (columns) => fileWith('a.ods', await writeOds({ sheets: [sheet(columns)] })),
};

type Columns = Readonly<Record<string, readonly (string | number | null)[]>>;

const rowsOf = (columns: Columns) =>
  Object.values(columns)[0]!.map((_, i) => Object.values(columns).map((column) => column[i]!));

const recordsOf = (columns: Columns) =>
  rowsOf(columns).map((row) => Object.fromEntries(Object.keys(columns).map((name, i) => [name, row[i]])));

const sheet = (columns: Columns) => ({
  name: 'Rows',
  rows: [Object.keys(columns), ...rowsOf(columns)],
});

const csv = (columns: Columns): string =>
  [Object.keys(columns), ...rowsOf(columns)]
    .map((row) => row.map((cell) => `"${cell ?? ''}"`).join(','))
    .join('\n');

const parquet = (columns: Columns): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, data]) => ({
        name,
        data: [...data],
        type: data.some((value) => typeof value === 'number') ? ('DOUBLE' as const) : ('STRING' as const),
        nullable: true,
      })),
    }),
  );

const FIRST = 700;
const ALL = 800;
const text = Array.from({ length: ALL }, (_, i) => `The parcel of customer ${i} came by the other door.`);
/** A column whose first rows are alike. */
const column = <Value>(first: Value, later: (i: number) => Value) =>
  Array.from({ length: ALL }, (_, i) => (i < FIRST ? first : later(i)));

async function lastOf(path: string | Promise<string>) {
  const { documents, told } = await found(await path);
  expect(documents).toHaveLength(ALL);
  return { first: documents[0]!, last: documents.slice(FIRST), told };
}

test.each(Object.entries(FORMATS))(
  '%s: labels that begin after the first rows are labels',
  async (_, write) => {
    const topic = column<string | null>(null, (i) => (i % 2 === 0 ? 'price' : 'shipping'));
    const lists = await lastOf(write({ text, topic }));
    expect(lists.last[0]).toMatchObject({ labels: { price: 'yes' } });
    expect(lists.last[1]).toMatchObject({ labels: { shipping: 'yes' } });
    expect(lists.first).not.toHaveProperty('labels');

    const price = column<number | null>(null, (i) => i % 2);
    const late = column<number | null>(null, (i) => (i % 3 === 0 ? 1 : 0));
    const each = await lastOf(write({ text, price, late }));
    expect(each.last[0]).toMatchObject({ labels: { price: 'no', late: FIRST % 3 === 0 ? 'yes' : 'no' } });
    expect(each.last[1]).toMatchObject({ labels: { price: 'yes' } });
  },
);

test.each(Object.entries(FORMATS))(
  '%s: several labels in a cell that come late are several',
  async (_, write) => {
    const labels = column('price', (i) => (i % 2 === 0 ? 'price; shipping' : 'shipping; refund'));
    const { last } = await lastOf(write({ text, labels }));
    expect(last[0]).toMatchObject({ labels: { price: 'yes', shipping: 'yes' } });
    expect(last[1]).toMatchObject({ labels: { shipping: 'yes', refund: 'yes' } });
  },
);

test.each(Object.entries(FORMATS))(
  '%s: scores and stars that begin as 0 and 1 are no decisions',
  async (_, write) => {
    const score = column(1, (i) => (i % 2 === 0 ? 0.37 : 0.63));
    const stars = column(1, (i) => 1 + (i % 5));
    for (const [name, values] of Object.entries({ score, stars })) {
      const { first, last, told } = await lastOf(
        write({ text, place: column('Rome', () => 'Ulm'), [name]: values }),
      );
      expect(first).not.toHaveProperty('labels');
      expect(last[0]).not.toHaveProperty('labels');
      expect(told).toEqual([]);
    }
  },
);

test('a first text that is longer than what is looked at at first tells nothing of the rest', async () => {
  const long = 'It came late. '.repeat(8000);
  const rows = [{ text: long, late: null }, ...text.map((one, i) => ({ text: one, late: i % 2 }))];
  const { documents, told } = await found(
    fileWith('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')),
  );
  expect(told).toEqual([]);
  expect(documents.slice(1, 3)).toMatchObject([{ labels: { late: 'no' } }, { labels: { late: 'yes' } }]);
});

test.each([8990, 8991])('a field that only record %i has may be said to be the text', async (only) => {
  const body = 'A letter of many words. '.repeat(20);
  const rows = Array.from({ length: 9000 }, (_row, i) => ({
    id: i,
    // In more columns than all rows that are chosen are for, more values than choose their rows.
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_column, c) => [`f${c}`, `${Math.floor(i / (c + 1))}`]),
    ),
    ...(i === only && { body }),
  }));
  const path = fileWith('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  const { documents } = await found(path, { columns: [{ column: 'body', role: 'text' }] });
  expect(documents).toMatchObject([{ id: String(only), text: body }]);
});

test.each(['csv', 'jsonl', 'parquet'])(
  '%s: labels that begin after all that is looked at are told',
  async (format) => {
    const texts = Array.from({ length: 200_600 }, (_, i) => `text ${i}`);
    const late = texts.map((_, i) => (i > 200_550 ? 'price' : null));
    const path = await FORMATS[format]!({ text: texts, source: texts, mood: late, topic: late });
    const { documents, told } = await found(path);
    expect(documents).toHaveLength(texts.length);
    expect(told).toEqual([
      `a.${format}: "mood", "topic" have their first values after the rows by which it is told what columns are, and were kept beside the text; say it where these are labels.`,
    ]);
  },
);
