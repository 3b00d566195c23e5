import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { floatsFromHalves, halvesFromFloats } from '../../../engine/graph/tensor.ts';
import { externalRange, readExternal } from '../../../engine/onnx/externalData.ts';
import { parseModel, readModel } from '../../../engine/onnx/read.ts';
import { writeModel } from '../../../engine/onnx/write.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

test('a model written and read again is the same', () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = readModel(join(dir, 'model.onnx'));
  const bytes = writeModel(model);
  const again = parseModel(bytes, { name: 'again' });
  expect(again.graph.nodes).toEqual(model.graph.nodes);
  expect([...again.graph.initializers.keys()]).toEqual([...model.graph.initializers.keys()]);
  expect(Buffer.from(writeModel(again)).equals(Buffer.from(bytes))).toBe(true);
});

test('41: files that are no models are named as what they are', () => {
  const parse = (text: string) => () => parseModel(new TextEncoder().encode(text), { name: 'm.onnx' });
  expect(parse('')).toThrow('"m.onnx" is empty');
  expect(parse('version https://git-lfs.github.com/spec/v1\noid sha256:0')).toThrow('Git LFS pointer');
  expect(parse('<!DOCTYPE html><html></html>')).toThrow('web page');
  expect(parse('hello, this is plain text, not a model')).toThrow('"m.onnx" is not an ONNX model');
});

test('41: a truncated model is refused at every length', () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const bytes = readFileSync(join(dir, 'model.onnx'));
  for (let end = 0; end < bytes.length - 1; end += 97) {
    expect(() => parseModel(bytes.subarray(0, end), { name: 'm.onnx' })).toThrow(/m\.onnx/);
  }
});

test('43: external data outside the folder, behind links or past the end is refused', () => {
  const dir = temporaryFolder();
  const folder = join(dir, 'model');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(dir, 'secret.bin'), 'secret bytes');
  writeFileSync(join(folder, 'data.bin'), Buffer.alloc(16, 7));
  symlinkSync(join(dir, 'secret.bin'), join(folder, 'link.bin'));
  symlinkSync(dir, join(folder, 'up'));
  writeFileSync(join(folder, 'twice.bin'), Buffer.alloc(16));
  linkSync(join(folder, 'twice.bin'), join(dir, 'second.bin'));
  const read = (location: string, offset = '0', length = 8) =>
    readExternal(
      join(folder, 'model.onnx'),
      externalRange(
        new Map([
          ['location', location],
          ['offset', offset],
        ]),
        'W',
      ),
      length,
      'W',
    );
  expect([...read('data.bin', '8')]).toEqual(Array(8).fill(7));
  const bad = [
    '../secret.bin',
    '/etc/passwd',
    'sub/../../secret.bin',
    'link.bin',
    'up/secret.bin',
    'twice.bin',
    'C:\\x',
    'none.bin',
  ];
  for (const location of bad) expect(() => read(location), location).toThrow('initializer "W"');
  for (const offset of ['-1', '9', '9223372036854775808', '1e3'])
    expect(() => read('data.bin', offset), offset).toThrow('"W"');
});

test('float16 and float32 convert exactly where they can, and round to even where not', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const numbers = all.filter((bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0);
  expect(halvesFromFloats(floatsFromHalves(numbers))).toEqual(numbers);
  const rounded = floatsFromHalves(
    halvesFromFloats(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 2 ** -25, 1.5 * 2 ** -24)),
  );
  expect([...rounded]).toEqual([1, 1 + 2 ** -9, 65504, Number.POSITIVE_INFINITY, 0, 2 ** -23]);
});
