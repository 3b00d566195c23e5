/** Embeddings as 8-bit numbers, which threads can share: 40 MB for 100,000 documents of 384 numbers. */
export interface Embeddings8 {
  readonly dimensions: number;
  /** Row by row. */
  readonly values: Int8Array;
  /** What 1 stands for in each row. */
  readonly scales: Float32Array;
  /** [documents]: a document's row; -1 where it has none. */
  readonly rowOf: Int32Array;
}

/**
 * Writes a vector's numbers as 8-bit ones at a place of `into`, and returns what 1 stands for: 0 for one that is all
 * zeros, no finite number for one that has one.
 */
export function toEightBits(vector: Float32Array, into: Int8Array, at: number): number {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]!));
  const scale = most / 127;
  for (let i = 0; i < vector.length; i++) into[at + i] = Math.round(vector[i]! / scale);
  return scale;
}

/** Documents to look at, as rows of the tables. */
export interface Chosen {
  readonly length: number;
  readonly at: (i: number) => number;
}

/** All documents' embeddings as floats, in blocks of `size` documents: [documents, dimensions] each. */
export function* blocksOf(
  embeddings: Embeddings8 | null,
  { documents, size }: { documents: number; size: number },
): Generator<Float32Array> {
  for (let from = 0; embeddings !== null && from < documents; from += size)
    yield floatsOf(embeddings, { length: Math.min(size, documents - from), at: (i) => from + i });
}

/** [chosen, dimensions]; NaN throughout for a document that has none. */
export function floatsOf(embeddings: Embeddings8 | null, chosen: Chosen): Float32Array {
  const dimensions = embeddings?.dimensions ?? 1;
  const found = new Float32Array(chosen.length * dimensions).fill(Number.NaN);
  if (embeddings === null) return found;
  const { values, scales, rowOf } = embeddings;
  for (let i = 0; i < chosen.length; i++) {
    const row = rowOf[chosen.at(i)]!;
    if (row < 0) continue;
    const scale = scales[row]!;
    const from = row * dimensions;
    const to = i * dimensions;
    for (let j = 0; j < dimensions; j++) found[to + j] = values[from + j]! * scale;
  }
  return found;
}
