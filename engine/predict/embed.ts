import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NliModel } from '../models/nliModel.ts';
import { planBatches } from '../text/batches.ts';
import { createEmbedder, encodeText } from '../train/nli/embedding.ts';
import { cancelled } from './score.ts';

/** Tokens of a text that its embedding reads: enough to tell what it is about. */
const LONGEST = 256;

/**
 * The mean-pooled embedding of each text, [texts] → [hidden] of length 1: for diversity and likeness, not for labels.
 * Throws `no_hidden_state` for a graph without one, `cancelled` on abort.
 */
export async function embedTexts(
  model: NliModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const { tokenizer, prepared, folder } = model;
  const longest = Math.min(LONGEST, folder.maxLength);
  const encoded = texts.map((text) => encodeText(tokenizer, text, longest));
  const embedder = await createEmbedder(prepared, tokenizer.padId);
  const vectors: Float32Array[] = [];
  try {
    const lengths = encoded.map(({ inputIds }) => inputIds.length);
    for (const batch of planBatches(lengths, { tokensPerBatch: 4096, maxBatch: 64 })) {
      await nextTurn();
      if (signal?.aborted) throw cancelled();
      const part = await embedder.embed(batch.map((i) => encoded[i]!));
      batch.forEach((i, row) => {
        vectors[i] = part[row]!;
      });
    }
  } finally {
    await embedder.release();
  }
  return vectors;
}
