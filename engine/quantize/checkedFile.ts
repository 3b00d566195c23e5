import { answersOf } from '../check/reference.ts';
import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../model/nliModel.ts';
import { labelProbabilities } from '../nli/probability.ts';
import { writeModel } from '../onnx/write.ts';
import { type Batch, collate } from '../text/batches.ts';
import { calibrate } from './calibrate.ts';
import { quantizeFourBits } from './fourBits.ts';
import { withHalfWeights } from './halfWeights.ts';
import { quantizableMatrices, quantizeDynamic } from './modelFile.ts';
import { probeBatches } from './probePairs.ts';

/** How far a probability may be from float32's, at most. */
export const LARGEST_DIFFERENCE = 0.1;
/**
 * The same for weights of 4 bits: what they do to pairs that were not tried is less even. A MiniLM held to 0.1 was 0.14 off
 * on other texts, with a quarter of its layers in float32.
 */
const FOUR_BIT_DIFFERENCE = 0.05;
/** The same for weights of float16. */
const HALF_DIFFERENCE = 0.02;
const GROUPS = 4;

/** A file with 8-bit weights, and how it compares. */
export interface QuantizedFile {
  readonly bytes: Uint8Array;
  /** Of a probability, over the pairs that it was tried with. */
  readonly largestDifference: number;
  /** Matrices that stayed float32 because the answers would have differed too much, besides the head. */
  readonly floatMatrices: number;
}

/**
 * The weights as a file of 8-bit integers whose probabilities are near those of float32 for built-in pairs of every length,
 * the longest included: where they are not, a group of neighbouring layers stays float32, then two, then everything.
 * `own`: texts and hypotheses of the user, which take part in calibration. `accepts` may refuse a file for more.
 */
export async function quantizedFile(
  nli: NliModel,
  weights: Model,
  own: OwnTexts,
  {
    judge,
    accepts = async () => true,
  }: { readonly judge?: Judge; readonly accepts?: (bytes: Uint8Array) => Promise<boolean> } = {},
): Promise<QuantizedFile> {
  const maxima = await calibrate(nli, weights, own);
  const differenceOf = judge ?? (await fileJudge(nli, weights, own));
  const head = headOf(nli);
  for (const floats of candidatesOf(weights, head)) {
    const bytes = writeModel(quantizeDynamic(weights, { maxima, floats: new Set([...floats, ...head]) }));
    const largestDifference = await differenceOf(bytes);
    if (largestDifference <= LARGEST_DIFFERENCE && (await accepts(bytes)))
      return { bytes, largestDifference, floatMatrices: floats.length };
  }
  const all = quantizableMatrices(weights.graph).length;
  return { bytes: writeModel(weights), largestDifference: 0, floatMatrices: all };
}

/** The weights as a file of 4-bit integers, with a closer bound; null: not with half of its matrices would it answer alike. */
export async function fourBitFile(
  nli: NliModel,
  weights: Model,
  judge: Judge,
): Promise<QuantizedFile | null> {
  const head = headOf(nli);
  const matrices = quantizableMatrices(weights.graph).filter((name) => !head.includes(name));
  for (const floats of candidatesOf(weights, head)) {
    if (floats.length === matrices.length) break;
    const bytes = writeModel(quantizeFourBits(weights, new Set([...floats, ...head])));
    const largestDifference = await judge(bytes);
    if (largestDifference <= FOUR_BIT_DIFFERENCE)
      return { bytes, largestDifference, floatMatrices: floats.length };
  }
  return null;
}

/** The weights as a file of float16; null: its answers would be other ones. */
export async function halfFile(weights: Model, judge: Judge): Promise<QuantizedFile | null> {
  const bytes = writeModel(withHalfWeights(weights));
  const largestDifference = await judge(bytes);
  return largestDifference <= HALF_DIFFERENCE ? { bytes, largestDifference, floatMatrices: 0 } : null;
}

/** How far a probability of a model's file is from float32's, at most, over the pairs that it is tried with. */
export type Judge = (file: Uint8Array) => Promise<number>;

interface OwnTexts {
  readonly texts: readonly string[];
  readonly hypotheses: readonly string[];
}

/** Tries files with built-in pairs of every length, the longest included, and some of the user's. */
export async function fileJudge(nli: NliModel, weights: Model, own: OwnTexts): Promise<Judge> {
  const { prepared, classes } = nli;
  const batches = [...probeBatches(nli, 'unseen'), ...nli.reference.batches, ...ownBatches(nli, own)];
  const probabilitiesOf = async (model: Model | Uint8Array) =>
    (await answersOf(model, { batches, logits: prepared.logits })).flatMap((logits) => [
      ...labelProbabilities(logits, classes),
    ]);
  const wanted = await probabilitiesOf(weights);
  return async (file) => {
    const found = await probabilitiesOf(file);
    return wanted.reduce((most, p, i) => {
      const off = Math.abs(p - found[i]!);
      return off <= most ? most : Number.isNaN(off) ? 1 : off;
    }, 0);
  };
}

/** The matrices behind the pooling, which stay float32. */
const headOf = ({ prepared }: NliModel): string[] =>
  prepared.linears.filter(({ perToken }) => !perToken).map(({ weight }) => weight);

const candidatesOf = (weights: Model, head: readonly string[]) =>
  candidates(quantizableMatrices(weights.graph).filter((name) => !head.includes(name)));

/** A few of the user's own pairs, none padded: each hypothesis with other texts. */
function ownBatches({ tokenizer, folder }: NliModel, { texts, hypotheses }: OwnTexts): Batch[] {
  if (texts.length === 0 || hypotheses.length === 0) return [];
  const all = texts.length * hypotheses.length;
  const count = Math.min(OWN_PAIRS, all);
  return Array.from({ length: count }, (_, i) => {
    const pair = Math.floor((i * all) / count);
    // Each text comes with another hypothesis than the one before it, and every pair comes once.
    const text = Math.floor(pair / hypotheses.length);
    const hypothesis = hypotheses[(pair + text) % hypotheses.length]!;
    return collate(
      [tokenizer.encodePair(texts[text]!, hypothesis, { maxLength: folder.maxLength })],
      tokenizer.padId,
    );
  });
}
const OWN_PAIRS = 40;

/** What to leave in float32, the least first. */
function candidates(matrices: readonly string[]): (readonly string[])[] {
  const size = Math.max(1, Math.ceil(matrices.length / GROUPS));
  const groups = Array.from({ length: GROUPS }, (_, i) => matrices.slice(i * size, (i + 1) * size));
  const pairs = groups.flatMap((first, i) => groups.slice(i + 1).map((second) => [...first, ...second]));
  return [[], ...groups.filter(({ length }) => length > 0), ...(matrices.length > 2 ? pairs : []), matrices];
}
