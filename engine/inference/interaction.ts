import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Model } from '../graph/graph.ts';
import type { Dim, Shapes } from '../graph/shapes.ts';
import { floatTensor } from '../graph/tensor.ts';
import type { Interaction } from '../model/interactionFile.ts';
import { createSession, floats, floatsOf } from '../runtime/session.ts';
import type { LabelTokens } from '../zeroshot/lateInteraction.ts';

/** The names of what is appended: vectors of tokens [batch, tokens, size] of length 1, and their weights [batch, tokens, 1]. */
export interface TokenOutputs {
  readonly vectors: string;
  readonly weights: string;
}

/** Appends what tokens are compared by to a graph. hiddenState: [batch, tokens, hidden]. */
export function appendTokens(
  graph: Graph,
  hiddenState: string,
  { projection, gate, hidden, size }: Interaction,
  shapes: Shapes,
): TokenOutputs {
  const b = new GraphBuilder(graph, 'interaction', shapes);
  const projected = b.matmul(hiddenState, b.constant(floatTensor(projection, [hidden, size])));
  const length = b.emit('ReduceL2', [projected, b.ints([2])], { keepdims: 1 });
  return {
    vectors: b.div(projected, length),
    weights: b.exp(b.matmul(hiddenState, b.constant(floatTensor(gate, [hidden, 1])))),
  };
}

/** Which tokens of so many are compared: without the first and the last, which stand around every text, unless there are no others. */
export const comparedTokens = (tokens: number): readonly [from: number, to: number] =>
  tokens > 2 ? [1, tokens - 1] : [0, tokens];

/** Cosines that are in memory at a time: 64 MB. */
const MOST_COSINES = 16e6;

/** Finds for each token of labels the token of a text that it is most like. */
export interface Comparer {
  /** The highest cosines, [tokens of labels]. vectors: of the text's tokens, [tokens][size]. */
  best(vectors: Float32Array, labels: LabelTokens): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads what compares tokens. size: of their vectors. */
export async function createComparer(size: number): Promise<Comparer> {
  const session = await createSession(comparison(size));
  return {
    async best(vectors, { vectors: all, shares }) {
      const text = floats(vectors, [vectors.length / size, size]);
      const part = Math.max(1, Math.floor((MOST_COSINES * size) / vectors.length));
      const result = new Float32Array(shares.length);
      for (let start = 0; start < result.length; start += part) {
        const end = Math.min(result.length, start + part);
        const labels = floats(all.subarray(start * size, end * size), [end - start, size]);
        result.set(floatsOf((await session.run({ [TEXT]: text, [LABELS]: labels }))[BEST]), start);
      }
      return result;
    },
    release: () => session.release(),
  };
}

const [TEXT, LABELS, BEST] = ['text', 'labels', 'best'] as const;

/** The graph: text [tokens, size], labels [tokens of labels, size] → best [tokens of labels]. */
function comparison(size: number): Model {
  const graph: Graph = { name: 'interaction', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const b = new GraphBuilder(graph, 'compare');
  const own: Dim = [size, size];
  const text = b.input(TEXT, { dtype: 'float32', dims: [[5, 7], own] }, ['tokens', size]);
  const labels = b.input(LABELS, { dtype: 'float32', dims: [[4, 9], own] }, ['words', size]);
  const cosines = b.matmul(labels, b.transpose(text, [1, 0]));
  b.emitAs([BEST], 'ReduceMax', [cosines, b.ints([1])], { keepdims: 0 });
  graph.outputs = [{ name: BEST, dtype: 'float32', dims: ['words'] }];
  return { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
}
