import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../models/nliModel.ts';
import { writeModel } from '../onnx/write.ts';
import type { Device } from '../runtime/session.ts';
import { inferenceModel, int8Model, unpaddedModel } from './inferenceModel.ts';
import { createInt8Cache, type Int8Cache } from './int8Cache.ts';
import { type SelfTest, testInt8 } from './selfTest.ts';

/** 'int8' quantises the encoder's weights; 'auto' does so where a test on this machine finds it faster and right. */
export type Precision = 'auto' | 'fp32' | 'int8';

/** Matrices with fewer weights than this together are fast enough, and a test would take longer than it saves. */
const LEAST_WEIGHTS = 1_000_000;
/** How far a probability of the test's pairs may move, at most and on average. */
const LARGEST_DIFFERENCE = 0.1;
const MEAN_DIFFERENCE = 0.03;
/** Of the time that float32 takes. */
const WORTHWHILE = 0.8;

/**
 * The model as ONNX Runtime loads it for suggesting. A model that is given as bytes is taken as it is.
 *
 * 'auto' on the processor: the 8-bit model is made and tested against float32 once per model and processor, and kept
 * with the verdict in `cache` by the hash of the weights; on other devices float32.
 */
export async function inferenceBytes(
  model: NliModel,
  request: {
    readonly weights: Model | Uint8Array;
    readonly precision: Precision;
    readonly device: Device;
    readonly cache?: Int8Cache;
  },
): Promise<Uint8Array> {
  const { weights, precision, device } = request;
  if (weights instanceof Uint8Array) return weights;
  if (device !== 'cpu') return writeModel(inferenceModel(model.prepared, weights));
  const unpadded = await unpaddedModel(model.prepared, weights);
  if (precision === 'int8') return writeModel(await int8Model(model, unpadded));
  const float = writeModel(unpadded);
  if (precision === 'fp32') return float;
  if (encoderWeights(weights) < LEAST_WEIGHTS) return float;
  const cache = request.cache ?? createInt8Cache();
  const key = cache.keyOf(float);
  const known = await cache.find(key);
  if (known) return known.model ?? float;
  const quantized = writeModel(await int8Model(model, unpadded));
  const test = await testInt8(model, { float, quantized });
  const good = isGood(test);
  await cache.keep(key, { test, model: good ? quantized : undefined });
  return good ? quantized : float;
}

const isGood = ({ largestDifference, meanDifference, floatMs, quantizedMs }: SelfTest): boolean =>
  largestDifference <= LARGEST_DIFFERENCE &&
  meanDifference <= MEAN_DIFFERENCE &&
  quantizedMs <= WORTHWHILE * floatMs;

function encoderWeights({ graph }: Model): number {
  const matrices = new Set(graph.nodes.filter(({ op }) => op === 'MatMul').map(({ inputs }) => inputs[1]!));
  let count = 0;
  for (const name of matrices) {
    const dims = graph.initializers.get(name)?.dims ?? [];
    if (dims.length === 2) count += dims[0]! * dims[1]!;
  }
  return count;
}
