import { EngineError, invariant } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, type Graph, type Model } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { type Dim, type Shapes, sameDim } from '../graph/shapes.ts';
import { codeOf } from '../graph/tensor.ts';
import { type Interaction, ofAnotherSize } from '../model/interactionFile.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { rowsOf } from '../rows.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floatsOf } from '../runtime/session.ts';
import { collate } from '../text/batches.ts';
import type { EncodedPair, Tokenizer } from '../text/tokenizer.ts';
import { appendTokens } from './interaction.ts';

/** The name of the encoder's last hidden state, [batch, sequence, hidden]; undefined: the graph has none. */
export function hiddenStateOf(graph: Graph, shapes: Shapes): string | undefined {
  const [batch, sequence] = shapes.get('input_ids')?.dims ?? [];
  return graph.nodes
    .filter((n) => n.op === 'LayerNormalization')
    .map((n) => n.outputs[0]!)
    .findLast((name) => {
      const dims = shapes.get(name)?.dims ?? [];
      return dims.length === 3 && sameDim(dims[0], batch) && sameDim(dims[1], sequence);
    });
}

/**
 * Appends the mean over all tokens of the encoder's last hidden state, scaled to length 1, and returns its name: the
 * sentence embedding of Reimers and Gurevych 2019. [batch, sequence, hidden] → [batch, hidden].
 *
 * Throws `no_hidden_state` when the graph has no LayerNormalization over [batch, sequence, hidden].
 */
export function appendEmbedding(
  graph: Graph,
  shapes: Shapes,
  modelName: string,
): { embedding: string; hidden: number; hiddenState: string } {
  const hiddenState = hiddenStateOf(graph, shapes);
  if (hiddenState === undefined) {
    throw new EngineError('no_hidden_state', `${modelName} has no hidden state of [batch, tokens, size].`);
  }
  const b = new GraphBuilder(graph, 'embedding', shapes);
  const sum = b.sum(masked(b, hiddenState), [1], 0);
  const length = b.emit('ReduceL2', [sum, b.ints([1])], { keepdims: 1 });
  const embedding = b.div(sum, length);
  const [, size] = b.dimsOf(embedding) as [Dim, Dim];
  return { embedding, hidden: size[0], hiddenState };
}

/** Zeros where padding is; a model that is fed no mask gets no padding. */
function masked(b: GraphBuilder, hiddenState: string): string {
  if (!b.graph.inputs.some(({ name }) => name === 'attention_mask')) return hiddenState;
  const mask = b.emit('Cast', ['attention_mask'], { to: codeOf('float32') });
  return b.mul(hiddenState, b.unsqueeze(mask, [2]));
}

/** A text alone between the model's special tokens, cut at its end: the start of a pair. */
export function encodeText(tokenizer: Tokenizer, text: string, maxLength: number): EncodedPair {
  return encodeIds(tokenizer, tokenizer.encodePremiseIds(text).slice(0, maxLength - 2));
}

function encodeIds(tokenizer: Tokenizer, ids: readonly number[]): EncodedPair {
  const [first, , separator] = tokenizer.assemble([0], [0], 8).inputIds;
  const inputIds = [first!, ...ids, separator!];
  return { inputIds, tokenTypeIds: inputIds.map(() => 0) };
}

/**
 * A text as windows of the same size that cover it, each as `encodeText` has it; at most so many, spread evenly. One that
 * fits is one window.
 */
export function encodeWindows(
  tokenizer: Tokenizer,
  text: string,
  { longest, most }: { longest: number; most: number },
): EncodedPair[] {
  const ids = tokenizer.encodePremiseIds(text);
  const room = longest - 2;
  const count = Math.min(most, Math.max(1, Math.ceil(ids.length / room)));
  const last = Math.max(0, ids.length - room);
  return Array.from({ length: count }, (_, i) => {
    const from = count === 1 ? 0 : Math.round((i * last) / (count - 1));
    return encodeIds(tokenizer, ids.slice(from, from + room));
  });
}

/** The mean of vectors of length 1, scaled to length 1; of opposite ones, which have none, the first. */
export function joinWindows(vectors: readonly Float32Array[]): Float32Array {
  const [first] = vectors;
  invariant(first, 'a text has a window');
  if (vectors.length === 1) return first;
  const mean = new Float32Array(first.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]!;
  const length = Math.hypot(...mean);
  return length > 1e-6 ? mean.map((x) => x / length) : first;
}

/** Turns texts into vectors of length 1. */
export interface Embedder {
  /** Size of a vector. */
  readonly hidden: number;
  embed(texts: readonly EncodedPair[]): Promise<Float32Array[]>;
  /** Both, with what their tokens are compared by; texts of one length. Throws where there was no `interaction`. */
  embedTokens(texts: readonly EncodedPair[]): Promise<EmbeddedTokens>;
  release(): Promise<void>;
}

/** Texts of one length. */
export interface EmbeddedTokens {
  /** [texts][hidden]. */
  readonly embeddings: readonly Float32Array[];
  /** Of length 1 each: [texts, tokens, size]. */
  readonly vectors: Float32Array;
  /** [texts, tokens]. */
  readonly weights: Float32Array;
  readonly shape: readonly [texts: number, tokens: number, size: number];
}

/**
 * Mean-pooled embeddings of a model; `weights` replaces its graph, e.g. after fine-tuning. Throws `interaction_invalid` for one
 * that was made for hidden states of another size.
 */
export async function createEmbedder(
  prepared: PreparedModel,
  padId: number,
  {
    weights,
    interaction,
  }: { readonly weights?: Model | undefined; readonly interaction?: Interaction | null } = {},
): Promise<Embedder> {
  const model = cloneModel(weights ?? prepared.model);
  const shapes = new Map(prepared.shapes);
  const { embedding, hidden, hiddenState } = appendEmbedding(model.graph, shapes, prepared.name);
  if (interaction && interaction.hidden !== hidden) throw ofAnotherSize(interaction, hidden);
  const tokens = interaction ? appendTokens(model.graph, hiddenState, interaction, shapes) : null;
  const names = [embedding, ...(tokens ? [tokens.vectors, tokens.weights] : [])];
  model.graph.outputs = names.map((name) => ({ name, dtype: null, dims: null }));
  pruneGraph(model.graph);
  const session = await createSession(model);
  const feed = (texts: readonly EncodedPair[]) => batchFeeds(collate(texts, padId), session.inputNames);
  return {
    hidden,
    async embed(texts) {
      const result = await session.run(feed(texts), [embedding]);
      return rowsOf(floatsOf(result[embedding]), texts.length);
    },
    async embedTokens(texts) {
      invariant(tokens && interaction, 'tokens are compared');
      const length = texts[0]?.inputIds.length ?? 0;
      invariant(
        texts.every(({ inputIds }) => inputIds.length === length),
        'texts of one length',
      );
      const result = await session.run(feed(texts), names);
      return {
        embeddings: rowsOf(floatsOf(result[embedding]), texts.length),
        vectors: floatsOf(result[tokens.vectors]),
        weights: floatsOf(result[tokens.weights]),
        shape: [texts.length, length, interaction.size],
      };
    },
    release: () => session.release(),
  };
}
