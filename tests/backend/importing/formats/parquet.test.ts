import { writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test, vi } from 'vitest';
import { readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, found, inShort, refusal } from './support.ts';

const reads = vi.hoisted(() => ({ count: 0 }));
const counted = vi.hoisted((): { rows: bigint | undefined } => ({ rows: undefined }));
vi.mock(import('hyparquet'), async (original) => {
  const library = await original();
  return {
    ...library,
    parquetMetadataAsync: async (...given: Parameters<typeof library.parquetMetadataAsync>) => {
      const metadata = await library.parquetMetadataAsync(...given);
      if (counted.rows !== undefined) metadata.row_groups[0]!.num_rows = counted.rows;
      return metadata;
    },
    parquetReadObjects: (options: Parameters<typeof library.parquetReadObjects>[0]) => {
      reads.count += 1;
      return library.parquetReadObjects(options);
    },
  };
});

const TEXTS = ['It came late and wet.', 'It was wet.', 'Nothing to say.'];
type Columns = Parameters<typeof parquetWriteBuffer>[0];
const parquet = (columnData: Columns['columnData'], more: Partial<Columns> = {}) =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...more }));

test.each([
  ['ZSTD', zstdCompressSync],
  ['GZIP', gzipSync],
  ['BROTLI', brotliCompressSync],
] as const)('pages packed with %s', async (codec, pack) => {
  const bytes = parquet([{ name: 'text', data: TEXTS, type: 'STRING' }], {
    codec,
    compressors: { [codec]: (input: Uint8Array) => new Uint8Array(pack(input)) },
  });
  expect((await found(fileWith('a.parquet', bytes))).documents.map(({ text }) => text)).toEqual(TEXTS);
});

test('a column per label, of truths and of whole numbers; missing is undecided', async () => {
  const bytes = parquet([
    { name: 'text', data: TEXTS, type: 'STRING' },
    { name: 'late', data: [true, false, null], type: 'BOOLEAN' },
    { name: 'wet', data: [1n, 1n, 0n], type: 'INT64' },
    { name: 'stars', data: [1, 5, 3], type: 'INT32' },
  ]);
  expect(
    (await found(fileWith('a.parquet', bytes))).documents.map(({ labels, meta }) => [labels, meta]),
  ).toEqual([
    [{ late: 'yes', wet: 'yes' }, { stars: 1 }],
    [{ late: 'no', wet: 'yes' }, { stars: 5 }],
    [{ wet: 'no' }, { stars: 3 }],
  ]);
});

test('numbers in a list of labels are no names, and stay numbers', async () => {
  const bytes = parquet([
    { name: 'text', data: TEXTS, type: 'STRING' },
    { name: 'label', data: [1n, 0n, 1n], type: 'INT64' },
  ]);
  const unnamed: unknown[] = [];
  for await (const item of readDocuments(fileWith('a.parquet', bytes), {}))
    if (item.kind === 'document') unnamed.push(item.document.annotations);
  expect(unnamed).toEqual(
    ['1', '0', '1'].map((number) => [
      { annotator: null, decisions: new Map(), status: 'done', absence: 'open', unnamed: [number] },
    ]),
  );
});

test('an encrypted file is told as one', async () => {
  const path = fileWith('a.parquet', '');
  writeFileSync(path, `PARE${'\\0'.repeat(40)}PARE`);
  expect(await refusal(path)).toBe('"a.parquet" is encrypted.');
});

// A page is unpacked for each reading that has rows of it: 5,000 at a time took a million rows 200 times.
test('a large group of rows in one page is read a few times, not once per 5,000 rows', async () => {
  const data = Array.from({ length: 300_000 }, (_, i) => (i === 299_999 ? 'the last' : `number ${i}`));
  const path = fileWith(
    'a.parquet',
    parquet([{ name: 'text', data, type: 'STRING' }], { rowGroupSize: 300_000 }),
  );
  reads.count = 0;
  let rows = 0;
  let last = '';
  for await (const item of readDocuments(path, { format: 'auto' })) {
    rows += 1;
    if (item.kind === 'document') last = item.document.text;
  }
  expect([rows, last]).toEqual([300_000, 'the last']);
  expect(reads.count).toBeLessThan(5);
});

test('rows come once and in order where large ones are read a part at a time', async () => {
  const data = Array.from({ length: 13_000 }, (_, i) => `${i} ${'x'.repeat(12_000)}`);
  const path = fileWith(
    'a.parquet',
    parquet([{ name: 'text', data, type: 'STRING' }], { rowGroupSize: 11_000 }),
  );
  reads.count = 0;
  const numbers: number[] = [];
  for await (const item of readDocuments(path, { format: 'auto' }))
    if (item.kind === 'document') numbers.push(Number.parseInt(item.document.text, 10));
  expect(numbers).toEqual(data.map((_, i) => i));
  // Read, and all but the first part looked at before for what its columns are.
  expect(reads.count).toBe(3 + 2);
});

test.each([1n, 5n, -3n])('groups of rows that are not as many as the file tells (%s)', async (told) => {
  const bytes = parquet([{ name: 'text', data: TEXTS, type: 'STRING' }]);
  const path = fileWith('a.parquet', bytes);
  counted.rows = told;
  try {
    expect(await refusal(path)).toBe('"a.parquet" is no readable Parquet file.');
  } finally {
    counted.rows = undefined;
  }
});

function withClasses(labels: readonly (readonly number[])[], names: readonly string[]): Uint8Array {
  const features = { labels: { feature: { names, _type: 'ClassLabel' }, _type: 'List' } };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: labels.map((_, i) => `p${i}`), type: 'STRING' },
        { name: 'text', data: labels.map((_, i) => `text number ${i}`), type: 'STRING' },
        { name: 'labels', data: [...labels], type: 'JSON' },
      ],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    }),
  );
}

test('Parquet with class names, as ids and as zeros and ones; what could be both is not guessed', async () => {
  const names = ['late', 'refund', 'praise'];
  expect(
    (await inShort(fileWith('a.parquet', withClasses([[0, 1], [], [2], [-1]], names)))).documents,
  ).toEqual([
    'p0 | text number 0 | done late refund',
    'p1 | text number 1 | done',
    'p2 | text number 2 | done praise',
    'p3 | text number 3',
  ]);
  expect((await inShort(fileWith('b.parquet', withClasses([[1, 0, 1]], names)))).documents).toEqual([
    'p0 | text number 0 | done late praise',
  ]);
  const withEmpty = await inShort(fileWith('e.parquet', withClasses([[], [1, 0, 1], [0, 0, 0]], names)));
  expect(withEmpty.documents.map((found) => found.slice(21))).toEqual(['done', 'done late praise', 'done']);
  const numbered = await inShort(fileWith('f.parquet', withClasses([[0, 1], [1]], ['no', 'yes'])));
  expect(numbered.documents[0]).toBe('p0 | text number 0 | done no yes');
  const unclear = await inShort(fileWith('c.parquet', withClasses([[0, 1]], ['no', 'yes'])));
  expect(unclear.problems[0]).toContain('class numbers or zeros and ones');
  await expect(inShort(fileWith('d.parquet', 'PAR1 but nothing else'))).rejects.toThrow(
    'no readable Parquet',
  );
});

test('bytes that are no text are no field; those that are one are', async () => {
  const bytes = parquet([
    {
      name: 'text',
      data: TEXTS.slice(0, 2).map((text) => new TextEncoder().encode(text)),
      type: 'BYTE_ARRAY',
    },
    { name: 'image', data: [Uint8Array.of(0, 255, 1), Uint8Array.of(137, 80)], type: 'BYTE_ARRAY' },
  ]);
  expect((await found(fileWith('a.parquet', bytes))).documents).toEqual(
    TEXTS.slice(0, 2).map((text) => ({ id: null, text })),
  );
});

test('moments are ids as well', async () => {
  const bytes = parquet([
    {
      name: 'id',
      data: [new Date('2026-01-01T12:00:00Z'), new Date('2026-01-02T00:00:00Z')],
      type: 'TIMESTAMP',
    },
    { name: 'text', data: TEXTS.slice(0, 2), type: 'STRING' },
  ]);
  expect((await found(fileWith('a.parquet', bytes))).documents.map(({ id }) => id)).toEqual([
    '2026-01-01T12:00:00Z',
    '2026-01-02',
  ]);
});
