import { setImmediate as nextTurn } from 'node:timers/promises';
import { toEightBits } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { EmbeddingStore } from '../project/store/embeddings.ts';

/** Embeddings as 8-bit numbers, row by row, in memory that threads share: 40 MB for 100,000 documents of 384 numbers. */
export interface VectorTable {
  readonly ids: Uint32Array;
  readonly size: number;
  readonly values: Int8Array;
  /** What 1 stands for in each row. */
  readonly scales: Float32Array;
  readonly mean: Float64Array;
}

/** By how much a cosine of 8-bit vectors may be wrong. */
export const SLACK = 0.02;
/** Vectors of four bytes a number that are in memory at a time: 12 MB of 384 numbers each. */
const BLOCK = 8000;

const kept = new WeakMap<EmbeddingStore, { readonly key: string; readonly table: VectorTable }>();

/**
 * The embeddings kept under a name, read in one pass with pauses for others and kept in memory until one changes.
 * Throws `no_embeddings` when there are none, `cancelled`.
 */
export async function vectorTable(
  project: Project,
  name: string,
  signal?: AbortSignal,
  embeddings: EmbeddingStore = project.stores.embeddings,
): Promise<VectorTable> {
  const { documents, documentChanges } = project.stores;
  // Documents go and come back also without their embeddings being touched.
  const key = `${name} ${embeddings.version} ${documentChanges.version} ${documents.count()}`;
  const known = kept.get(embeddings);
  if (known?.key === key) return known.table;
  const table = await read(project, { name, embeddings, signal });
  kept.set(embeddings, { key, table });
  return table;
}

async function read(
  project: Project,
  { name, embeddings, signal }: { name: string; embeddings: EmbeddingStore; signal: AbortSignal | undefined },
): Promise<VectorTable> {
  const size = firstSize(embeddings, name);
  const rows = embeddings.count(name);
  const values = new Int8Array(new SharedArrayBuffer(rows * size));
  const scales = new Float32Array(new SharedArrayBuffer(4 * rows));
  const ids = new Uint32Array(rows);
  const mean = new Float64Array(size);
  let row = 0;
  for (let after = 0; project.open; ) {
    if (signal?.aborted) throw new BackendError('cancelled', 'Stopped on request.');
    const { vectors, last } = embeddings.block(name, after, BLOCK);
    if (last === null) break;
    for (const { id, vector } of vectors) {
      // What is embedded meanwhile is left for the next time.
      if (row === rows || vector.length !== size) continue;
      // The next one takes the place of one that can't be used.
      const scale = toEightBits(vector, values, row * size);
      if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) continue;
      for (let i = 0; i < size; i++) mean[i]! += vector[i]! / rows;
      ids[row] = id;
      scales[row] = scale;
      row += 1;
    }
    after = last;
    await nextTurn();
  }
  return { ids: ids.subarray(0, row), size, values, scales, mean };
}

/** Of the first embedding that can be read. */
function firstSize(embeddings: EmbeddingStore, name: string): number {
  for (let after = 0; ; ) {
    const { vectors, last } = embeddings.block(name, after, 1);
    if (last === null) throw noEmbeddings();
    if (vectors[0]) return vectors[0].vector.length;
    after = last;
  }
}

/** The cosine of two rows, to within `SLACK`. */
export function cosine8({ size, values, scales }: VectorTable, a: number, b: number): number {
  let sum = 0;
  for (let i = 0, x = a * size, y = b * size; i < size; i++) sum += values[x + i]! * values[y + i]!;
  return sum * scales[a]! * scales[b]!;
}

/** Of vectors of length 1: their cosine. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const noEmbeddings = () =>
  new BackendError('no_embeddings', "This project's model does not tell what documents are like.", {
    code: 'use_own_model',
  });
