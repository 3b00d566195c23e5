import { EngineError } from '../errors.ts';
import { ENCODER, INTERACTION } from '../files/layout.ts';
import type { InteractionShare } from '../zeroshot/fusion.ts';
import { cosines, labelVectors, type WordedLabel } from '../zeroshot/labelVector.ts';
import type { TextEmbedder } from './embed.ts';

/** How much a text is like each label, and its embedding. */
export interface Likeness {
  /** [hidden] of length 1. */
  readonly embedding: Float32Array;
  /** [labels]. */
  readonly cosine: Float32Array;
}

/** Tells how much texts are like labels, whose wordings were read once. */
export type Likener = (texts: readonly string[], signal?: AbortSignal) => Promise<Likeness[]>;

/**
 * Reads labels with an encoder. How much a text is like one is the cosine of their embeddings, the label's being the mean of
 * its wordings; with `interaction` its share is late interaction instead.
 *
 * Throws `interaction_invalid` where the encoder was not loaded with what that was fitted with.
 */
export async function createLikener(
  embedder: TextEmbedder,
  labels: readonly WordedLabel[],
  interaction?: InteractionShare | undefined,
): Promise<Likener> {
  if (!interaction) {
    const vectors = await labelVectors(labels, (texts) => embedder.embed(texts));
    return async (texts, signal) =>
      (await embedder.embed(texts, signal)).map((embedding) => ({
        embedding,
        cosine: cosines(embedding, vectors),
      }));
  }
  const { tokens: reader } = embedder;
  if (reader?.digest !== interaction.digest) {
    throw new EngineError(
      'interaction_invalid',
      `${ENCODER}/${INTERACTION}, by which words of texts and labels are compared, is missing or of another model.`,
      'Get the model again, with all its files.',
    );
  }
  const { vectors, tokens } = await reader.ofLabels(labels);
  const { share } = interaction;
  return async (texts, signal) =>
    (await reader.read(texts, tokens, signal)).map(({ embedding, late }) => {
      const cosine = cosines(embedding, vectors).map((x, label) => (1 - share) * x + share * late[label]!);
      return { embedding, cosine };
    });
}
