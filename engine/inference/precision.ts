import { z } from 'zod';
import { judged, paddedReference, type Reference } from '../check/reference.ts';
import { createVerdicts, keyOf } from '../check/verdicts.ts';
import type { Model } from '../graph/graph.ts';
import type { Rewrite } from '../graph/rewrite.ts';
import type { NliModel } from '../model/nliModel.ts';
import { writeModel } from '../onnx/write.ts';
import type { Device } from '../runtime/session.ts';
import {
  type CheckedModel,
  checkedModel,
  int8Model,
  PADDED_REWRITES,
  unpaddedRewrites,
} from './inferenceModel.ts';
import { createInt8Cache, type Int8Cache } from './int8Cache.ts';
import { int8Candidates } from './int8Groups.ts';
import { type SelfTest, testInt8 } from './selfTest.ts';

/** 'int8' quantises the encoder's weights; 'auto' does so where a test on this machine finds it faster and right. */
export type Precision = 'auto' | 'fp32' | 'int8';

/** Matrices with fewer weights than this together are fast enough, and a test would take longer than it saves. */
const LEAST_WEIGHTS = 1_000_000;
/**
 * How far a probability of the test's pairs may move, at most and on average, so that others hardly move by more than
 * 0.08 (measured on eight models: 0.083). The average says more about those than few pairs do: a T5 that was off by 0.019 on average moved one of 136 other
 * probabilities by 0.21, one that was off by 0.010 none by more than 0.073.
 */
const LARGEST_DIFFERENCE = 0.07;
const MEAN_DIFFERENCE = 0.01;
/** Of the time that float32 takes. */
const WORTHWHILE = 0.8;

/** Graphs for suggesting as ONNX Runtime loads them. */
export interface InferenceModel {
  readonly bytes: Uint8Array;
  /** Tokens of the longest pair that `bytes` was compared with the model's own answers at. */
  readonly longest: number;
  /** The graph as it is, for longer pairs. */
  readonly plain: () => Uint8Array;
  /** Whether pairs of different lengths may share a batch. */
  readonly padding: boolean;
}

/**
 * The model as ONNX Runtime loads it for suggesting, compared with its own answers. A model that is given as bytes is taken
 * as it is.
 *
 * 'auto' on the processor: the 8-bit model is made and tested against float32 once per model and processor, and kept
 * with the verdict in `cache` by the hash of the weights; on other devices float32.
 */
export async function inferenceBytes(
  nli: NliModel,
  request: {
    readonly weights: Model | Uint8Array;
    readonly precision: Precision;
    readonly device: Device;
    readonly cache?: Int8Cache;
    /** For tests: others than those of the engine. */
    readonly rewrites?: readonly Rewrite[];
  },
): Promise<InferenceModel> {
  const { weights, device } = request;
  if (weights instanceof Uint8Array)
    return { bytes: weights, longest: nli.folder.maxLength, plain: () => weights, padding: device !== 'cpu' };
  const plain = () => writeModel(weights);
  if (device !== 'cpu') return { plain, ...(await forDevice(nli, weights)) };
  const rewrites = request.rewrites ?? unpaddedRewrites(nli.prepared);
  const checked = await checkedModel(nli, weights, { rewrites });
  const { longest } = checked;
  const bytes = await processorBytes(nli, checked, { ...request, weights });
  return { bytes, longest, plain, padding: false };
}

/** A graphics processor wants many pairs at a time: padded ones, unless the model's own answers change with padding. */
async function forDevice(nli: NliModel, weights: Model): Promise<Omit<InferenceModel, 'plain'>> {
  const reference = paddedReference(nli.reference, nli.tokenizer.padId);
  const padding = await padsSafely(nli, reference);
  const { model, longest } = await checkedModel(padding ? { ...nli, reference } : nli, weights, {
    rewrites: PADDED_REWRITES,
  });
  return { bytes: writeModel(model), longest, padding };
}

const Padding = z.object({ safe: z.boolean() });

async function padsSafely({ prepared }: NliModel, reference: Reference): Promise<boolean> {
  const verdicts = createVerdicts();
  const key = keyOf(prepared.model, reference.batches, 'padding 1');
  const known = await verdicts.find(key, Padding);
  if (known) return known.safe;
  const safe = (await judged(prepared.model, reference, prepared.logits)) === undefined;
  await verdicts.keep(key, { safe });
  return safe;
}

async function processorBytes(
  nli: NliModel,
  checked: CheckedModel,
  {
    weights,
    precision,
    cache = createInt8Cache(),
  }: { weights: Model; precision: Precision; cache?: Int8Cache },
): Promise<Uint8Array> {
  const { model, key } = checked;
  if (precision === 'int8') return writeModel(await int8Model(nli, model));
  const float = writeModel(model);
  if (precision === 'fp32' || encoderWeights(weights) < LEAST_WEIGHTS) return float;
  const known = await cache.find(key);
  if (known) return known.model ?? float;
  let test: SelfTest | undefined;
  for (const candidate of int8Candidates(nli, model)) {
    const quantized = writeModel(await candidate());
    test = await testInt8(nli, { float, quantized, reference: checked.reference });
    if (isGood(test)) {
      await cache.keep(key, { test, model: quantized });
      return quantized;
    }
    // Slower with all of it in 8 bits: with less of it no faster.
    if (!isWorthwhile(test)) break;
  }
  if (test) await cache.keep(key, { test, model: undefined });
  return float;
}

/** Whether an 8-bit model's answers are near enough to float32's to be used unasked. */
export const answersAlike = (test: Pick<SelfTest, 'largestDifference' | 'meanDifference'>): boolean =>
  test.largestDifference <= LARGEST_DIFFERENCE && test.meanDifference <= MEAN_DIFFERENCE;
const isGood = (test: SelfTest): boolean => answersAlike(test) && isWorthwhile(test);
const isWorthwhile = ({ floatMs, quantizedMs }: SelfTest): boolean => quantizedMs <= WORTHWHILE * floatMs;

function encoderWeights({ graph }: Model): number {
  const matrices = new Set(graph.nodes.filter(({ op }) => op === 'MatMul').map(({ inputs }) => inputs[1]!));
  let count = 0;
  for (const name of matrices) {
    const dims = graph.initializers.get(name)?.dims ?? [];
    if (dims.length === 2) count += dims[0]! * dims[1]!;
  }
  return count;
}
