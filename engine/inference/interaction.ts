import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Model } from '../graph/graph.ts';
import type { Dim, Shapes } from '../graph/shapes.ts';
import { floatTensor } from '../graph/tensor.ts';
import type { Interaction } from '../model/interactionFile.ts';
import { createSession, floats, floatsOf, integers } from '../runtime/session.ts';
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

/** Cosines that are in memory at a time: 64 MB. */
const MOST_COSINES = 16e6;

/** Finds for each token of labels the token of a text that it is most like. */
export interface Comparer {
  /**
   * The highest cosines, [texts][tokens of labels]. vectors: of texts of one length, [texts, tokens, size]; the first and the
   * last token, which stand around every text, are left out unless there are no others.
   */
  best(
    vectors: Float32Array,
    shape: readonly [number, number, number],
    labels: LabelTokens,
  ): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** Loads what compares tokens. size: of their vectors. */
export async function createComparer(size: number): Promise<Comparer> {
  const session = await createSession(comparison(size));
  return {
    async best(vectors, [texts, tokens, own], { vectors: all, shares }) {
      const count = shares.length;
      const part = Math.max(1, Math.floor(MOST_COSINES / (texts * tokens)));
      const result = Array.from({ length: texts }, () => new Float32Array(count));
      const [from, to] = tokens > 2 ? [1, tokens - 1] : [0, tokens];
      for (let start = 0; start < count; start += part) {
        const end = Math.min(count, start + part);
        const answer = await session.run({
          [TEXTS]: floats(vectors, [texts, tokens, own]),
          [LABELS]: floats(all.subarray(start * own, end * own), [end - start, own]),
          [FROM]: integers(BigInt64Array.of(BigInt(from)), [1]),
          [TO]: integers(BigInt64Array.of(BigInt(to)), [1]),
        });
        const found = floatsOf(answer[BEST]);
        for (const [text, row] of result.entries())
          row.set(found.subarray(text * (end - start), (text + 1) * (end - start)), start);
      }
      return result;
    },
    release: () => session.release(),
  };
}

const [TEXTS, LABELS, FROM, TO] = ['texts', 'labels', 'from', 'to'] as const;
const BEST = 'best';

/** The graph: texts [texts, tokens, size], labels [tokens of labels, size] → best [texts, tokens of labels]. */
function comparison(size: number): Model {
  const graph: Graph = { name: 'interaction', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const b = new GraphBuilder(graph, 'compare');
  const own: Dim = [size, size];
  const texts = b.input(TEXTS, { dtype: 'float32', dims: [[2, 3], [5, 7], own] }, ['texts', 'tokens', size]);
  const labels = b.input(LABELS, { dtype: 'float32', dims: [[4, 9], own] }, ['words', size]);
  const [from, to] = [FROM, TO].map((name) => b.input(name, { dtype: 'int64', dims: [[1, 1]] }));
  const inner = b.emit('Slice', [texts, from!, to!, b.ints([1])]);
  const cosines = b.matmul(inner, b.transpose(labels, [1, 0]));
  b.emitAs([BEST], 'ReduceMax', [cosines, b.ints([1])], { keepdims: 0 });
  graph.outputs = [{ name: BEST, dtype: 'float32', dims: ['texts', 'words'] }];
  return { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
}
