import { gradient } from '../autodiff/gradient.ts';
import { cancelled, EngineError, invariant } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, type Graph, type Model, producersOf } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import type { Dim } from '../graph/shapes.ts';
import { afterPass } from '../graph/spec.ts';
import { floatTensor } from '../graph/tensor.ts';
import type { NliModel } from '../model/nliModel.ts';
import { classCount } from '../nli/classes.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floats, floatsOf, type Session } from '../runtime/session.ts';
import { collate } from '../text/batches.ts';
import { tokenOffsets } from '../text/offsets.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { premiseWindows } from '../text/windows.ts';
import { requireFinite } from './notFinite.ts';
import { windowRoom } from './score.ts';
import { stopIfAsked } from './stopIfAsked.ts';

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
   * Throws `words_unknown` where tokens have no place in the text, `hypothesis_too_long`, `not_finite`, `cancelled`.
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
  const attribute = (window: Window, presences: readonly number[]) =>
    attributionsOf(window, presences, { graph, session, padId: model.tokenizer.padId });
  return {
    async attributions(text, hypotheses, signal) {
      const windows = hypotheses.flatMap((hypothesis) => windowsOf(model, text, hypothesis));
      const marginOf = async (window: Window) => (await attribute(window, [1])).margin;
      const window = await decidingWindow(windows, marginOf, signal);
      if (signal?.aborted) throw cancelled();
      const { tokens } = await attribute(window, PRESENCES);
      requireFinite(tokens, text, 'its words cannot be weighed');
      return mergeWords(tokens, window);
    },
    release: () => session.release(),
  };
}

/** Margin and token attributions of a pair, at each presence of its text. */
async function attributionsOf(
  { pair, places, first }: Window,
  presences: readonly number[],
  { graph, session, padId }: { graph: AttributionGraph; session: Session; padId: number },
): Promise<{ tokens: Float32Array; margin: number }> {
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
  const tokens = meanOfRows(floatsOf(outputs[graph.attribution]), rows);
  const [margin = Number.NaN] = floatsOf(outputs[graph.margins]);
  return { tokens, margin };
}

/** [rows, columns] → [columns] */
function meanOfRows(table: Float32Array, rows: number): Float32Array {
  const mean = new Float32Array(table.length / rows);
  table.forEach((value, i) => {
    const column = i % mean.length;
    mean[column] = (mean[column] ?? 0) + value / rows;
  });
  return mean;
}

/** The window that speaks most for its hypothesis. */
async function decidingWindow(
  windows: readonly Window[],
  marginOf: (window: Window) => Promise<number>,
  signal: AbortSignal | undefined,
): Promise<Window> {
  let [best] = windows;
  invariant(best !== undefined, 'a text has a window');
  if (windows.length === 1) return best;
  let highest = Number.NEGATIVE_INFINITY;
  for (const window of windows) {
    await stopIfAsked(signal);
    const margin = await marginOf(window);
    if (margin > highest) [best, highest] = [window, margin];
  }
  return best;
}

interface AttributionGraph {
  readonly model: Model;
  readonly margins: string;
  readonly attribution: string;
}

/** [batch] margins, and [batch, sequence] gradient times input of every token where presence says how much is there. */
function attributionGraph({ prepared, classes }: NliModel, weights: Model | undefined): AttributionGraph {
  const model = cloneModel(weights ?? prepared.model);
  const { graph } = model;
  const shapes = new Map(prepared.shapes);
  const b = new GraphBuilder(graph, 'explain', shapes);
  const embedded = wordEmbeddings(graph, shapes, prepared.name);
  const present = weighed(b, embedded);
  const direction = new Float32Array(classCount(classes));
  direction[classes.entailment] = 1;
  direction[classes.contradiction] = -1;
  const signs = b.constant(floatTensor(direction, [1, direction.length]));
  const margins = b.sum(b.mul(prepared.logits, signs), [1], 0);
  const loss = b.sum(margins, [0], 0);
  const slope = gradient(graph, { loss, wrt: [present], shapes, modelName: prepared.name }).get(present);
  invariant(slope !== undefined, 'words have a gradient');
  const attribution = b.sum(b.mul(slope, embedded), [2], 0);
  graph.outputs = [margins, attribution].map((name) => ({ name, dtype: null, dims: null }));
  pruneGraph(graph);
  afterPass('an attribution graph', model);
  return { model, margins, attribution };
}

/** Multiplies word embeddings by how present each token is, for all that reads them. */
function weighed(b: GraphBuilder, embedded: string): string {
  const { graph } = b;
  const present = `${embedded}/present`;
  const [batch, sequence] = b.dimsOf(embedded) as [Dim, Dim, Dim];
  const dims: readonly Dim[] = [batch, sequence, [1, 1]];
  b.input(PRESENCE, { dtype: 'float32', dims }, ['batch', 'sequence', 1]);
  for (const node of graph.nodes) node.inputs = node.inputs.map((x) => (x === embedded ? present : x));
  b.emitAs([present], 'Mul', [embedded, PRESENCE]);
  // Right behind what it weighs, before all that reads it.
  const at = graph.nodes.findIndex(({ outputs }) => outputs.includes(embedded)) + 1;
  graph.nodes.splice(at, 0, ...graph.nodes.splice(-1));
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
  const isWords = (name: string): boolean => {
    const { dtype, dims } = shapes.get(name) ?? {};
    return dtype === 'float32' && dims?.length === 3;
  };
  const gather = graph.nodes.find(
    (node) => node.op === 'Gather' && isIds(node.inputs[1]!) && isWords(node.outputs[0]!),
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
