/** Indices of examples whose pairs are padded to the longest of them. */
export type Slice = readonly number[];

/** The most pairs of so many tokens in a slice; at least 1. */
type RowsOf = (length: number) => number;

export interface SliceLimits {
  readonly workers: number;
  readonly tokensPerSlice: number;
  readonly rowsOf?: RowsOf;
  /** false: a slice has pairs of one length only. */
  readonly padding?: boolean;
}

/**
 * Cuts a batch into slices for a number of workers: longest pairs first, so that little is padded, each worker's
 * slices about as many padded tokens as another's, and no slice above `tokensPerSlice`, where a pair allows it, or of
 * more pairs than `rowsOf` says for its longest.
 *
 * Small slices are faster than large ones: what one operator writes is still in the processor's cache when the next
 * reads it. The same batch always gives the same slices.
 */
export function sliceForWorkers(
  batch: Slice,
  lengths: readonly number[],
  { workers, tokensPerSlice, rowsOf = () => Number.POSITIVE_INFINITY, padding = true }: SliceLimits,
): Slice[][] {
  const sorted = batch.toSorted((a, b) => lengths[b]! - lengths[a]! || a - b);
  const tokens = sorted.reduce((sum, index) => sum + lengths[index]!, 0);
  const fewest = cut(sorted, lengths, { tokens: Number.POSITIVE_INFINITY, rowsOf, padding }).length;
  const rounds = Math.ceil(Math.max(tokens / tokensPerSlice, fewest > 1 ? fewest : 0, 1) / workers);
  return dealt(evenCuts(sorted, lengths, { count: rounds * workers, rowsOf, padding }), lengths, workers);
}

/** At most `count` neighbouring groups, unless their pairs must have one length, with the smallest possible largest one, by padded tokens. */
function evenCuts(
  sorted: Slice,
  lengths: readonly number[],
  { count, ...limits }: { count: number; rowsOf: RowsOf; padding: boolean },
): Slice[] {
  const longest = lengths[sorted[0]!]!;
  let [low, high] = [longest, longest * sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (cut(sorted, lengths, { tokens: middle, ...limits }).length <= count) high = middle;
    else low = middle + 1;
  }
  return cut(sorted, lengths, { tokens: low, ...limits });
}

function cut(
  sorted: Slice,
  lengths: readonly number[],
  { tokens, rowsOf, padding }: { tokens: number; rowsOf: RowsOf; padding: boolean },
): Slice[] {
  const slices: number[][] = [];
  for (const index of sorted) {
    const slice = slices.at(-1);
    const longest = lengths[slice?.[0] ?? index]!;
    const rows = (slice?.length ?? 0) + 1;
    const fits = padding || lengths[index] === longest;
    if (slice && fits && rows * longest <= tokens && rows <= rowsOf(longest)) slice.push(index);
    else slices.push([index]);
  }
  return slices;
}

/** Largest slice first, each to the worker that has least so far. */
function dealt(slices: readonly Slice[], lengths: readonly number[], workers: number): Slice[][] {
  const hands = Array.from({ length: workers }, () => ({ slices: [] as Slice[], tokens: 0 }));
  const size = (slice: Slice) => slice.length * lengths[slice[0]!]!;
  for (const slice of slices.toSorted((a, b) => size(b) - size(a))) {
    const least = hands.reduce((best, hand) => (hand.tokens < best.tokens ? hand : best));
    least.slices.push(slice);
    least.tokens += size(slice);
  }
  return hands.map((hand) => hand.slices);
}
