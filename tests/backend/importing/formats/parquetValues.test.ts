import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { fileWith, found } from './support.ts';

type Written = Parameters<typeof parquetWriteBuffer>[0];
type Element = NonNullable<Written['schema']>[number];

const TEXTS = ['The parcel came late.', 'The price is high.'];
const ROOT: Element = { name: 'root', num_children: 2 };
const TEXT: Element = {
  name: 'text',
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
};

/** What comes in of a column of these values, whose elements in the schema are these. */
async function metaOf(elements: readonly Element[], data: readonly unknown[]) {
  const name = elements[0]!.name;
  const bytes = parquetWriteBuffer({
    schema: [ROOT, TEXT, ...elements],
    columnData: [
      { name: 'text', data: data.map((_, i) => `text ${i}`) },
      { name, data: [...data] },
    ],
  });
  const { documents } = await found(fileWith('a.parquet', new Uint8Array(bytes)));
  return documents.map(({ id, meta }) => id ?? (meta as Record<string, unknown> | undefined)?.[name]);
}

const optional = (element: Partial<Element>): Element => ({
  name: 'x',
  repetition_type: 'OPTIONAL',
  ...element,
});
const decimal = (element: Partial<Element>, scale: number) =>
  optional({ ...element, converted_type: 'DECIMAL', scale, precision: 30 });
test.each([
  ['INT32', { type: 'INT32' }, 2, [399995n, -5n], [3999.95, -0.05]],
  ['INT64', { type: 'INT64' }, 2, [110n, 12345678901234567n], [1.1, '123456789012345.67']],
  ['INT64, whole', { type: 'INT64' }, 0, [5n, 9007199254740993n], [5, '9007199254740993']],
] as const)('decimals are the numbers that were written: %s', async (_, element, scale, data, wanted) => {
  expect(await metaOf([decimal(element, scale)], data)).toEqual(wanted);
});

test.each([
  ['FIXED_LEN_BYTE_ARRAY', 16],
  ['BYTE_ARRAY', 9],
] as const)('decimals of any length keep their digits, and ids stay two: %s', async (type, size) => {
  const numbers = ['12345678901234567890', '-12345678901234567891'];
  const element = decimal({ type, ...(size === 16 && { type_length: 16 }) }, 0);
  const data = numbers.map((number) => BigInt(number));
  expect(await metaOf([element], data)).toEqual(numbers);
  expect(await metaOf([{ ...element, name: 'id' }], data)).toEqual(numbers);
});

test('times of day are times', async () => {
  const time = (unit: 'MILLIS' | 'MICROS' | 'NANOS') =>
    optional({
      type: unit === 'MILLIS' ? 'INT32' : 'INT64',
      logical_type: { type: 'TIME', isAdjustedToUTC: false, unit },
    });
  expect(await metaOf([time('MICROS')], [45_000_000_000n, 1_500n])).toEqual(['12:30:00', '00:00:00.0015']);
  expect(await metaOf([time('NANOS')], [86_399_000_000_000n, null])).toEqual(['23:59:59', undefined]);
  expect(await metaOf([time('MILLIS')], [3_600_000, 61_250])).toEqual(['01:00:00', '00:01:01.25']);
  const old = optional({ type: 'INT64', converted_type: 'TIME_MICROS' });
  expect(await metaOf([old], [45_000_000_000n, 0n])).toEqual(['12:30:00', '00:00:00']);
});

type Unit = 'MILLIS' | 'MICROS' | 'NANOS';
const moment = (unit: Unit, isAdjustedToUTC: boolean) =>
  optional({ type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit } });
/** 2024-05-01T12:30:05Z, and a second before 1970. */
const [NOON, BEFORE] = [1_714_566_605n, -1n];

test.each([
  ['MILLIS', 1000n, 123n, '.123'],
  ['MICROS', 1_000_000n, 123_456n, '.123456'],
  ['NANOS', 1_000_000_000n, 123_456_789n, '.123456789'],
] as const)('moments have all digits of their seconds, in %s', async (unit, second, rest, fraction) => {
  const data = [NOON * second, NOON * second + rest, BEFORE * second + rest, 0n, null];
  const wanted = (zone: string) => [
    `2024-05-01T12:30:05${zone}`,
    `2024-05-01T12:30:05${fraction}${zone}`,
    `1969-12-31T23:59:59${fraction}${zone}`,
    '1970-01-01',
    undefined,
  ];
  expect(await metaOf([moment(unit, true)], data)).toEqual(wanted('Z'));
  // Of no time zone nobody knows that it is that of Greenwich.
  expect(await metaOf([moment(unit, false)], data)).toEqual(wanted(''));
  expect(await metaOf([{ ...moment(unit, false), name: 'id' }], data.slice(0, 2))).toEqual(
    wanted('').slice(0, 2),
  );
  if (unit === 'NANOS') return;
  const old = optional({ type: 'INT64', converted_type: `TIMESTAMP_${unit}` });
  expect(await metaOf([old], data)).toEqual(wanted('Z'));
});

test('moments within lists, and one that no calendar has', async () => {
  expect(await metaOf(list(moment('MICROS', true)), [[NOON * 1_000_000n, null], [0n]])).toEqual([
    '["2024-05-01T12:30:05Z",null]',
    '["1970-01-01"]',
  ]);
  expect(await metaOf([moment('MILLIS', true)], [2n ** 62n, NOON * 1000n])).toEqual([
    undefined,
    '2024-05-01T12:30:05Z',
  ]);
});

test('numbers of 16 bits are as short as they were written', async () => {
  const element = optional({
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 2,
    logical_type: { type: 'FLOAT16' },
  });
  const written = [0.1, 0.7, 0.95, 0.333, -2.5, 3, 512.5, 65504, 0.00006, 0.0000001, 0.03125, 0, null];
  expect(await metaOf([element], written)).toEqual(written.map((value) => value ?? undefined));
});

test('spans of time are read', async () => {
  const span = (months: number, days: number, ms: number) =>
    new Uint8Array(new Uint32Array([months, days, ms]).buffer);
  const element = optional({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' });
  expect(await metaOf([element], [span(1, 2, 3500), span(0, 0, 0)])).toEqual(['P1M2DT3.5S', 'PT0S']);
});

test('numbers of 32 bits are as short as they were written', async () => {
  const element = optional({ type: 'FLOAT' });
  expect(await metaOf([element], [0.1, 0.7])).toEqual([0.1, 0.7]);
  const numbers = Array.from({ length: 3000 }, (_, i) => Math.fround(Math.sin(i) * 10 ** ((i % 60) - 30)));
  const read = await metaOf([element], numbers);
  expect(read.map((value) => Math.fround(Number(value)))).toEqual(numbers);
  const digits = (value: unknown) =>
    Number(value)
      .toExponential()
      .replace(/e.*|\D/g, '').length;
  expect(read.filter((value) => !Number.isSafeInteger(value)).every((value) => digits(value) <= 9)).toBe(
    true,
  );
});

const list = (element: Element): Element[] => [
  { name: 'x', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { ...element, name: 'element' },
];

test('in lists and objects, too; whole numbers in a list are numbers', async () => {
  expect(await metaOf(list(optional({ type: 'FLOAT' })), [[0.1, null], [0.7]])).toEqual([
    '[0.1,null]',
    '[0.7]',
  ]);
  expect(await metaOf(list(optional({ type: 'INT64' })), [[1n, 2n], [9007199254740993n]])).toEqual([
    '[1,2]',
    '["9007199254740993"]',
  ]);
  const struct: Element[] = [
    { name: 'x', repetition_type: 'OPTIONAL', num_children: 2 },
    { name: 'at', type: 'INT64', repetition_type: 'OPTIONAL', converted_type: 'TIME_MICROS' },
    {
      name: 'price',
      type: 'INT32',
      repetition_type: 'OPTIONAL',
      converted_type: 'DECIMAL',
      scale: 2,
      precision: 9,
    },
  ];
  const bytes = parquetWriteBuffer({
    schema: [ROOT, TEXT, ...struct],
    columnData: [
      { name: 'text', data: TEXTS },
      { name: 'x', data: [{ at: 45_000_000_000n, price: 3999.95 }, null] },
    ],
  });
  const { documents } = await found(fileWith('a.parquet', new Uint8Array(bytes)));
  expect(documents[0]?.meta).toEqual({ 'x.at': '12:30:00', 'x.price': 3999.95 });
});

/** A block of LZ4 without any match: a token with the number of literals, and these. */
function lz4(input: Uint8Array): Uint8Array {
  if (input.length < 15) return new Uint8Array([input.length << 4, ...input]);
  const more = input.length - 15;
  const lengths = [...Array.from({ length: Math.floor(more / 255) }, () => 255), more % 255];
  return new Uint8Array([0xf0, ...lengths, ...input]);
}

/** As Hadoop packs them: both lengths before the block. */
function hadoop(input: Uint8Array): Uint8Array {
  const block = lz4(input);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(input.length, 0);
  lengths.writeUInt32BE(block.length, 4);
  return new Uint8Array([...lengths, ...block]);
}

test.each([
  ['LZ4_RAW', lz4],
  ['LZ4', hadoop],
] as const)('a column that is empty throughout is no damage: %s', async (codec, pack) => {
  const packed: number[] = [];
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'text', data: TEXTS, type: 'STRING' },
      { name: 'note', data: [null, null], type: 'STRING' },
    ],
    codec,
    compressors: {
      [codec]: (input: Uint8Array) => {
        packed.push(input.length);
        return pack(input);
      },
    },
  });
  const { documents, told } = await found(fileWith('a.parquet', new Uint8Array(bytes)));
  expect(packed).toContain(0);
  expect(documents.map(({ text }) => text)).toEqual(TEXTS);
  expect(told).toEqual([]);
});
