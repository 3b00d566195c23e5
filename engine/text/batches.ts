import { EngineError, invariant } from '../errors.ts';
import type { EncodedPair } from './tokenizer.ts';

/** What a model is fed. All arrays are [batch, sequence], row by row. */
export interface Batch {
  readonly inputIds: BigInt64Array;
  /** 1 where a token is, 0 where padding is. */
  readonly attentionMask: BigInt64Array;
  readonly tokenTypeIds: BigInt64Array;
  readonly shape: readonly [batch: number, sequence: number];
}

/** The part of a random source that batches need. */
export interface Shuffler {
  readonly shuffle: <T>(items: readonly T[]) => T[];
}

/** What limits a batch for inference. */
export interface BatchLimits {
  /** Padded tokens. */
  readonly tokensPerBatch: number;
  readonly maxBatch: number;
  /** Whether pairs of different lengths may share a batch. */
  readonly padding: boolean;
}

/**
 * Groups pairs for inference: indices into `lengths`, longest pairs first, so that a batch that does not fit into
 * memory fails at once and little is padded. Equal lengths stay in order; without padding they are shared out evenly,
 * for small batches cost more per token.
 *
 * lengths: tokens per pair. A batch always holds one pair, whatever its length. Throws `batch_invalid` when a limit is
 * not a positive integer.
 */
export function planBatches(lengths: readonly number[], limits: BatchLimits): number[][] {
  const { tokensPerBatch, maxBatch } = limits;
  requirePositive(tokensPerBatch, 'tokens per batch');
  requirePositive(maxBatch, 'pairs per batch');
  const sorted = longestFirst(lengths);
  return limits.padding ? filled(sorted, lengths, limits) : sharedOut(sorted, lengths, limits);
}

/** One batch after the other, as full as may be. */
function filled(
  sorted: readonly number[],
  lengths: readonly number[],
  { tokensPerBatch, maxBatch }: BatchLimits,
): number[][] {
  const batches: number[][] = [];
  let width = 0;
  for (const index of sorted) {
    const batch = batches.at(-1);
    if (batch === undefined || batch.length >= maxBatch || (batch.length + 1) * width > tokensPerBatch) {
      batches.push([index]);
      width = lengths[index] ?? 0;
    } else batch.push(index);
  }
  return batches;
}

/** Pairs of one length in as few batches as may be, of nearly the same size. */
function sharedOut(
  sorted: readonly number[],
  lengths: readonly number[],
  { tokensPerBatch, maxBatch }: BatchLimits,
): number[][] {
  const groups = Map.groupBy(sorted, (index) => lengths[index] ?? 0);
  return [...groups].flatMap(([length, group]) => {
    const most = Math.max(1, Math.min(maxBatch, Math.floor(tokensPerBatch / Math.max(1, length))));
    const batches = Math.ceil(group.length / most);
    return chunks(group, Math.ceil(group.length / batches));
  });
}

/**
 * Pads pairs to the longest of them: padding has id `padId`, token type 0 and attention 0.
 *
 * pairs: [batch] → arrays of [batch, sequence]. There must be a pair, and a token in one.
 */
export function collate(pairs: readonly EncodedPair[], padId: number): Batch {
  const sequence = pairs.reduce((longest, { inputIds }) => Math.max(longest, inputIds.length), 0);
  invariant(sequence > 0, 'a batch has a pair with a token');
  const size = pairs.length * sequence;
  const inputIds = new BigInt64Array(size).fill(BigInt(padId));
  const attentionMask = new BigInt64Array(size);
  const tokenTypeIds = new BigInt64Array(size);
  const low = [inputIds, attentionMask, tokenTypeIds].map(lowHalves);
  for (const [row, pair] of pairs.entries()) {
    const start = 2 * row * sequence;
    for (let column = 0; column < pair.inputIds.length; column++) {
      const position = start + 2 * column;
      low[0]![position] = pair.inputIds[column]!;
      low[1]![position] = 1;
      low[2]![position] = pair.tokenTypeIds[column] ?? 0;
    }
  }
  return { inputIds, attentionMask, tokenTypeIds, shape: [pairs.length, sequence] };
}

/** Ids are small: writing their low 32 bits (the first of two, on every machine that Node runs on) spares a BigInt each. */
const lowHalves = (values: BigInt64Array) => new Int32Array(values.buffer);

/**
 * One epoch of training batches: indices into `lengths`, each once, in random order but with similar lengths
 * together. Pairs are shuffled, sorted by length within groups of `bucket` batches, cut, and the batches shuffled.
 *
 * A larger `bucket` pads less and mixes less; 1 is plain shuffling. The last batch may be smaller. The same random
 * source gives the same batches. Throws `batch_invalid` when a size is not a positive integer.
 */
export function trainingBatches(
  lengths: readonly number[],
  { batchSize, random, bucket = 16 }: { batchSize: number; random: Shuffler; bucket?: number },
): number[][] {
  requirePositive(batchSize, 'batch size');
  requirePositive(bucket, 'batches per bucket');
  const shuffled = random.shuffle(lengths.map((_, index) => index));
  const batches: number[][] = [];
  for (const group of chunks(shuffled, batchSize * bucket)) {
    const sorted = group.toSorted((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
    batches.push(...chunks(bucket === 1 ? group : sorted, batchSize));
  }
  return random.shuffle(batches);
}

function longestFirst(lengths: readonly number[]): number[] {
  return lengths.map((_, index) => index).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function requirePositive(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new EngineError('batch_invalid', `The ${name} must be a whole number above 0, not ${value}.`);
}
