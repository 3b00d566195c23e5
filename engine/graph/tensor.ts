import { EngineError } from '../errors.ts';

/** Element types of the ONNX specification that the engine reads, with their TensorProto codes and sizes. */
const DATA_TYPES = {
  float32: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  uint16: { code: 4, bytes: 2 },
  int16: { code: 5, bytes: 2 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  string: { code: 8, bytes: 0 },
  bool: { code: 9, bytes: 1 },
  float16: { code: 10, bytes: 2 },
  float64: { code: 11, bytes: 8 },
  uint32: { code: 12, bytes: 4 },
  uint64: { code: 13, bytes: 8 },
  bfloat16: { code: 16, bytes: 2 },
} as const;

export type DataType = keyof typeof DATA_TYPES;

/** A constant: row-major little-endian bytes with an element type and dimensions. */
export interface Tensor {
  readonly dtype: DataType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

const byCode = new Map<number, DataType>(
  Object.entries(DATA_TYPES).map(([name, type]) => [type.code, name as DataType]),
);

/** The TensorProto code of an element type. */
export const codeOf = (dtype: DataType): number => DATA_TYPES[dtype].code;

/** Bytes of one element. */
export const bytesPerElement = (dtype: DataType): number => DATA_TYPES[dtype].bytes;

/** The element type of a TensorProto code; throws `unsupported_type` for one that the engine does not read. */
export function dataTypeOf(code: number, where: string): DataType {
  const dtype = byCode.get(code);
  if (dtype === undefined) {
    throw new EngineError(
      'unsupported_type',
      `${where} has element type ${code}, which Entail does not read.`,
    );
  }
  return dtype;
}

/** Number of elements of a shape; a scalar (no dimensions) has one. */
export const elementCount = (dims: readonly number[]): number => dims.reduce((product, d) => product * d, 1);

/** Copies when the bytes do not start at a multiple of the element size, as typed views must. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

/** The values of a float tensor as float32; a view without copying where the tensor is float32 already. */
export function toFloat32(tensor: Tensor): Float32Array {
  const { dtype } = tensor;
  const bytes = aligned(tensor.bytes, 8);
  const count = elementCount(tensor.dims);
  if (dtype === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(bytes.buffer, bytes.byteOffset, count));
  if (dtype === 'int8') return Float32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, count));
  if (dtype === 'uint8') return Float32Array.from(bytes.subarray(0, count));
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, count);
    return dtype === 'float16' ? floatsFromHalves(halves) : floatsFromBrains(halves);
  }
  throw new EngineError('not_float', `A tensor of type ${dtype} cannot be read as float32.`);
}

/** The values of an integer tensor as numbers. */
export function toIntegers(tensor: Tensor): number[] {
  const bytes = aligned(tensor.bytes, 8);
  const count = elementCount(tensor.dims);
  if (tensor.dtype === 'int64') {
    return Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, count), Number);
  }
  if (tensor.dtype === 'int32') return [...new Int32Array(bytes.buffer, bytes.byteOffset, count)];
  throw new EngineError('not_integer', `A tensor of type ${tensor.dtype} cannot be read as integers.`);
}

/** A float32 tensor over the given values, which are not copied. */
export function floatTensor(values: Float32Array | readonly number[], dims: readonly number[]): Tensor {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return { dtype: 'float32', dims, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** An int64 tensor; a scalar when `dims` is empty. */
export function intTensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  const data = BigInt64Array.from(values, BigInt);
  return { dtype: 'int64', dims, bytes: new Uint8Array(data.buffer) };
}

/** IEEE 754 binary16 → binary32, by value. */
export function floatsFromHalves(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = HALF_VALUES[halves[i]!]!;
  return floats;
}

const HALF_VALUES = Float32Array.from({ length: 65536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

function floatsFromBrains(brains: Uint16Array): Float32Array {
  const words = Uint32Array.from(brains, (bits) => bits << 16);
  return new Float32Array(words.buffer);
}

/** binary32 → IEEE 754 binary16, rounding to nearest even; values beyond 65504 become infinity. */
export function halvesFromFloats(floats: Float32Array): Uint16Array {
  const words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) halves[i] = halfFromWord(words[i]!, floats[i]!);
  return halves;
}

function halfFromWord(word: number, value: number): number {
  const sign = (word >>> 16) & 0x8000;
  if (Number.isNaN(value)) return sign | 0x7e00;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24);
  const exponent = ((word >>> 23) & 0xff) - 127;
  return sign | (((exponent + 14) << 10) + roundEven((magnitude / 2 ** exponent) * 1024));
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
