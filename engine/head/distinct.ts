import { dot } from './dot.ts';

/**
 * From this likeness on two documents say the same: a text and the same with another date, name or greeting. Cosine of the
 * embeddings.
 */
export const TWINS = 0.98;

/** So many numbers of two vectors tell most of those that are no twins. */
const FIRST = 64;

/**
 * Those of `rows` that say something of their own: of documents that say almost the same the first.
 *
 * embeddings: [documents, dimensions].
 */
export function distinctRows(
  { embeddings, dimensions }: { readonly embeddings: Float32Array; readonly dimensions: number },
  rows: readonly number[],
): number[] {
  const units = new Float32Array(rows.length * dimensions);
  /** Lengths of what follows the first numbers of each. */
  const rests = new Float64Array(rows.length);
  const first = Math.min(FIRST, dimensions);
  const own: number[] = [];
  for (const row of rows) {
    const at = own.length * dimensions;
    const unit = units.subarray(at, at + dimensions);
    unit.set(embeddings.subarray(row * dimensions, (row + 1) * dimensions));
    const length = Math.sqrt(dot(units, at, units, at, dimensions));
    for (let i = 0; length > 0 && i < dimensions; i++) unit[i]! /= length;
    const rest = Math.sqrt(dot(units, at + first, units, at + first, dimensions - first));
    let hasTwin = false;
    for (let i = 0, other = 0; i < own.length && !hasTwin; i++, other += dimensions) {
      const begun = dot(units, at, units, other, first);
      // What follows adds at most the product of both lengths (Cauchy and Schwarz).
      if (begun + rest * rests[i]! < TWINS) continue;
      hasTwin = begun + dot(units, at + first, units, other + first, dimensions - first) >= TWINS;
    }
    if (hasTwin) continue;
    rests[own.length] = rest;
    own.push(row);
  }
  return own;
}
