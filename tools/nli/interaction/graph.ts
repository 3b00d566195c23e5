import { gradient } from '../../../engine/autodiff/gradient.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Graph, Model } from '../../../engine/graph/graph.ts';
import { pruneGraph } from '../../../engine/graph/prune.ts';
import { reverseLeaves } from '../../../engine/graph/runtimeOrder.ts';
import type { Dim, Shapes } from '../../../engine/graph/shapes.ts';
import { afterPass } from '../../../engine/graph/spec.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';

/** What the graph reads of a group; all are float32. */
export const INPUTS = {
  /** Hidden states of tokens of texts, [texts · tokens, hidden], padded with what is not 0. */
  texts: 'texts',
  /** Added to the cosines of a text's token: 0, or `LEFT_OUT` for padding. [texts, tokens, 1] */
  leftOut: 'left_out',
  /** Hidden states of the tokens of all wordings, one after the other, [words, hidden]. */
  words: 'words',
  /** 1 where a token is of a wording: [words, wordings]. */
  wordingOf: 'wording_of',
  /** How much a wording counts for a label: [wordings, labels]. */
  labelOf: 'label_of',
  /** Cosines of embeddings, [texts, labels]. */
  cosines: 'cosines',
  /** How much each text is to be drawn to each label among the labels, and each label to each text among the texts: [texts, labels]. */
  labelsWanted: 'labels_wanted',
  textsWanted: 'texts_wanted',
} as const;

/** What is learnt: [hidden, size] and [hidden, 1] (see `Interaction`). */
export const PROJECTION = 'projection';
export const GATE = 'gate';

/** (group, projection, gate) → (loss, objective, gradients of the objective). */
export interface InteractionGraph {
  readonly model: Model;
  /** Of the group alone. */
  readonly loss: string;
  /** With the pull to where the projection began. */
  readonly objective: string;
  /** Parameter → output that holds its gradient. */
  readonly gradients: ReadonlyMap<string, string>;
}

export interface InteractionLoss {
  /** Where the projection begins and is pulled to: [hidden][size]. */
  readonly start: Float32Array;
  readonly hidden: number;
  readonly size: number;
  readonly sharpness: number;
  readonly share: number;
  readonly pull: number;
}

/** Sizes as seen in two runs; all differ, so that none is taken for another. */
const [TEXTS, TOKENS, WORDS, WORDINGS, LABELS]: readonly [Dim, Dim, Dim, Dim, Dim] = [
  [2, 3],
  [5, 7],
  [19, 23],
  [6, 12],
  [4, 9],
];

/**
 * The graph that trains late interaction (see `zeroshot/lateInteraction.ts`) on hidden states that stay as they are: with
 * z = sharpness · (share · likeness + (1 − share) · cosine of embeddings), loss = −Σ labels wanted · log softmax of z over
 * labels − Σ texts wanted · log softmax of z over texts; objective = loss + pull · ‖projection − start‖².
 *
 * Where several tokens of a text are equally near to a token of a label, each gets the whole gradient (the rule of
 * ReduceMax); that takes the same hidden state twice, which an encoder that knows places does not give.
 */
export function assembleInteraction(options: InteractionLoss): InteractionGraph {
  const { hidden, size, start, sharpness, share, pull } = options;
  const graph: Graph = { name: 'interaction', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const model: Model = { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
  const shapes: Shapes = new Map();
  const b = new GraphBuilder(graph, 'train', shapes);
  const input = (name: string, ...dims: readonly Dim[]) => b.input(name, { dtype: 'float32', dims });
  const [own, projected, one]: readonly [Dim, Dim, Dim] = [
    [hidden, hidden],
    [size, size],
    [1, 1],
  ];
  const projection = input(PROJECTION, own, projected);
  const gate = input(GATE, own, one);

  const likeness = appendLikeness(b, {
    texts: input(INPUTS.texts, [TEXTS[0] * TOKENS[0], TEXTS[1] * TOKENS[1]], own),
    leftOut: input(INPUTS.leftOut, TEXTS, TOKENS, one),
    words: input(INPUTS.words, WORDS, own),
    wordingOf: input(INPUTS.wordingOf, WORDS, WORDINGS),
    labelOf: input(INPUTS.labelOf, WORDINGS, LABELS),
    projection,
    gate,
  });
  const cosines = input(INPUTS.cosines, TEXTS, LABELS);
  const z = b.add(b.scale(likeness, sharpness * share), b.scale(cosines, sharpness * (1 - share)));
  const found = (name: string, axis: number) =>
    b.sum(b.mul(b.emit('LogSoftmax', [z], { axis }), input(name, TEXTS, LABELS)), [0, 1], 0);
  const loss = b.neg(b.add(found(INPUTS.labelsWanted, 1), found(INPUTS.textsWanted, 0)));
  const moved = b.sub(projection, b.constant(floatTensor(start, [hidden, size])));
  const away = b.emit('ReduceSumSquare', [moved, b.ints([0, 1])], { keepdims: 0 });
  const objective = b.add(loss, b.scale(away, pull));

  const gradients = gradient(graph, {
    loss: objective,
    wrt: [PROJECTION, GATE],
    shapes,
    modelName: 'late interaction',
  });
  graph.outputs = [loss, objective, ...new Set(gradients.values())].map((name) => ({
    name,
    dtype: null,
    dims: null,
  }));
  pruneGraph(graph);
  reverseLeaves(graph);
  afterPass('assembling late interaction', model);
  return { model, loss, objective, gradients };
}

/** How much each text is like each label by their tokens, [texts, labels]. */
function appendLikeness(
  b: GraphBuilder,
  names: Readonly<
    Record<'texts' | 'leftOut' | 'words' | 'wordingOf' | 'labelOf' | 'projection' | 'gate', string>
  >,
): string {
  const { leftOut, words, wordingOf, labelOf } = names;
  const vectors = (states: string) => {
    const projected = b.matmul(states, names.projection);
    return b.div(projected, b.emit('ReduceL2', [projected, b.ints([1])], { keepdims: 1 }));
  };
  const cosines = b.emit('Gemm', [vectors(names.texts), vectors(words)], { transB: 1 });
  const perText = b.concat([b.dim(leftOut, 0), b.dim(leftOut, 1), b.dim(words, 0)], 0);
  const compared = b.add(b.reshape(cosines, perText), leftOut);
  const best = b.emit('ReduceMax', [compared, b.ints([1])], { keepdims: 0 });

  const weights = b.exp(b.matmul(words, names.gate));
  const sums = b.emit('Gemm', [wordingOf, weights], { transA: 1 });
  const shares = b.div(weights, b.matmul(wordingOf, sums));
  return b.matmul(best, b.matmul(b.mul(wordingOf, shares), labelOf));
}
