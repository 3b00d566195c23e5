import { MOST_EMBEDDED } from '../model/encoderFolder.ts';
import type { Encoder } from '../model/textModel.ts';
import { planBatches } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { encodeWindows, joinWindows } from './embedding.ts';
import { requireFinite } from './notFinite.ts';
import { stopIfAsked } from './stopIfAsked.ts';

/** Windows of a text that its embedding reads, spread evenly over longer ones: enough to tell what it is about. */
export const MOST_WINDOWS = 32;

/** Runs an encoder over texts; what it answers of the windows of each, text by text. Throws `cancelled` on abort. */
export type WindowRun<T> = (
  texts: readonly string[],
  signal?: AbortSignal,
) => AsyncGenerator<readonly T[], void, undefined>;

/**
 * `run` gets windows of one length, at most `most` of a text. Texts of up to `together` tokens, or one text of more, are run
 * before the first of them is handed out, so that no more answers than theirs are held: for answers that are large.
 */
export function overWindows<T>(
  { tokenizer, prepared, folder }: Encoder,
  { most, together = Number.POSITIVE_INFINITY }: { readonly most: number; readonly together?: number },
  run: (windows: readonly EncodedPair[]) => Promise<readonly T[]>,
): WindowRun<T> {
  const longest = Math.min(MOST_EMBEDDED, folder.maxLength);
  // Unpadded, a text has the same embedding in whatever company it comes: a convolution reads padding, too.
  const limits = { tokensPerBatch: 4096, maxBatch: prepared.alone ? 1 : 64, padding: false };
  const answers = async (windows: readonly (readonly EncodedPair[])[], signal?: AbortSignal) => {
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
  return async function* (texts, signal) {
    let part: EncodedPair[][] = [];
    let tokens = 0;
    for (const text of texts) {
      const windows = encodeWindows(tokenizer, text, { longest, most });
      const own = windows.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
      if (tokens > 0 && tokens + own > together) {
        yield* await answers(part, signal);
        part = [];
        tokens = 0;
      }
      part.push(windows);
      tokens += own;
    }
    yield* await answers(part, signal);
  };
}

/** The embedding of a text of those of its windows. Throws `not_finite`, naming the text. */
export function joinedFor(text: string, vectors: readonly Float32Array[]): Float32Array {
  const joined = joinWindows(vectors);
  requireFinite(joined, text, 'it cannot be compared with other texts');
  return joined;
}
