import { MOST_EMBEDDED } from '../model/encoderFolder.ts';
import type { Encoder } from '../model/textModel.ts';
import { planBatches } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { encodeWindows, joinWindows } from './embedding.ts';
import { requireFinite } from './notFinite.ts';
import { stopIfAsked } from './stopIfAsked.ts';

/** Windows of a text that its embedding reads, spread evenly over longer ones: enough to tell what it is about. */
export const MOST_WINDOWS = 32;

/** Runs an encoder over texts; what it answers of each window: [texts][windows]. Throws `cancelled` on abort. */
export type WindowRun<T> = (texts: readonly string[], signal?: AbortSignal) => Promise<T[][]>;

/** `run` gets windows of one length, at most `most` of a text. */
export function overWindows<T>(
  { tokenizer, prepared, folder }: Encoder,
  most: number,
  run: (windows: readonly EncodedPair[]) => Promise<readonly T[]>,
): WindowRun<T> {
  const longest = Math.min(MOST_EMBEDDED, folder.maxLength);
  // Unpadded, a text has the same embedding in whatever company it comes: a convolution reads padding, too.
  const limits = { tokensPerBatch: 4096, maxBatch: prepared.alone ? 1 : 64, padding: false };
  return async (texts, signal) => {
    const windows = texts.map((text) => encodeWindows(tokenizer, text, { longest, most }));
    const encoded = windows.flat();
    const lengths = encoded.map(({ inputIds }) => inputIds.length);
    const results: T[] = [];
    for (const batch of planBatches(lengths, limits)) {
      await stopIfAsked(signal);
      const part = await run(batch.map((i) => encoded[i]!));
      batch.forEach((i, row) => {
        results[i] = part[row]!;
      });
    }
    let at = 0;
    return windows.map(({ length }) => {
      at += length;
      return results.slice(at - length, at);
    });
  };
}

/** The embedding of a text of those of its windows. Throws `not_finite`, naming the text. */
export function joinedFor(text: string, vectors: readonly Float32Array[]): Float32Array {
  const joined = joinWindows(vectors);
  requireFinite(joined, text, 'it cannot be compared with other texts');
  return joined;
}
