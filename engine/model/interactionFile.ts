import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import { readInside } from '../files/inside.ts';
import { ENCODER, INTERACTION } from '../files/layout.ts';
import { halvesFromFloats } from '../graph/tensor.ts';
import { type SafeTensor, toFloat32 } from '../safetensors/dtype.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';

const MOST_MEGABYTES = 64;

/** With what tokens are compared: late interaction (see `zeroshot/lateInteraction.ts`). */
export interface Interaction {
  /** What a hidden state is multiplied by before tokens are compared: [hidden][size], row by row. */
  readonly projection: Float32Array;
  readonly hidden: number;
  readonly size: number;
  /** exp of its inner product with a hidden state is how much a token of a label counts: [hidden]. */
  readonly gate: Float32Array;
  /** Of the file. */
  readonly digest: string;
}

/** Names the content of that file, in 16 hexadecimal digits. */
export const interactionDigest = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/**
 * `interaction.safetensors` of an encoder's folder; null: the folder has none. Throws `interaction_invalid` for a file that is
 * broken, and what `readInside` throws.
 */
export function readInteraction(dir: string): Interaction | null {
  const bytes = readInside(dir, INTERACTION, MOST_MEGABYTES);
  return bytes && parsed(new Uint8Array(bytes), join(dir, INTERACTION));
}

/** The bytes of such a file: F16, as near as that comes. Of the same numbers it makes the same bytes. */
export function writeInteraction({
  projection,
  gate,
  hidden,
  size,
}: Omit<Interaction, 'digest'>): Uint8Array {
  return writeSafetensors([
    ['projection', halves(projection, [hidden, size])],
    ['gate', halves(gate, [hidden])],
  ]);
}

function halves(values: Float32Array, shape: readonly number[]): SafeTensor {
  return { dtype: 'F16', shape, data: new Uint8Array(halvesFromFloats(values).buffer) };
}

/**
 * Throws `interaction_invalid` where that file of the encoder in `dir` is missing, or another one than `digest` names. Asked
 * whenever suggestions are read, so that it is not taken apart.
 */
export function requireInteraction(dir: string, digest: string): void {
  const found = readInside(dir, INTERACTION, MOST_MEGABYTES);
  if (found !== null && interactionDigest(found) === digest) return;
  const path = join(dir, INTERACTION);
  throw new EngineError(
    'interaction_invalid',
    `${path} ${found ? 'is not the file that this model was made with' : 'is missing'}.`,
    AGAIN,
  );
}

function parsed(bytes: Uint8Array, path: string): Interaction {
  try {
    const tensors = readSafetensors(bytes, path);
    const projection = tensorOf(tensors, 'projection', 2);
    const gate = tensorOf(tensors, 'gate', 1);
    const [hidden = 0, size = 0] = projection.shape;
    if (gate.shape[0] !== hidden || hidden * size === 0) throw new Error('its tensors do not fit together');
    const own = { projection: numbersOf(projection), gate: numbersOf(gate) };
    return { ...own, hidden, size, digest: interactionDigest(bytes) };
  } catch (cause) {
    throw new EngineError('interaction_invalid', `${path} is broken.`, AGAIN, cause);
  }
}

/** What is said of a file beside an encoder whose hidden states are of another size. */
export const ofAnotherSize = ({ hidden }: Interaction, own: number): EngineError =>
  new EngineError(
    'interaction_invalid',
    `${ENCODER}/${INTERACTION} is of another encoder than that beside it: it is for hidden states of ${hidden} numbers, and those of the encoder have ${own}.`,
    AGAIN,
  );

/** What is done about a folder whose file is not the one that its `entail.json` was fitted with. */
const AGAIN = 'Get the model again, with all its files.';

function tensorOf(tensors: ReadonlyMap<string, SafeTensor>, name: string, dimensions: number): SafeTensor {
  const tensor = tensors.get(name);
  if (tensor?.shape.length !== dimensions)
    throw new Error(`"${name}" has ${tensor?.shape.length} dimensions`);
  return tensor;
}

function numbersOf(tensor: SafeTensor): Float32Array {
  const values = toFloat32(tensor);
  if (!values.every(Number.isFinite)) throw new Error('not all its values are numbers');
  return values;
}
