import type { Model } from '../graph/graph.ts';
import { stopIfAsked } from '../inference/stopIfAsked.ts';
import type { NliModel } from '../model/nliModel.ts';
import {
  fileJudge,
  fourBitFile,
  halfFile,
  type QuantizedFile,
  quantizedFile,
} from '../quantize/checkedFile.ts';
import { probeScores, roughlyAlike } from './verify.ts';

/** Texts, and the score of each label, in label order; short ones, and one that fills the model. */
export interface Probe {
  /** For whoever wants to compute the scores again. */
  readonly how: string;
  readonly texts: readonly string[];
  readonly labels: readonly string[];
  /** [texts][labels] */
  readonly scores: readonly (readonly number[])[];
}

/** A file of a model beside the one in float32, under the name that transformers.js looks for. */
export interface SmallerFile {
  readonly name: string;
  /** How transformers.js asks for it. */
  readonly dtype: string;
  readonly bytes: Uint8Array;
  /** What the card says of it. */
  readonly what: string;
}

/**
 * The float16, 8-bit and 4-bit files of these weights. Float16 and 4 bits are left out where answers would be too far from
 * float32's; the 8-bit file leaves so much in float32 that they are not. Throws `cancelled`.
 */
export async function smallerFiles(
  model: NliModel,
  weights: Model,
  {
    labels,
    probe,
    signal,
    ...own
  }: {
    readonly labels: readonly { readonly hypotheses: readonly string[] }[];
    readonly probe: Probe;
    readonly texts: readonly string[];
    readonly hypotheses: readonly string[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<SmallerFile[]> {
  const judge = await fileJudge(model, weights, own);
  await stopIfAsked(signal);
  // The check of the finished folder would refuse all of it for a file that this one refuses.
  const near = async (bytes: Uint8Array) =>
    roughlyAlike(await probeScores(model, bytes, labels, probe.texts), probe.scores) === null;
  const small = await quantizedFile(model, weights, own, { judge, accepts: near });
  await stopIfAsked(signal);
  const half = await halfFile(weights, judge);
  await stopIfAsked(signal);
  const four = await fourBitFile(model, weights, judge);
  await stopIfAsked(signal);
  const isNear = async (file: QuantizedFile | null): Promise<QuantizedFile[]> =>
    file && (await near(file.bytes)) ? [file] : [];
  const made = (name: string, dtype: string, kind: string) => (file: QuantizedFile) => ({
    name: `onnx/${name}`,
    dtype,
    bytes: file.bytes,
    what: described(kind, file),
  });
  return [
    made('model_quantized.onnx', 'q8', '8-bit weights')(small),
    ...(await isNear(half)).map(
      made('model_fp16.onnx', 'fp16', 'float16 weights that are computed with as float32'),
    ),
    ...(await isNear(four)).map(made('model_q4.onnx', 'q4', '4-bit weights, which onnxruntime alone reads')),
  ];
}

function described(kind: string, { largestDifference, floatMatrices, bytes }: QuantizedFile): string {
  const near = `no probability of the pairs that it was tried with is more than ${largestDifference.toFixed(3)} from float32's`;
  const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
  if (floatMatrices === 0) return `${kind} (${size}; ${near})`;
  return `${kind} where they give the same answers, ${floatMatrices} matrices in float32 (${size}; ${near})`;
}
