import { setImmediate as nextTurn } from 'node:timers/promises';
import { gradient } from '../autodiff/gradient.ts';
import { EngineError } from '../errors.ts';
import { GraphBuilder, makeNode } from '../graph/builder.ts';
import { cloneModel, type Graph, type Model, producersOf } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import type { Dim, Shapes } from '../graph/shapes.ts';
import { afterPass } from '../graph/spec.ts';
import { floatTensor } from '../graph/tensor.ts';
import type { NliModel } from '../model/nliModel.ts';
import { classCount } from '../nli/classes.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floats, floatsOf } from '../runtime/session.ts';
import { collate } from '../text/batches.ts';
import { tokenOffsets } from '../text/offsets.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { premiseWindows } from '../text/windows.ts';
import { cancelled, windowRoom } from './score.ts';

/** A word of a text, in UTF-16 positions (`end` exclusive), and how much it speaks for the label. */
export interface WordWeight {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** A model loaded for explaining. */
export interface Explainer {
  /**
   * What each word of the text adds to (entailment − contradiction): gradient times input at the word embeddings,
   * averaged on the way from a text whose words are all zero (integrated gradients, Sundararajan et al. 2017), summed
   * over a word's tokens. Of several hypotheses the most probable one is explained; of a text in windows only the words
   * of the window that decided are weighed.
   * Throws `words_unknown` where tokens have no place in the text, `hypothesis_too_long`, `cancelled`.
   */
  attributions(text: string, hypotheses: readonly string[], signal?: AbortSignal): Promise<WordWeight[]>;
  release(): Promise<void>;
}

/** Attributions scaled so that the strongest is 1 or −1. */
export function normalised(words: readonly WordWeight[]): WordWeight[] {
  const most = words.reduce((max, { weight }) => Math.max(max, Math.abs(weight)), 0);
  return words.map((word) => ({ ...word, weight: most === 0 ? 0 : word.weight / most }));
}

/** Points between nothing and the text: one alone, the text itself, is too noisy to show to anyone. */
const STEPS = 16;
const PRESENCES = Array.from({ length: STEPS }, (_, step) => (step + 0.5) / STEPS);
/** Graph input [batch, sequence, 1]: by how much of it a token's embedding counts. */
const PRESENCE = 'entail_presence';

/** Loads a model for explaining; `weights` replaces its graph, e.g. after fine-tuning. */
export async function createExplainer(model: NliModel, weights?: Model): Promise<Explainer> {
  const graph = attributionGraph(model, weights);
  const session = await createSession(graph.model);
  const { padId } = model.tokenizer;
  /** Margin and token attributions of a pair, at each presence of its text. */
  const attribute = async ({ pair, places, first }: Window, presences: readonly number[]) => {
    const rows = presences.length;
    const length = pair.inputIds.length;
    const presence = new Float32Array(rows * length).fill(1);
    presences.forEach((value, row) => {
      presence.fill(value, row * length + first, row * length + first + places.length);
    });
    const outputs = await session.run({
      ...batchFeeds(collate(Array(rows).fill(pair), padId), session.inputNames),
      [PRESENCE]: floats(presence, [rows, length, 1]),
    });
    const all = floatsOf(outputs[graph.attribution]);
    const tokens = new Float32Array(length);
    for (let i = 0; i < all.length; i++) tokens[i % length]! += all[i]! / rows;
    return { tokens, margin: floatsOf(outputs[graph.margins])[0]! };
  };
  const deciding = async (windows: readonly Window[], signal: AbortSignal | undefined) => {
    let best = { window: windows[0]!, margin: Number.NEGATIVE_INFINITY };
    if (windows.length === 1) return best.window;
    for (const window of windows) {
      await nextTurn();
      if (signal?.aborted) throw cancelled();
      const { margin } = await attribute(window, [1]);
      if (margin > best.margin) best = { window, margin };
    }
    return best.window;
  };
  return {
    async attributions(text, hypotheses, signal) {
      const windows = hypotheses.flatMap((hypothesis) => windowsOf(model, text, hypothesis));
      const window = await deciding(windows, signal);
      if (signal?.aborted) throw cancelled();
      return mergeWords((await attribute(window, PRESENCES)).tokens, window);
    },
    release: () => session.release(),
  };
}

/** [batch] margins, and [batch, sequence] gradient times input of every token where presence says how much is there. */
function attributionGraph(
  { prepared, classes }: NliModel,
  weights: Model | undefined,
): { model: Model; margins: string; attribution: string } {
  const model = cloneModel(weights ?? prepared.model);
  const { graph } = model;
  const shapes = new Map(prepared.shapes);
  const embedded = wordEmbeddings(graph, shapes, prepared.name);
  const b = new GraphBuilder(graph, 'explain');
  const present = weighed(graph, shapes, embedded);
  const [batch, columns] = shapes.get(prepared.logits)!.dims as [Dim, Dim];
  const direction = new Float32Array(classCount(classes));
  direction[classes.entailment] = 1;
  direction[classes.contradiction] = -1;
  const signs = b.constant(floatTensor(direction, [1, direction.length]));
  const signed = b.mul(prepared.logits, signs);
  const margins = b.sum(signed, [1], 0);
  const total = b.sum(margins, [0], 0);
  shapes.set(signs, { dtype: 'float32', dims: [[1, 1], columns] });
  shapes.set(signed, { dtype: 'float32', dims: [batch, columns] });
  shapes.set(margins, { dtype: 'float32', dims: [batch] });
  shapes.set(total, { dtype: 'float32', dims: [] });
  const found = gradient(graph, { loss: total, wrt: [present], shapes, modelName: prepared.name });
  const attribution = b.sum(b.mul(found.get(present)!, embedded), [2], 0);
  graph.outputs = [margins, attribution].map((name) => ({ name, dtype: null, dims: null }));
  pruneGraph(graph);
  afterPass('an attribution graph', model);
  return { model, margins, attribution };
}

/** Multiplies word embeddings by how present each token is, for all that reads them. */
function weighed(graph: Graph, shapes: Shapes, embedded: string): string {
  const present = `${embedded}/present`;
  for (const node of graph.nodes) node.inputs = node.inputs.map((x) => (x === embedded ? present : x));
  const at = graph.nodes.findIndex(({ outputs }) => outputs.includes(embedded)) + 1;
  const inputs = [embedded, PRESENCE];
  graph.nodes.splice(at, 0, makeNode({ op: 'Mul', name: present, inputs, outputs: [present] }));
  graph.inputs.push({ name: PRESENCE, dtype: 'float32', dims: ['batch', 'sequence', 1] });
  const known = shapes.get(embedded)!;
  shapes.set(present, known);
  shapes.set(PRESENCE, { dtype: 'float32', dims: [known.dims[0]!, known.dims[1]!, [1, 1]] });
  return present;
}

/** The value [batch, sequence, hidden] that a table of words gives for input_ids. */
function wordEmbeddings(graph: Graph, shapes: NliModel['prepared']['shapes'], modelName: string): string {
  const producers = producersOf(graph);
  const isIds = (name: string): boolean => {
    if (name === 'input_ids') return true;
    const node = producers.get(name);
    return node !== undefined && ['Cast', 'Identity'].includes(node.op) && isIds(node.inputs[0]!);
  };
  const gather = graph.nodes.find(
    (node) =>
      node.op === 'Gather' && isIds(node.inputs[1]!) && shapes.get(node.outputs[0]!)?.dims.length === 3,
  );
  if (gather) return gather.outputs[0]!;
  throw new EngineError('no_word_embeddings', `${modelName} can't be explained: it has no table of words.`);
}

interface Window {
  readonly pair: EncodedPair;
  readonly places: readonly { readonly start: number; readonly end: number }[];
  /** Where the premise begins in the pair. */
  readonly first: number;
}

function windowsOf({ tokenizer, folder }: NliModel, text: string, hypothesis: string): Window[] {
  const ids = tokenizer.encodePremiseIds(text);
  const hypothesisIds = tokenizer.encodeHypothesisIds(hypothesis);
  const room = tokenizer.roomFor(hypothesisIds, folder.maxLength);
  const offsets = tokenOffsets(text, ids, tokenizer.encodePremiseIds);
  if (offsets === null) {
    throw new EngineError(
      'words_unknown',
      "This model's tokens can't be placed in the text, so its words can't be weighed.",
    );
  }
  return premiseWindows(ids, { room: windowRoom(ids.length, room) }).map((window) => {
    const pair = tokenizer.assemble(window.ids, hypothesisIds, folder.maxLength);
    const places = window.ids.map((_, i) => ({
      start: offsets.start[window.start + i]!,
      end: offsets.end[window.start + i]!,
    }));
    return { pair, places, first: firstOf(pair.inputIds, window.ids) };
  });
}

/** Where the premise begins: after the special tokens before it. */
function firstOf(inputIds: readonly number[], ids: readonly number[]): number {
  const first = inputIds.findIndex((_, at) => ids.every((id, i) => inputIds[at + i] === id));
  return Math.max(first, 0);
}

/** Sums the tokens of a word: all of them carry the word's place. */
function mergeWords(tokens: Float32Array, { places, first }: Window): WordWeight[] {
  const words: { start: number; end: number; weight: number }[] = [];
  places.forEach(({ start, end }, i) => {
    const weight = tokens[first + i]!;
    const last = words.at(-1);
    if (last?.start === start && last.end === end) last.weight += weight;
    else words.push({ start, end, weight });
  });
  return words;
}
