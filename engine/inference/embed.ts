import type { Model } from '../graph/graph.ts';
import { MOST_EMBEDDED } from '../model/encoderFolder.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { Encoder } from '../model/textModel.ts';
import { planBatches } from '../text/batches.ts';
import { createEmbedder, encodeWindows, joinWindows } from './embedding.ts';
import { requireFinite } from './notFinite.ts';
import { stopIfAsked } from './stopIfAsked.ts';

/** Windows of a text that its embedding reads, spread evenly over longer ones: enough to tell what it is about. */
export const MOST_WINDOWS = 32;

/** A model loaded for embedding texts. */
export interface TextEmbedder {
  /**
   * The mean-pooled embedding of each text, [texts] → [hidden] of length 1; of one that the model does not read at once,
   * the mean over its windows. Throws `cancelled` on abort, `not_finite`, naming the text.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Loads a model for embedding (of an NLI model its `encoder`); `weights` replaces its graph, e.g. after tuning; `most` windows of a text are read. Throws
 * `no_hidden_state` for a graph without one.
 */
export async function createTextEmbedder(
  model: Encoder,
  { weights, most = MOST_WINDOWS }: { weights?: Model | undefined; most?: number } = {},
): Promise<TextEmbedder> {
  const { tokenizer, prepared, folder } = model;
  const longest = Math.min(MOST_EMBEDDED, folder.maxLength);
  const embedder = await createEmbedder(prepared, tokenizer.padId, weights);
  // Unpadded, a text has the same embedding in whatever company it comes: a convolution reads padding, too.
  const limits = { tokensPerBatch: 4096, maxBatch: prepared.alone ? 1 : 64, padding: false };
  return {
    async embed(texts, signal) {
      const windows = texts.map((text) => encodeWindows(tokenizer, text, { longest, most }));
      const encoded = windows.flat();
      const lengths = encoded.map(({ inputIds }) => inputIds.length);
      const vectors: Float32Array[] = [];
      for (const batch of planBatches(lengths, limits)) {
        await stopIfAsked(signal);
        const part = await embedder.embed(batch.map((i) => encoded[i]!));
        batch.forEach((i, row) => {
          vectors[i] = part[row]!;
        });
      }
      let at = 0;
      return windows.map(({ length }, i) => {
        at += length;
        const joined = joinWindows(vectors.slice(at - length, at));
        requireFinite(joined, texts[i]!, 'it cannot be compared with other texts');
        return joined;
      });
    },
    release: () => embedder.release(),
  };
}

/** Embeds once with the encoder of a model, loaded for it. See `TextEmbedder.embed`. */
export async function embedTexts(
  model: NliModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const embedder = await createTextEmbedder(await model.encoder());
  try {
    return await embedder.embed(texts, signal);
  } finally {
    await embedder.release();
  }
}
