import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { mustGet } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import { cloneModel, type Model, producersOf, readsOf } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { afterPass } from '../graph/spec.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floatsOf } from '../runtime/session.ts';
import { planBatches } from '../text/batches.ts';
import type { TrainingGraph } from './assemble.ts';
import type { EncodedExamples } from './examples.ts';
import { makeLayerFolder } from './layerFolder.ts';

/** A training graph cut in two at a hidden state, [batch, sequence, width], that no trained weight changes. */
export interface CutGraph {
  /** Token ids → the hidden state. */
  readonly lower: Model;
  /** The training graph with the hidden state as an input. */
  readonly upper: TrainingGraph;
  readonly boundary: string;
  readonly width: number;
}

const PRODUCTS = new Set(['MatMul', 'Gemm', 'DynamicQuantizeMatMul', 'FusedMatMul', 'LayerNormalization']);

/**
 * Cuts at `boundary`; undefined where that leaves work of the lower layers in the upper graph, because it reads more
 * of them than this value.
 */
export function cutGraph(
  prepared: PreparedModel,
  training: TrainingGraph,
  boundary: string,
): CutGraph | undefined {
  const width = prepared.shapes.get(boundary)?.dims.at(-1)?.[0];
  const lower = cloneModel(prepared.model);
  if (width === undefined || !producersOf(lower.graph).has(boundary)) return undefined;
  lower.graph.outputs = [{ name: boundary, dtype: 'float32', dims: null }];
  pruneGraph(lower.graph);
  const below = new Set(lower.graph.nodes.filter(({ op }) => PRODUCTS.has(op)).flatMap((n) => n.outputs));
  const model = cloneModel(training.model);
  model.graph.nodes = model.graph.nodes.filter((node) => node.outputs[0] !== boundary);
  model.graph.inputs.push({ name: boundary, dtype: 'float32', dims: ['batch', 'sequence', width] });
  pruneGraph(model.graph);
  if (model.graph.nodes.some((node) => node.outputs.some((output) => below.has(output)))) return undefined;
  afterPass('cutting below the trained layers', model);
  const read = new Set(model.graph.nodes.flatMap(readsOf));
  model.graph.inputs = model.graph.inputs.filter(({ name }) => read.has(name));
  return { lower, upper: { ...training, model }, boundary, width };
}

/** Hidden states in memory, and beyond that in a temporary file. */
export interface CacheLimits {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}
const LIMITS: CacheLimits = { memoryBytes: 512e6, diskBytes: 8e9 };
const TOKENS_PER_BATCH = 2048;

/** Examples whose batches bring their hidden state along. */
export interface CachedExamples extends EncodedExamples {
  /** Of the hidden states that are in the file rather than in memory. */
  readonly spilledBytes: number;
  /** Removes the file. */
  release(): void;
}

/**
 * Runs the lower graph once for every example and keeps what it gives, float32. undefined when that would take more
 * than the limits allow. Throws `cancelled`.
 */
export async function cacheHidden(
  encoded: EncodedExamples,
  cut: CutGraph,
  { limits = LIMITS, signal }: { limits?: CacheLimits; signal?: AbortSignal | undefined } = {},
): Promise<CachedExamples | undefined> {
  const { boundary, width } = cut;
  const bytesOf = (index: number) => encoded.lengths[index]! * width * 4;
  const total = encoded.lengths.reduce((sum, _, index) => sum + bytesOf(index), 0);
  if (total > limits.memoryBytes + limits.diskBytes) return undefined;
  const store = createStore(limits.memoryBytes);
  try {
    const session = await createSession(cut.lower);
    try {
      for (const batch of planBatches(encoded.lengths, {
        tokensPerBatch: TOKENS_PER_BATCH,
        maxBatch: 64,
        padding: encoded.padding,
      })) {
        if (signal?.aborted) throw new EngineError('cancelled', 'Training was stopped.');
        const { tokens } = encoded.batch(batch, batch.length);
        const found = await session.run(batchFeeds(tokens, session.inputNames), [boundary]);
        const values = floatsOf(found[boundary]);
        const row = tokens.shape[1] * width;
        for (const [i, index] of batch.entries()) {
          store.put(index, values.slice(i * row, i * row + encoded.lengths[index]! * width));
        }
      }
    } finally {
      await session.release();
    }
  } catch (error) {
    store.release();
    throw error;
  }
  return {
    lengths: encoded.lengths,
    padding: encoded.padding,
    batch(indices, sum) {
      const { tokens, targets } = encoded.batch(indices, sum);
      const row = tokens.shape[1] * width;
      const values = new Float32Array(indices.length * row);
      for (const [i, index] of indices.entries())
        store.read(index, values.subarray(i * row, i * row + encoded.lengths[index]! * width));
      return { tokens: { ...tokens, hidden: { name: boundary, values, width } }, targets };
    },
    get spilledBytes() {
      return store.spilledBytes();
    },
    release: store.release,
  };
}

/** Arrays by number: the first ones in memory, as far as it goes, the others one after the other in a file. */
function createStore(memoryBytes: number) {
  const kept = new Map<number, Float32Array>();
  const places = new Map<number, number>();
  let [used, written] = [0, 0];
  let file: { readonly dir: string; readonly descriptor: number } | undefined;
  const opened = () => {
    if (file) return file.descriptor;
    const dir = makeLayerFolder();
    file = { dir, descriptor: openSync(join(dir, 'hidden.bin'), 'wx+', 0o600) };
    return file.descriptor;
  };
  return {
    put(index: number, values: Float32Array): void {
      if (used + values.byteLength <= memoryBytes) {
        used += values.byteLength;
        kept.set(index, values);
        return;
      }
      let done = 0;
      while (done < values.byteLength) {
        const rest = new Uint8Array(values.buffer, values.byteOffset + done, values.byteLength - done);
        done += writeSync(opened(), rest, 0, rest.length, written + done);
      }
      places.set(index, written);
      written += values.byteLength;
    },
    read(index: number, into: Float32Array): void {
      const values = kept.get(index);
      if (values) {
        into.set(values);
        return;
      }
      const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
      const count = readSync(opened(), bytes, 0, bytes.length, mustGet(places, index, 'place'));
      if (count < bytes.length) {
        throw new EngineError(
          'cache_lost',
          'The temporary file with the lower layers of the model was cut short.',
          'Start the training again; it goes on from its last checkpoint.',
        );
      }
    },
    spilledBytes: () => written,
    release(): void {
      if (!file) return;
      closeSync(file.descriptor);
      rmSync(file.dir, { recursive: true, force: true });
      file = undefined;
    },
  };
}
