import type { Tensor } from '../graph/tensor.ts';

/** The largest integer that a weight becomes. */
export const MOST = 127;
/** What an unsigned 8-bit integer stands for zero with. */
export const ZERO_POINT = 128;

/** A matrix in 8-bit integers: value = integer · scale of its column (or row). */
export interface QuantizedMatrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Symmetric quantisation with one scale per column (`axis` 1) or row (`axis` 0), zero point 0.
 *
 * matrix: [rows, columns] → integers from -127 to 127.
 */
export function quantizeMatrix(
  matrix: Float32Array,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1,
): QuantizedMatrix {
  const scales = new Float32Array(axis === 1 ? columns : rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const at = axis === 1 ? c : r;
      scales[at] = Math.max(scales[at]!, Math.abs(matrix[r * columns + c]!));
    }
  }
  for (let i = 0; i < scales.length; i++) scales[i] = scales[i]! > 0 ? scales[i]! / MOST : 1;
  const values = new Int8Array(matrix.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      values[i] = Math.round(matrix[i]! / scales[axis === 1 ? c : r]!);
    }
  }
  return { values, scales };
}

export const int8Tensor = (values: Int8Array, dims: readonly number[]): Tensor => ({
  dtype: 'int8',
  dims,
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** The same integers shifted to 1 … 255. */
export const uint8Tensor = (values: Int8Array, dims: readonly number[]): Tensor => ({
  dtype: 'uint8',
  dims,
  bytes: Uint8Array.from(values, (value) => value + ZERO_POINT),
});

/** [rows, columns] → [columns, rows]. */
export function transpose(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const flipped = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) flipped[c * rows + r] = values[r * columns + c]!;
  }
  return flipped;
}
