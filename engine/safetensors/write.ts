import { EngineError } from '../errors.ts';
import { byteLengthOf, DTYPE_BYTES, type SafeTensor } from './dtype.ts';

/**
 * The bytes of a safetensors file. The same tensors give the same bytes, whatever their order.
 *
 * Tensors are sorted as the reference implementation does, widest elements first and then by name, so that all data
 * are aligned; the header is padded with spaces to 8 bytes. Throws `safetensors_invalid` when a tensor's data do not
 * have the length of its shape.
 */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: SafeTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = [...tensors].sort(([nameA, a], [nameB, b]) => {
    return DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype] || compare(nameA, nameB);
  });
  const { header, length } = describe(sorted, metadata);
  const bytes = new Uint8Array(8 + header.length + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let position = 8 + header.length;
  for (const [, { data }] of sorted) {
    bytes.set(data, position);
    position += data.length;
  }
  return bytes;
}

type Named = readonly [name: string, tensor: SafeTensor];

function describe(
  sorted: readonly Named[],
  metadata: Readonly<Record<string, string>>,
): { header: Uint8Array; length: number } {
  const fields: string[] = [];
  const seen = new Set(['__metadata__']);
  const pairs = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  if (pairs.length > 0) {
    fields.push(
      `"__metadata__":{${pairs.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`)}}`,
    );
  }
  let position = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (seen.has(name)) throw invalid(name, 'its name is taken');
    if (byteLengthOf(dtype, shape) !== data.length)
      throw invalid(name, `${data.length} bytes are not ${dtype} [${shape}]`);
    seen.add(name);
    const description = { dtype, shape, data_offsets: [position, position + data.length] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(description)}`);
    position += data.length;
  }
  const header = Buffer.from(`{${fields.join(',')}}`);
  const padding = Buffer.alloc((8 - (header.length % 8)) % 8, ' ');
  return { header: Buffer.concat([header, padding]), length: position };
}

/** By code unit: a locale's order would differ between machines. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function invalid(name: string, reason: string): EngineError {
  return new EngineError('safetensors_invalid', `The tensor "${name}" cannot be written: ${reason}.`);
}
