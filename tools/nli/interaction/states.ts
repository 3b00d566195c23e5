import { cloneModel } from '../../../engine/graph/graph.ts';
import { pruneGraph } from '../../../engine/graph/prune.ts';
import { appendEmbedding, encodeText } from '../../../engine/inference/embedding.ts';
import { comparedTokens } from '../../../engine/inference/interaction.ts';
import type { Encoder } from '../../../engine/model/textModel.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';
import { collate, planBatches } from '../../../engine/text/batches.ts';

/** What a frozen encoder makes of a text. */
export interface TextStates {
  /**
   * The last hidden states of its tokens that are compared (`comparedTokens`): [tokens][hidden].
   */
  readonly tokens: Float32Array;
  /** The mean over all its tokens, of length 1: [hidden]. */
  readonly embedding: Float32Array;
}

export interface StateReader {
  readonly hidden: number;
  /** In the order of the texts. */
  read(texts: readonly string[]): Promise<TextStates[]>;
  release(): Promise<void>;
}

const TOKENS_PER_BATCH = 2048;

/** Loads an encoder to read the hidden states of texts, which are cut after `maxLength` tokens. */
export async function createStateReader(
  { prepared, tokenizer, folder }: Encoder,
  maxLength: number,
): Promise<StateReader> {
  const longest = Math.min(maxLength, folder.maxLength);
  const model = cloneModel(prepared.model);
  const shapes = new Map(prepared.shapes);
  const { embedding, hidden, hiddenState } = appendEmbedding(model.graph, shapes, prepared.name);
  model.graph.outputs = [embedding, hiddenState].map((name) => ({ name, dtype: null, dims: null }));
  pruneGraph(model.graph);
  const session = await createSession(model, { memoryPattern: false });
  const limits = { tokensPerBatch: TOKENS_PER_BATCH, maxBatch: prepared.alone ? 1 : 64, padding: false };
  return {
    hidden,
    async read(texts) {
      const encoded = texts.map((text) => encodeText(tokenizer, text, longest));
      const result: TextStates[] = [];
      const lengths = encoded.map(({ inputIds }) => inputIds.length);
      for (const batch of planBatches(lengths, limits)) {
        const rows = collate(
          batch.map((i) => encoded[i]!),
          tokenizer.padId,
        );
        const answer = await session.run(batchFeeds(rows, session.inputNames));
        const [states, embeddings] = [floatsOf(answer[hiddenState]), floatsOf(answer[embedding])];
        const [, length] = rows.shape;
        const [from, to] = comparedTokens(length);
        for (const [row, i] of batch.entries()) {
          const start = row * length;
          result[i] = {
            tokens: states.slice((start + from) * hidden, (start + to) * hidden),
            embedding: embeddings.slice(row * hidden, (row + 1) * hidden),
          };
        }
      }
      return result;
    },
    release: () => session.release(),
  };
}
