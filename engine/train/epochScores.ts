import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './checkpoint.ts';

/** Held-out probabilities after each epoch, [documents][labels]. */
export interface EpochScores {
  add(epoch: number, scores: readonly Float32Array[]): void;
  /** Of the named epochs, in their order; one whose file is gone is left out. */
  of(epochs: readonly number[]): (readonly Float32Array[])[];
}

/** Kept beside the checkpoints, so that a resumed run has those of the epochs before it stopped. */
export function createEpochScores(
  dir: string | undefined,
  { documents, labels }: { readonly documents: number; readonly labels: number },
): EpochScores {
  const known = new Map<number, readonly Float32Array[]>();
  const fileOf = (epoch: number) => `held-out-${epoch}.f32`;
  const stored = (epoch: number): readonly Float32Array[] | undefined => {
    if (dir === undefined) return undefined;
    try {
      const bytes = new Uint8Array(readFileSync(join(dir, fileOf(epoch)))).buffer;
      if (bytes.byteLength !== 4 * documents * labels) return undefined;
      const values = new Float32Array(bytes);
      return Array.from({ length: documents }, (_, i) => values.slice(i * labels, (i + 1) * labels));
    } catch {
      return undefined;
    }
  };
  return {
    add(epoch, scores) {
      known.set(epoch, scores);
      if (dir === undefined) return;
      const bytes = Buffer.concat(
        scores.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)),
      );
      writeDurably(dir, fileOf(epoch), bytes);
    },
    of: (epochs) =>
      epochs.flatMap((epoch) => {
        const scores = known.get(epoch) ?? stored(epoch);
        return scores ? [scores] : [];
      }),
  };
}
