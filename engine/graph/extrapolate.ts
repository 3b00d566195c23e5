import { SIZES } from './probe.ts';
import type { Dim, Shape } from './shapes.ts';
import { bytesPerElement, type DataType } from './tensor.ts';

/** Rows and padded tokens per row. */
export interface BatchSize {
  readonly batch: number;
  readonly sequence: number;
}

const sizeOf = { batch: (s: BatchSize) => s.batch, sequence: (s: BatchSize) => s.sequence };
/** What a dimension may be a multiple of. */
const MEASURES = [
  sizeOf.batch,
  sizeOf.sequence,
  (s: BatchSize) => s.batch * s.sequence,
  (s: BatchSize) => s.sequence ** 2,
] as const;

/**
 * A dimension at another batch size, from what it was in the two probing runs: constant, a multiple of the batch, of
 * the sequence, of their product or of the sequence's square, else linear in the sequence (as 2S − 1 is).
 */
export function dimAt([first, second]: Dim, size: BatchSize): number {
  if (first === second) return first;
  for (const measure of MEASURES) {
    const factor = first / measure(SIZES[0]);
    if (factor === second / measure(SIZES[1])) return factor * measure(size);
  }
  const slope = (second - first) / (SIZES[1].sequence - SIZES[0].sequence);
  return Math.max(0, first + slope * (size.sequence - SIZES[0].sequence));
}

/** Bytes of a value of this shape. */
export function bytesAt({ dtype, dims }: Shape, size: BatchSize): number {
  const count = dims.reduce((product, dim) => product * dimAt(dim, size), 1);
  return count * bytesPerElement(dtype as DataType);
}
