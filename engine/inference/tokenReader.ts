import type { Interaction } from '../model/interactionFile.ts';
import type { Encoder } from '../model/textModel.ts';
import type { WordedLabel } from '../zeroshot/labelVector.ts';
import { type LabelTokens, labelTokens, type TokenVectors } from '../zeroshot/lateInteraction.ts';
import type { EmbeddedTokens, Embedder } from './embedding.ts';
import { createComparer } from './interaction.ts';
import { joinedFor, overWindows } from './windows.ts';

/** Late interaction of texts and labels (see `zeroshot/lateInteraction.ts`). */
export interface TokenReader {
  /** Of what tokens are compared by. */
  readonly digest: string;
  ofLabels(labels: readonly WordedLabel[], signal?: AbortSignal): Promise<LabelTokens>;
  /** Embeddings as `TextEmbedder.embed` has them, and of each token of the labels the highest cosine over all windows of a text. */
  read(texts: readonly string[], labels: LabelTokens, signal?: AbortSignal): Promise<TextTokens[]>;
  release(): Promise<void>;
}

export interface TextTokens {
  /** [hidden]. */
  readonly embedding: Float32Array;
  /** [tokens of all labels]. */
  readonly best: Float32Array;
}

/** `embedder`: loaded with the same `interaction`. */
export async function createTokenReader(
  model: Encoder,
  {
    embedder,
    interaction: { size, digest },
    most,
  }: { readonly embedder: Embedder; readonly interaction: Interaction; readonly most: number },
): Promise<TokenReader> {
  const comparer = await createComparer(size);
  const tokensOf = overWindows(model, most, async (windows) =>
    innerTokens(await embedder.embedTokens(windows)),
  );
  return {
    digest,
    ofLabels: (labels, signal) =>
      labelTokens(labels, async (wordings) => (await tokensOf(wordings, signal)).map(together)),
    async read(texts, labels, signal) {
      const run = overWindows(model, most, async (windows) => {
        const { embeddings, vectors, shape } = await embedder.embedTokens(windows);
        const best = await comparer.best(vectors, shape, labels);
        return embeddings.map((embedding, i) => ({ embedding, best: best[i]! }));
      });
      return (await run(texts, signal)).map((windows, i) => {
        const embeddings = windows.map(({ embedding }) => embedding);
        return {
          embedding: joinedFor(texts[i]!, embeddings),
          best: highest(windows.map(({ best }) => best)),
        };
      });
    },
    release: () => comparer.release(),
  };
}

/** Without the first and the last, which stand around every text, unless there are no others. */
function innerTokens({ vectors, weights, shape: [texts, tokens, size] }: EmbeddedTokens): TokenVectors[] {
  const [from, to] = tokens > 2 ? [1, tokens - 1] : [0, tokens];
  return Array.from({ length: texts }, (_, text) => {
    const start = text * tokens;
    return {
      vectors: vectors.slice((start + from) * size, (start + to) * size),
      weights: weights.slice(start + from, start + to),
    };
  });
}

/** The tokens of all windows. */
const together = (windows: readonly TokenVectors[]): TokenVectors => ({
  vectors: Float32Array.from(windows.flatMap(({ vectors }) => [...vectors])),
  weights: Float32Array.from(windows.flatMap(({ weights }) => [...weights])),
});

/** Of each place the highest value. */
function highest(rows: readonly Float32Array[]): Float32Array {
  const result = Float32Array.from(rows[0] ?? []);
  for (const row of rows.slice(1)) {
    for (const [i, value] of row.entries()) result[i] = Math.max(result[i]!, value);
  }
  return result;
}
