import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { bytesOf, sidecarsOf } from '../output.ts';
import { exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

const readParquet = (bytes: Buffer) => {
  const file = new Uint8Array(bytes).buffer;
  return { metadata: parquetMetadata(file), rows: parquetReadObjects({ file }) };
};

test('hf-parquet: numbered labels, and the features of datasets in its metadata', async () => {
  const { metadata, rows } = readParquet(bytesOf('hf-parquet', source));
  const value = (dtype: string) => ({ dtype, _type: 'Value' });
  expect(metadata.key_value_metadata).toHaveLength(1);
  expect(JSON.parse(metadata.key_value_metadata![0]!.value!)).toEqual({
    info: {
      features: {
        id: value('string'),
        text: value('string'),
        labels: {
          feature: { names: ['late delivery', 'refund', 'praise'], _type: 'ClassLabel' },
          _type: 'List',
        },
        split: value('string'),
        source: value('string'),
      },
    },
  });
  expect(metadata.schema.slice(3, 6)).toMatchObject([
    { name: 'labels', converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED' },
    { name: 'element', type: 'INT64' },
  ]);
  expect(metadata.created_by).toBe('Entail');
  expect((await rows).map(({ id, labels, source: from }) => [id, labels, from])).toEqual([
    ['d1', [0n, 1n], 'mail'],
    ['d2', [], null],
    ['d6', [0n], null],
  ]);
  expect(sidecarsOf('hf-parquet', source, { ...everything, to: 'train.parquet' })[0]![0]).toBe(
    'test.parquet',
  );
});

test('hf-parquet: types of other fields, null labels, many row groups, an empty file', async () => {
  const texts = Array.from({ length: 25_000 }, (_, i) => `text ${i}`);
  const meta = (i: number) =>
    new Map<string, string | number | boolean>([
      ['stars', i / 2],
      ['urgent', i % 2 === 0],
      ['mixed', i === 0 ? 'one' : 2],
    ]);
  const large = sourceOf(
    ['a'],
    texts.map((text, i) => ({ text, meta: i < 3 ? meta(i) : new Map() })),
  );
  const { metadata, rows } = readParquet(bytesOf('hf-parquet', large, everything));
  expect(metadata.row_groups).toHaveLength(3);
  expect(Number(metadata.num_rows)).toBe(25_000);
  const read = await rows;
  expect(read.map(({ text }) => text)).toEqual(texts);
  expect(read.slice(1, 4)).toMatchObject([
    { stars: 0.5, urgent: false, mixed: '2' },
    { stars: 1, urgent: true, mixed: '2' },
    { stars: null, urgent: null, mixed: null },
  ]);
  expect(read.every(({ labels }) => labels === undefined || labels === null)).toBe(true);
  const none = readParquet(bytesOf('hf-parquet', sourceOf(['a'], [])));
  expect(Number(none.metadata.num_rows)).toBe(0);
  expect(await none.rows).toEqual([]);
});
