import type { BatchSize } from '../graph/extrapolate.ts';
import { SIZES } from '../graph/probe.ts';
import { type Batch, collate } from '../text/batches.ts';
import type { EncodedPair, Tokenizer } from '../text/tokenizer.ts';
import { HYPOTHESES, SEEN, UNSEEN } from './texts.ts';

/**
 * Pairs of a model's own tokens, special ones included, at every length that a graph may behave differently at. Longest
 * last and alone: it costs the most.
 */
export const checkSizes = (longest: number): BatchSize[] => [
  ...[...SIZES, { batch: 4, sequence: 24 }, { batch: 2, sequence: 40 }, { batch: 1, sequence: 72 }]
    .concat({ batch: 1, sequence: 140 }, { batch: 1, sequence: 272 })
    .filter(({ sequence }) => sequence < longest),
  { batch: 1, sequence: longest },
];

/** Real pairs of exactly these sizes, none of them padded. Other sizes give other texts. */
export function pairBatch(tokenizer: Tokenizer, { batch, sequence }: BatchSize): Batch {
  const stream = wordsOf(tokenizer);
  const pairs = Array.from({ length: batch }, (_, row): EncodedPair => {
    const hypothesis = tokenizer.encodeHypothesisIds(HYPOTHESES[row % HYPOTHESES.length]!);
    // Of a very short pair the hypothesis has half.
    const most = Math.max(1, (sequence - tokenizer.specialTokens) >> 1);
    const own = hypothesis.slice(0, most);
    const room = Math.max(1, sequence - tokenizer.specialTokens - own.length);
    const from = (row * 53 + sequence * 7) % Math.max(1, stream.length - room);
    return tokenizer.assemble(stream.slice(from, from + room), own, sequence);
  });
  return collate(pairs, tokenizer.padId);
}

const streams = new WeakMap<Tokenizer, number[]>();

/** The ids of the built-in texts, one after the other, until they fill the longest pair. */
function wordsOf(tokenizer: Tokenizer): number[] {
  const known = streams.get(tokenizer);
  if (known) return known;
  const once = [...SEEN, ...UNSEEN].flatMap((text) => tokenizer.encodePremiseIds(text));
  const ids = once.length > 0 ? once : [0];
  while (ids.length < LONGEST_STREAM) ids.push(...ids);
  streams.set(tokenizer, ids);
  return ids;
}
const LONGEST_STREAM = 2048;

/** The rows of several batches in one, padded to the longest: what a batch of mixed lengths looks like. */
export function paddedTogether(batches: readonly Batch[], padId: number): Batch {
  const pairs = batches.flatMap(({ inputIds, tokenTypeIds, shape: [rows, width] }) =>
    Array.from({ length: rows }, (_, row): EncodedPair => {
      const own = (values: BigInt64Array) =>
        Array.from(values.subarray(row * width, (row + 1) * width), Number);
      return { inputIds: own(inputIds), tokenTypeIds: own(tokenTypeIds) };
    }),
  );
  return collate(pairs, padId);
}
