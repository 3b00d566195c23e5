import { EngineError } from '../errors.ts';
import { fromFloat32, toFloat32 } from '../safetensors/dtype.ts';
import { readSafetensors, readSafetensorsMetadata } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';

/** What training gives: adapters and full weights by name, and how adapters are scaled. */
export interface Trained {
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly dims: ReadonlyMap<string, readonly number[]>;
  readonly rank: number;
  readonly alpha: number;
}

/** Trained weights as one safetensors file. */
export function writeTrained({ values, dims, rank, alpha }: Trained): Uint8Array {
  const tensors = [...values].map(
    ([name, floats]) => [name, fromFloat32(floats, dims.get(name) ?? [floats.length])] as const,
  );
  return writeSafetensors(tensors, { rank: String(rank), alpha: String(alpha) });
}

/** Reads what `writeTrained` wrote; throws `weights_invalid` for a number that is not finite, naming the tensor. */
export function readTrained(bytes: Uint8Array, fileName: string): Trained {
  const tensors = readSafetensors(bytes, fileName);
  const metadata = readSafetensorsMetadata(bytes, fileName);
  const values = new Map<string, Float32Array>();
  const dims = new Map<string, readonly number[]>();
  for (const [name, tensor] of tensors) {
    const floats = toFloat32(tensor);
    if (!floats.every(Number.isFinite)) {
      throw new EngineError(
        'weights_invalid',
        `The tensor "${name}" of ${fileName} is not finite.`,
        'Train again.',
      );
    }
    values.set(name, floats);
    dims.set(name, tensor.shape);
  }
  return { values, dims, rank: numberOf(metadata, 'rank'), alpha: numberOf(metadata, 'alpha') };
}

function numberOf(metadata: ReadonlyMap<string, string>, key: string): number {
  const value = Number(metadata.get(key));
  if (Number.isFinite(value) && value > 0) return value;
  throw new EngineError('weights_invalid', `The trained weights do not say their ${key}.`, 'Train again.');
}
