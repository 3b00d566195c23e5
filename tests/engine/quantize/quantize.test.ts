import { expect, test } from 'vitest';
import { makeNode } from '../../../engine/graph/builder.ts';
import type { Graph, Model } from '../../../engine/graph/graph.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { parseModel } from '../../../engine/onnx/read.ts';
import { calibrate } from '../../../engine/quantize/calibrate.ts';
import { LARGEST_DIFFERENCE, quantizedFile } from '../../../engine/quantize/checkedFile.ts';
import { quantizeDynamic } from '../../../engine/quantize/modelFile.ts';
import { quantizeForRuntime } from '../../../engine/quantize/runtimeModel.ts';
import { quantizeMatrix } from '../../../engine/quantize/weights.ts';
import { createRandom } from '../../../engine/random.ts';
import { createSession, floats, floatsOf } from '../../../engine/runtime/session.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const texts = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const hypotheses = ['this is about shipping .', 'this is about price .'];

async function tiny() {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  return loadNliModel(dir);
}

test('a matrix comes back within half a step of its column or row', () => {
  const random = createRandom(1);
  const matrix = Float32Array.from({ length: 40 }, () => random.normal());
  for (const axis of [0, 1] as const) {
    const { values, scales } = quantizeMatrix(matrix, [8, 5], axis);
    matrix.forEach((value, i) => {
      const scale = scales[axis === 1 ? i % 5 : Math.floor(i / 5)]!;
      expect(Math.abs(values[i]! * scale - value)).toBeLessThanOrEqual(scale / 2 + 1e-6);
    });
  }
});

test('a column of zeros stays zero', () => {
  const { values, scales } = quantizeMatrix(Float32Array.of(0, 1, 0, 2), [2, 2], 1);
  expect([...values]).toEqual([0, 64, 0, 127]);
  expect(scales[0]).toBe(1);
});

test.each(['plain', 'calibrated'] as const)(
  '8-bit models give nearly the scores of the float32 one (%s)',
  async (kind) => {
    const model = await tiny();
    const own = await scoreTexts(model, { texts, hypotheses });
    const maxima =
      kind === 'calibrated' ? await calibrate(model, model.prepared.model, { texts, hypotheses }) : undefined;
    for (const quantize of [
      (m: Model) => quantizeDynamic(m, { maxima }),
      (m: Model) => quantizeForRuntime(m, { scales: new Map(), uneven: new Set() }),
    ]) {
      const weights = quantize(model.prepared.model);
      const scores = await scoreTexts(model, { texts, hypotheses }, weights);
      scores.forEach((row, i) => {
        row.probabilities.forEach((p, label) => {
          expect(Math.abs(p - own[i]!.probabilities[label]!)).toBeLessThan(0.02);
        });
      });
      expect(scores[0]!.probabilities).not.toEqual(own[0]!.probabilities);
    }
  },
);

test('a channel that slept in calibration does not drown the others when it wakes', async () => {
  const random = createRandom(3);
  const weights = Float32Array.from({ length: 4 * 3 }, () => random.normal());
  const graph: Graph = {
    name: 'product',
    nodes: [makeNode({ op: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['y'] })],
    initializers: new Map([['w', floatTensor(weights, [4, 3])]]),
    inputs: [{ name: 'x', dtype: 'float32', dims: ['rows', 4] }],
    outputs: [{ name: 'y', dtype: 'float32', dims: ['rows', 3] }],
  };
  const model: Model = { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
  // Behind a ReLU: the last channel was 0 in every pair that was seen.
  const maxima = new Map([['x', Float32Array.of(1, 0.8, 1.2, 0)]]);
  const x = Float32Array.of(0.9, -0.4, 1.1, 0.7);
  const wanted = [0, 1, 2].map((column) =>
    x.reduce((sum, value, row) => sum + value * weights[row * 3 + column]!, 0),
  );
  const session = await createSession(quantizeDynamic(model, { maxima }));
  const found = floatsOf((await session.run({ x: floats(x, [1, 4]) })).y);
  await session.release();
  wanted.forEach((value, column) => {
    expect(Math.abs(found[column]! - value)).toBeLessThan(0.03);
  });
  const kept = quantizeDynamic(model, { maxima, floats: new Set(['w']) });
  expect(kept.graph.nodes.map(({ op }) => op)).toEqual(['MatMul']);
});

test('the exported 8-bit file leaves in float32 what would differ too much, and says so', async () => {
  const model = await tiny();
  const { bytes, largestDifference, floatMatrices } = await quantizedFile(model, model.prepared.model, {
    texts,
    hypotheses,
  });
  expect(floatMatrices).toBe(0);
  expect(largestDifference).toBeLessThanOrEqual(LARGEST_DIFFERENCE);
  const read = parseModel(bytes, { name: 'model_quantized.onnx' });
  // Behind the pooling nothing is rounded.
  const head = read.graph.nodes.filter(({ op }) => op === 'Gemm');
  expect(head).toHaveLength(2);
  expect(read.graph.nodes.filter(({ op }) => op === 'MatMulInteger')).toHaveLength(1);
});
