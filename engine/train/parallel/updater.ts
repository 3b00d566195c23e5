import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { mustGet } from '../../../process/must.ts';
import { EngineError } from '../../errors.ts';
import { writeModel } from '../../onnx/write.ts';
import type { AdamWOptions, AdamWState, Parameter } from '../../optim/adamw.ts';
import type { Updater, UpdaterParts } from '../update.ts';
import type { Answer, Place, Request, Setup } from './messages.ts';
import { mostWorkers, tokensPerSlice } from './size.ts';
import { sliceForWorkers } from './slices.ts';

/**
 * Training on the processor's cores: each worker thread has a session of its own and computes part of the batch, so
 * that no operator waits for another core; then each sums and updates a part of the weights. All arrays are shared.
 *
 * Deterministic for a given number of cores and plan of memory: slices, their workers and the order of sums depend on nothing else.
 */
export async function createParallelUpdater(
  parts: UpdaterParts & { readonly adamW?: AdamWOptions; readonly cores?: number },
): Promise<Updater> {
  const { training, parameters, optimizer, encoded, clipNorm, adamW = {}, memory } = parts;
  const cores = parts.cores ?? availableParallelism();
  const count = Math.min(mostWorkers(cores), memory?.workers ?? Number.POSITIVE_INFINITY);
  const places = placesOf(parameters);
  const length = Math.max(...places.map((place) => place.start + place.length));
  const shared = { values: sharedFloats(length), first: sharedFloats(length), second: sharedFloats(length) };
  copyState(parameters, optimizer.state, (own, part, i) => shared[part].subarray(places[i]!.start).set(own));
  const gradients = Array.from({ length: count }, () => sharedFloats(length));
  const model = sharedBytes(writeModel(training.model));
  const share = Math.ceil(length / count);
  const workers = gradients.map((_, worker) =>
    createThread({
      worker,
      model,
      threads: Math.max(1, Math.floor(cores / count)),
      loss: training.loss,
      logits: training.logits,
      gradientNames: parameters.map(({ name }) => mustGet(training.gradients, name, 'gradient')),
      places,
      values: bufferOf(shared.values),
      first: bufferOf(shared.first),
      second: bufferOf(shared.second),
      gradients: gradients.map(bufferOf),
      range: [Math.min(worker * share, length), Math.min((worker + 1) * share, length)],
      adamW,
    }),
  );
  const everyone = (request: Request) => Promise.all(workers.map((worker) => worker.ask(request)));
  const limits = {
    workers: count,
    tokensPerSlice: tokensPerSlice(parameters),
    padding: encoded.padding,
    ...(memory && { rowsOf: memory.rowsOf }),
  };
  let prepared: { slices: unknown; hands: Hand[] } | undefined;

  function handsFor(slices: readonly (readonly number[])[]): Hand[] {
    if (prepared?.slices === slices) return prepared.hands;
    const batch = slices.flat();
    return sliceForWorkers(batch, encoded.lengths, limits).map((hand) =>
      hand.map((slice) => encoded.batch(slice, batch.length)),
    );
  }

  return {
    prepare(slices) {
      prepared = { slices, hands: handsFor(slices) };
    },
    async step(slices, learningRate, signal) {
      if (signal?.aborted) return 'aborted';
      const hands = handsFor(slices);
      const busy = hands.flatMap((batches, worker) => (batches.length > 0 ? [worker] : []));
      const losses = await Promise.all(
        busy.map((worker) => workers[worker]!.ask({ kind: 'gradients', batches: hands[worker]! })),
      );
      const loss = losses.reduce((sum, part) => sum + part, 0);
      const started = performance.now();
      const squares = await everyone({ kind: 'sum', of: busy });
      const norm = Math.sqrt(squares.reduce((sum, part) => sum + part, 0));
      if (Number.isFinite(loss) && Number.isFinite(norm)) {
        const step = optimizer.state.step + 1;
        const clip = norm > clipNorm ? clipNorm / norm : 1;
        await everyone({ kind: 'update', from: busy[0]!, step, learningRate, clip });
        optimizer.state.step = step;
      }
      return { loss, norm, updatingMs: performance.now() - started };
    },
    async readBack() {
      copyState(parameters, optimizer.state, (own, part, i) =>
        own.set(shared[part].subarray(places[i]!.start, places[i]!.start + own.length)),
      );
    },
    async release() {
      await Promise.all(workers.map((worker) => worker.end()));
    },
  };
}

type Hand = { tokens: ReturnType<UpdaterParts['encoded']['batch']>['tokens']; targets: Float32Array }[];

const sharedFloats = (length: number) => new Float32Array(new SharedArrayBuffer(length * 4));
const bufferOf = (floats: Float32Array) => floats.buffer as SharedArrayBuffer;

function sharedBytes(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** One after the other, each beginning at a multiple of 16 numbers (a cache line). */
function placesOf(parameters: readonly Parameter[]): Place[] {
  let start = 0;
  return parameters.map(({ name, dims, values, decays }) => {
    const place = { name, dims, start, length: values.length, decays };
    start += Math.ceil(values.length / 16) * 16;
    return place;
  });
}

function copyState(
  parameters: readonly Parameter[],
  state: AdamWState,
  copy: (own: Float32Array, part: 'values' | 'first' | 'second', parameter: number) => void,
): void {
  parameters.forEach(({ values }, i) => {
    copy(values, 'values', i);
    copy(state.first[i]!, 'first', i);
    copy(state.second[i]!, 'second', i);
  });
}

interface Thread {
  ask(request: Request): Promise<number>;
  end(): Promise<void>;
}

/** A worker thread, asked one thing at a time. Throws what it failed with, or `engine_died` when it ended. */
function createThread(setup: Setup): Thread {
  const thread = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: setup });
  let waiting: { resolve: (value: number) => void; reject: (reason: unknown) => void } | undefined;
  let ended: EngineError | undefined;
  thread.on('message', (answer: Answer) => {
    const { resolve, reject } = waiting!;
    waiting = undefined;
    if ('value' in answer) return resolve(answer.value);
    reject(new EngineError(answer.error.code, answer.error.message, answer.error.hint));
  });
  const end = (cause?: unknown) => {
    ended ??= new EngineError('engine_died', 'A training thread ended unexpectedly.', undefined, cause);
    waiting?.reject(ended);
  };
  thread.on('error', end);
  thread.on('exit', () => end());
  let last: Promise<unknown> = Promise.resolve();
  const send = (request: Request) =>
    new Promise<number>((resolve, reject) => {
      if (ended) return reject(ended);
      waiting = { resolve, reject };
      thread.postMessage(request);
    });
  const ask = (request: Request) => {
    const answer = last.then(() => send(request));
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    ask,
    async end() {
      if (!ended) await ask({ kind: 'release' });
      await thread.terminate();
    },
  };
}
