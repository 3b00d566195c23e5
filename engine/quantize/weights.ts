import type { Tensor } from '../onnx/tensor.ts';

/** A matrix in 8-bit integers: value = integer · scale of its column (or row). */
export interface QuantizedMatrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Symmetric quantisation with one scale per column (`axis` 1) or row (`axis` 0), zero point 0.
 *
 * matrix: [rows, columns]. `most` is the largest integer used: 127, or 63 for processors whose 8-bit multiply-add
 * saturates at 16 bits (x86 before VNNI; ONNX Runtime's "reduce_range").
 */
export function quantizeMatrix(
  matrix: Float32Array,
  [rows, columns]: readonly [number, number],
  { axis, most }: { axis: 0 | 1; most: 63 | 127 },
): QuantizedMatrix {
  const scales = new Float32Array(axis === 1 ? columns : rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const at = axis === 1 ? c : r;
      scales[at] = Math.max(scales[at]!, Math.abs(matrix[r * columns + c]!));
    }
  }
  for (let i = 0; i < scales.length; i++) scales[i] = scales[i]! > 0 ? scales[i]! / most : 1;
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
