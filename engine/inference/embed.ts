import type { Model } from '../graph/graph.ts';
import type { Interaction } from '../model/interactionFile.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { Encoder } from '../model/textModel.ts';
import { createEmbedder } from './embedding.ts';
import { createTokenReader, type TokenReader } from './tokenReader.ts';
import { joinedFor, MOST_WINDOWS, overWindows } from './windows.ts';

/** A model loaded for embedding texts. */
export interface TextEmbedder {
  /**
   * The mean-pooled embedding of each text, [texts] → [hidden] of length 1; of one that the model does not read at once,
   * the mean over its windows. Throws `cancelled` on abort, `not_finite`, naming the text.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  /** Compares tokens of texts with those of labels; null: it was loaded without an `interaction`. */
  readonly tokens: TokenReader | null;
  release(): Promise<void>;
}

/**
 * Loads a model for embedding (of an NLI model its `encoder`); `weights` replaces its graph, e.g. after tuning; `most` windows
 * of a text are read; with `interaction` it compares tokens, too. Throws `no_hidden_state` for a graph without one.
 */
export async function createTextEmbedder(
  model: Encoder,
  {
    weights,
    most = MOST_WINDOWS,
    interaction = null,
  }: {
    readonly weights?: Model | undefined;
    readonly most?: number;
    readonly interaction?: Interaction | null;
  } = {},
): Promise<TextEmbedder> {
  const { prepared, tokenizer } = model;
  const embedder = await createEmbedder(prepared, tokenizer.padId, { weights, interaction });
  const tokens = interaction && (await createTokenReader(model, { embedder, interaction, most }));
  return {
    async embed(texts, signal) {
      const run = overWindows(model, { most }, (windows) => embedder.embed(windows));
      const joined: Float32Array[] = [];
      for await (const vectors of run(texts, signal)) joined.push(joinedFor(texts[joined.length]!, vectors));
      return joined;
    },
    tokens,
    async release() {
      await embedder.release();
      await tokens?.release();
    },
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
