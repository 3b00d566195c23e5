/** Bytes per element of the element types we read and write. */
export const DTYPE_BYTES = Object.freeze({
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
});

export type Dtype = keyof typeof DTYPE_BYTES;

/** A tensor as a file holds it: row-major, little endian. `data` may be a view into the file's bytes. */
export interface SafeTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPE_BYTES, name);
}

/** Bytes that a tensor takes, or null when the number is not exact in a double. */
export function byteLengthOf(dtype: Dtype, shape: readonly number[]): number | null {
  let bytes: number = DTYPE_BYTES[dtype];
  if (shape.includes(0)) return 0;
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return null;
  }
  return bytes;
}

/** A float32 tensor over the bytes of `values` (not copied). shape must multiply to `values.length`. */
export function fromFloat32(values: Float32Array, shape: readonly number[]): SafeTensor {
  return { dtype: 'F32', shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** The elements as float32, always a copy. float64 and int64 are rounded; booleans become 0 and 1. */
export function toFloat32({ dtype, data }: SafeTensor): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = READERS[dtype];
  const width = DTYPE_BYTES[dtype];
  const result = new Float32Array(data.byteLength / width);
  if (dtype === 'F32') new Uint8Array(result.buffer).set(data);
  else for (let index = 0; index < result.length; index++) result[index] = read(view, index * width);
  return result;
}

const READERS: Readonly<Record<Dtype, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(at, true),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  F32: (view, at) => view.getFloat32(at, true),
  I32: (view, at) => view.getInt32(at, true),
  F16: (view, at) => halfToNumber(view.getUint16(at, true)),
  BF16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
  BOOL: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
};

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
const word = new DataView(new ArrayBuffer(4));
function bfloatToNumber(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
