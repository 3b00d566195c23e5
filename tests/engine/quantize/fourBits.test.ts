import { expect, test } from 'vitest';
import { makeNode } from '../../../engine/graph/builder.ts';
import type { Model } from '../../../engine/graph/graph.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';
import { writeModel } from '../../../engine/onnx/write.ts';
import { packFourBits, quantizeFourBits } from '../../../engine/quantize/fourBits.ts';
import { withHalfWeights } from '../../../engine/quantize/halfWeights.ts';
import { createRandom } from '../../../engine/random.ts';
import { ort } from '../../../engine/runtime/onnxRuntime.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';

test('a block is halved, quartered and zero as worked out by hand; two integers share a byte, the first in the low half', () => {
  const matrix = new Float32Array(33);
  matrix.set([-8, 7, 0, 3, -2]);
  matrix[32] = 4;
  const { packed, scales, blocks } = packFourBits(matrix, [1, 33]);
  expect(blocks).toBe(2);
  // Of the first block −8 becomes 0 with scale 1; of the second 4 becomes 0 with scale −0.5.
  expect([...scales]).toEqual([1, -0.5]);
  expect([...packed.subarray(0, 3)]).toEqual([0x0 | (0xf << 4), 0x8 | (0xb << 4), 0x6 | (0x8 << 4)]);
  expect([...packed.subarray(16, 18)]).toEqual([0x0 | (0x8 << 4), 0x88]);
});

/** y = x · W + b by a MatMul or a Gemm, W of 40 inputs and 3 outputs. */
function product(op: 'MatMul' | 'Gemm', weights: Float32Array): Model {
  const dims = op === 'MatMul' ? [40, 3] : [3, 40];
  const attributes = op === 'Gemm' ? { attributes: { transB: 1 } } : {};
  const inputs = op === 'Gemm' ? ['x', 'W', 'b'] : ['x', 'W'];
  return {
    irVersion: 9,
    opset: 18,
    domains: new Map(),
    metadata: new Map(),
    graph: {
      name: 'product',
      nodes: [makeNode({ op, name: 'product', inputs, outputs: ['y'], ...attributes })],
      initializers: new Map([
        ['W', floatTensor(weights, dims)],
        ['b', floatTensor(Float32Array.of(1, 2, 3), [3])],
      ]),
      inputs: [{ name: 'x', dtype: 'float32', dims: ['rows', 40] }],
      outputs: [{ name: 'y', dtype: 'float32', dims: ['rows', 3] }],
    },
  };
}

const run = async (model: Model, x: Float32Array) => {
  const session = await createSession(writeModel(model));
  const found = floatsOf((await session.run({ x: new ort.Tensor('float32', x, [2, 40]) })).y);
  await session.release();
  return [...found];
};

/** What packed weights stand for, [out, in]. */
function unpacked(
  { packed, scales, blocks }: ReturnType<typeof packFourBits>,
  [outputs, inputs]: [number, number],
) {
  return Float32Array.from({ length: outputs * inputs }, (_, at) => {
    const [row, column] = [Math.floor(at / inputs), at % inputs];
    const block = row * blocks + Math.floor(column / 32);
    const byte = packed[block * 16 + ((column % 32) >> 1)]!;
    return ((column % 2 === 0 ? byte & 15 : byte >> 4) - 8) * scales[block]!;
  });
}

test.each(['MatMul', 'Gemm'] as const)(
  'a %s with 4-bit weights gives what those weights stand for',
  async (op) => {
    const random = createRandom(5);
    const outIn = Float32Array.from({ length: 120 }, () => random.normal());
    const x = Float32Array.from({ length: 80 }, () => random.normal());
    const stored = (values: Float32Array) =>
      op === 'Gemm' ? values : Float32Array.from(values, (_, i) => values[(i % 3) * 40 + Math.floor(i / 3)]!);
    const small = quantizeFourBits(product(op, stored(outIn)));
    expect(small.graph.nodes.map((node) => node.op)).toContain('MatMulNBits');
    expect(small.graph.initializers.has('W')).toBe(false);
    const meant = unpacked(packFourBits(outIn, [3, 40]), [3, 40]);
    const wanted = await run(product(op, stored(meant)), x);
    const found = await run(small, x);
    found.forEach((y, i) => {
      expect(y).toBeCloseTo(wanted[i]!, 4);
    });
  },
);

test('float16 weights are computed with as float32; numbers that float16 has not stay', async () => {
  const weights = Float32Array.from({ length: 120 }, (_, i) => (i % 9) / 16 - 0.25);
  const x = Float32Array.from({ length: 80 }, (_, i) => i / 8);
  const model = product('MatMul', weights);
  const half = withHalfWeights(model);
  expect(half.graph.initializers.get('W__f16')?.dtype).toBe('float16');
  // These weights are numbers of float16: nothing is lost.
  expect(await run(half, x)).toEqual(await run(model, x));
  weights[3] = 1e6;
  expect(withHalfWeights(product('MatMul', weights)).graph.initializers.get('W')?.dtype).toBe('float32');
});
