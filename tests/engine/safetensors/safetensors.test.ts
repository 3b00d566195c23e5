import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DTYPE_BYTES,
  type Dtype,
  fromFloat32,
  type SafeTensor,
  toFloat32,
} from '../../../engine/safetensors/dtype.ts';
import { readSafetensors, readSafetensorsMetadata } from '../../../engine/safetensors/read.ts';
import { writeSafetensors } from '../../../engine/safetensors/write.ts';

function fileWith(
  header: string | object,
  data: Uint8Array = new Uint8Array(0),
  claimed?: bigint,
): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const u8 = (start: number, end: number, more: object = {}) => ({
  dtype: 'U8',
  shape: [end - start],
  data_offsets: [start, end],
  ...more,
});
const outcome = (bytes: Uint8Array): string => {
  try {
    return `read ${[...readSafetensors(bytes, 'w.safetensors').keys()]}`;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    expect(code).toBe('safetensors_broken');
    return message.replace('w.safetensors is not a valid safetensors file: ', '');
  }
};

test('row 50: every broken file is refused, with the tensor named', () => {
  const two = new Uint8Array(2);
  const cases: Record<string, [Uint8Array, string]> = {
    empty: [new Uint8Array(0), 'it is too short.'],
    'header of 2^63': [fileWith('{}', two, 2n ** 63n), 'its header claims 9223372036854775808 bytes.'],
    'header past the end': [fileWith('{}', two, 1000n), 'its header ends after the file.'],
    'header of 99 % of the file': [
      fileWith(`{${' '.repeat(3_000_000)}}`),
      'its header claims 3000002 bytes.',
    ],
    'not {': [fileWith(' {}'), 'its header does not begin with {.'],
    'byte order mark': [fileWith('\ufeff{}'), 'its header does not begin with {.'],
    'not JSON': [fileWith('{"a":'), 'its header is not JSON.'],
    'not UTF-8': [
      fileWith('{"a\xff":1}').map((byte) => (byte === 0xc3 ? 0xff : byte)),
      'its header is not JSON.',
    ],
    'duplicate name': [
      fileWith(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        two,
      ),
      'its header names "a" twice.',
    ],
    'duplicate field': [
      fileWith('{"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}}', two),
      'its header names "dtype" twice.',
    ],
    overlap: [fileWith({ a: u8(0, 2), b: u8(1, 2) }, two), 'its tensor "b" overlaps another.'],
    'same bytes twice': [fileWith({ a: u8(0, 2), b: u8(0, 2) }, two), 'its tensor "b" overlaps another.'],
    hole: [fileWith({ a: u8(1, 2) }, two), 'its tensor "a" follows a hole.'],
    'extra bytes': [fileWith({ a: u8(0, 1) }, two), '1 bytes follow its last tensor.'],
    'past the end': [fileWith({ a: u8(0, 3) }, two), 'its tensor "a" ends after the file.'],
    backwards: [
      fileWith({ a: { dtype: 'U8', shape: [2], data_offsets: [2, 0] } }, two),
      'its tensor "a" ends before it begins.',
    ],
    'unknown type': [
      fileWith({ a: u8(0, 2, { dtype: 'F4' }) }, two),
      'its tensor "a" has the unknown type "F4".',
    ],
    'type of the prototype': [
      fileWith({ a: u8(0, 2, { dtype: 'toString' }) }, two),
      'its tensor "a" has the unknown type "toString".',
    ],
    'wrong length': [
      fileWith({ a: u8(0, 2, { shape: [3] }) }, two),
      'its tensor "a" has 2 bytes, which is not U8 [3].',
    ],
    'shape overflows': [
      fileWith({ a: u8(0, 2, { shape: [2 ** 32, 2 ** 32] }) }, two),
      'its tensor "a" has 2 bytes, which is not U8 [4294967296,4294967296].',
    ],
    'negative dimension': [
      fileWith({ a: u8(0, 2, { shape: [-1, -2] }) }, two),
      'its tensor "a" has a wrong shape.',
    ],
    'fractional offset': [
      fileWith({ a: u8(0, 2, { data_offsets: [0, 1.5] }) }, two),
      'its tensor "a" has a wrong data_offsets.',
    ],
    'extra field': [fileWith({ a: u8(0, 2, { more: 1 }) }, two), 'its tensor "a" has a wrong description.'],
    'null tensor': [fileWith({ a: null }), 'its tensor "a" has a wrong description.'],
    'metadata of numbers': [fileWith({ __metadata__: { a: 1 } }), 'its metadata "a" are no text.'],
  };
  const actual = Object.entries(cases).map(([name, [bytes]]) => [name, outcome(bytes)]);
  expect(Object.fromEntries(actual)).toEqual(
    Object.fromEntries(Object.entries(cases).map(([name, [, text]]) => [name, text])),
  );
});

test('row 10: a tensor may be called __proto__', () => {
  const bytes = fileWith('{"__proto__":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', new Uint8Array(2));
  expect(outcome(bytes)).toBe('read __proto__');
});

const tensorArbitrary: fc.Arbitrary<SafeTensor> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(DTYPE_BYTES) as Dtype[])),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  )
  .chain(([dtype, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1) * DTYPE_BYTES[dtype];
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ dtype, shape, data }));
  });
const tensorsArbitrary = fc.uniqueArray(
  fc.tuple(
    fc.string({ unit: 'binary' }).map((name) => name.toWellFormed()),
    tensorArbitrary,
  ),
  {
    selector: ([name]) => name,
    maxLength: 8,
  },
);

test('what is written is read again, and the order given does not matter', () => {
  fc.assert(
    fc.property(tensorsArbitrary, (tensors) => {
      const bytes = writeSafetensors(tensors, { b: '2', a: '"' });
      expect(writeSafetensors(tensors.toReversed(), { a: '"', b: '2' })).toEqual(bytes);
      const read = readSafetensors(bytes, 'f');
      expect(
        new Map([...read].map(([name, tensor]) => [name, { ...tensor, data: new Uint8Array(tensor.data) }])),
      ).toEqual(new Map(tensors));
      expect(readSafetensorsMetadata(bytes, 'f')).toEqual(
        new Map([
          ['a', '"'],
          ['b', '2'],
        ]),
      );
    }),
    { seed: 4 },
  );
});

test('the layout is the one of the reference implementation: widest first, then by name, header padded', () => {
  const bytes = writeSafetensors([
    ['b', fromFloat32(new Float32Array([1]), [1])],
    ['a', { dtype: 'U8', shape: [1], data: new Uint8Array([7]) }],
    ['a2', fromFloat32(new Float32Array([2]), [])],
  ]);
  const header =
    '{"a2":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  expect(Buffer.from(bytes)).toEqual(
    Buffer.from(fileWith(padded, Buffer.from([0, 0, 0, 64, 0, 0, 128, 63, 7]))),
  );
});

test('a tensor whose bytes are not its shape, or whose name is taken, is not written', () => {
  const one = { dtype: 'U8', shape: [2], data: new Uint8Array(1) } satisfies SafeTensor;
  const fine = { dtype: 'U8', shape: [1], data: new Uint8Array(1) } satisfies SafeTensor;
  const refused = expect.objectContaining({ code: 'safetensors_invalid' });
  expect(() => writeSafetensors([['a', one]])).toThrow(refused);
  expect(() =>
    writeSafetensors([
      ['a', fine],
      ['a', fine],
    ]),
  ).toThrow(refused);
  expect(() => writeSafetensors([['__metadata__', fine]])).toThrow(refused);
});

test('every element type becomes float32', () => {
  const tensor = (dtype: Dtype, bytes: ArrayLike<number>): SafeTensor => {
    const data = Uint8Array.from([99, ...Array.from(bytes)]).subarray(1);
    return { dtype, shape: [data.length / DTYPE_BYTES[dtype]], data };
  };
  const bytesOf = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer);
  const half = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x8000, 0x3555, 0x7bff);
  expect({
    F64: toFloat32(tensor('F64', bytesOf(Float64Array.of(0.1, -2)))),
    I64: toFloat32(tensor('I64', bytesOf(BigInt64Array.of(-5n, 7n)))),
    F32: toFloat32(tensor('F32', bytesOf(Float32Array.of(0.1, Number.NaN)))),
    I32: toFloat32(tensor('I32', bytesOf(Int32Array.of(-3)))),
    F16: toFloat32(tensor('F16', bytesOf(half))),
    BF16: toFloat32(tensor('BF16', bytesOf(Uint16Array.of(0x3f80, 0xc040, 0x7f80)))),
    I8: toFloat32(tensor('I8', [255])),
    U8: toFloat32(tensor('U8', [255])),
    BOOL: toFloat32(tensor('BOOL', [0, 1, 2])),
  }).toEqual({
    F64: Float32Array.of(0.1, -2),
    I64: Float32Array.of(-5, 7),
    F32: Float32Array.of(0.1, Number.NaN),
    I32: Float32Array.of(-3),
    F16: Float32Array.of(1, -2, 2 ** -24, Number.POSITIVE_INFINITY, -0, 0.333251953125, 65504),
    BF16: Float32Array.of(1, -3, Number.POSITIVE_INFINITY),
    I8: Float32Array.of(-1),
    U8: Float32Array.of(255),
    BOOL: Float32Array.of(0, 1, 1),
  });
});

const root =
  process.env.ENTAIL_FIXTURES ?? resolve(import.meta.dirname, '../../../../shared/fixtures/models');
const files = (existsSync(root) ? readdirSync(root) : []).flatMap((folder) =>
  ['model', 'reference', 'lora_qv']
    .map((name) => join(root, folder, `${name}.safetensors`))
    .filter(existsSync),
);
test.runIf(files.length > 0)('files of the reference implementation are written again byte for byte', () => {
  const different = files.filter((file) => {
    const bytes = readFileSync(file);
    const again = writeSafetensors(
      readSafetensors(bytes, file),
      Object.fromEntries(readSafetensorsMetadata(bytes, file)),
    );
    return !bytes.equals(again);
  });
  expect(different).toEqual([]);
});
