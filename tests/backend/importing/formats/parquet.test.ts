import { writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { fileWith, found, refusal } from './support.ts';

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

test('numbers in a list of labels are no names, and are told', async () => {
  const bytes = parquet([
    { name: 'text', data: TEXTS, type: 'STRING' },
    { name: 'label', data: [1n, 0n, 1n], type: 'INT64' },
  ]);
  const { documents, told } = await found(fileWith('a.parquet', bytes));
  expect(documents).toEqual([]);
  expect(told).toHaveLength(3);
  expect(told[0]).toContain('Its labels are numbers');
});

test('an encrypted file is told as one', async () => {
  const path = fileWith('a.parquet', '');
  writeFileSync(path, `PARE${'\\0'.repeat(40)}PARE`);
  expect(await refusal(path)).toBe('"a.parquet" is encrypted.');
});
