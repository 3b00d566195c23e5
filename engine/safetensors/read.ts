import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { byteLengthOf, type Dtype, isDtype, type SafeTensor } from './dtype.ts';
import { duplicateKey } from './duplicateKey.ts';

const MAX_HEADER_BYTES = 100_000_000;
/** A header larger than this and a tenth of the file is no header. */
const HEADER_ALLOWANCE_BYTES = 1024 * 1024;
const MAX_NAME_LENGTH = 4096;
const MAX_DIMENSIONS = 8;

/**
 * The tensors of a safetensors file, in the order of their data. `data` are views into `bytes`, not copies.
 *
 * Throws `safetensors_broken`, naming file and tensor, unless the file is exactly what the format allows: a JSON
 * header within limits without duplicate names, known element types, lengths that agree with shapes, and data that
 * fill the file without hole, overlap or rest. Values are not looked at: NaN is legal here.
 */
export function readSafetensors(bytes: Uint8Array, fileName: string): Map<string, SafeTensor> {
  const { entries, data } = readHeader(bytes, fileName);
  const tensors = new Map<string, SafeTensor>();
  let position = 0;
  for (const { name, dtype, shape, start, end } of entries) {
    if (start !== position) {
      throw broken(
        fileName,
        `its tensor "${name}" ${start > position ? 'follows a hole' : 'overlaps another'}`,
      );
    }
    if (end > data.length) throw broken(fileName, `its tensor "${name}" ends after the file`);
    tensors.set(name, { dtype, shape, data: data.subarray(start, end) });
    position = end;
  }
  if (position !== data.length)
    throw broken(fileName, `${data.length - position} bytes follow its last tensor`);
  return tensors;
}

/** The text pairs under `__metadata__`. Throws `safetensors_broken` like `readSafetensors` for its header. */
export function readSafetensorsMetadata(bytes: Uint8Array, fileName: string): ReadonlyMap<string, string> {
  return readHeader(bytes, fileName).metadata;
}

interface Entry {
  name: string;
  dtype: Dtype;
  shape: number[];
  start: number;
  end: number;
}

interface Header {
  entries: Entry[];
  metadata: Map<string, string>;
  data: Uint8Array;
}

const size = z.int().nonnegative();
const EntrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size).max(MAX_DIMENSIONS),
  data_offsets: z.tuple([size, size]),
});

function readHeader(bytes: Uint8Array, fileName: string): Header {
  const text = headerText(bytes, fileName);
  const header = parseHeader(text, fileName);
  const entries: Entry[] = [];
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(value, metadata, fileName);
    else entries.push(readEntry(name, value, fileName));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  return { entries, metadata, data: bytes.subarray(8 + text.byteLength) };
}

function headerText(bytes: Uint8Array, fileName: string): Uint8Array {
  if (bytes.length < 10) throw broken(fileName, 'it is too short');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER_BYTES, HEADER_ALLOWANCE_BYTES + bytes.length / 10);
  if (length > limit) throw broken(fileName, `its header claims ${length} bytes`);
  const end = 8 + Number(length);
  if (end > bytes.length) throw broken(fileName, 'its header ends after the file');
  if (bytes[8] !== 0x7b) throw broken(fileName, 'its header does not begin with {');
  return bytes.subarray(8, end);
}

function parseHeader(bytes: Uint8Array, fileName: string): object {
  let header: unknown;
  let twice: string | null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
    twice = duplicateKey(text);
  } catch (error) {
    throw broken(fileName, 'its header is not JSON', error);
  }
  if (twice !== null) throw broken(fileName, `its header names "${twice.slice(0, 80)}" twice`);
  if (typeof header !== 'object' || header === null) throw broken(fileName, 'its header is no object');
  return header;
}

function readMetadata(value: unknown, metadata: Map<string, string>, fileName: string): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) throw broken(fileName, 'its metadata are no object');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw broken(fileName, `its metadata "${key.slice(0, 80)}" are no text`);
    metadata.set(key, text);
  }
}

function readEntry(name: string, value: unknown, fileName: string): Entry {
  const shown = name.slice(0, 80);
  if (name.length > MAX_NAME_LENGTH) throw broken(fileName, `the name of its tensor "${shown}…" is too long`);
  const parsed = EntrySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw broken(
      fileName,
      `its tensor "${shown}" has a wrong ${String(issue?.path[0] ?? 'description')}`,
      parsed.error,
    );
  }
  const { dtype, shape, data_offsets } = parsed.data;
  const [start, end] = data_offsets;
  if (!isDtype(dtype))
    throw broken(fileName, `its tensor "${shown}" has the unknown type "${dtype.slice(0, 20)}"`);
  if (end < start) throw broken(fileName, `its tensor "${shown}" ends before it begins`);
  if (byteLengthOf(dtype, shape) !== end - start) {
    throw broken(
      fileName,
      `its tensor "${shown}" has ${end - start} bytes, which is not ${dtype} [${shape}]`,
    );
  }
  return { name, dtype, shape, start, end };
}

function broken(fileName: string, reason: string, cause?: unknown): EngineError {
  const message = `${fileName} is not a valid safetensors file: ${reason}.`;
  return new EngineError('safetensors_broken', message, 'Get the file again.', cause);
}
