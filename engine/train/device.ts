import { setImmediate as nextTurn } from 'node:timers/promises';
import { mustGet } from '../../process/must.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Model } from '../graph/graph.ts';
import { TARGETS } from '../loss/crossEntropy.ts';
import type { AdamWOptions, Parameter } from '../optim/adamw.ts';
import { type OptimizerGraph, optimizerGraph, SCALARS, stepScalars } from '../optim/graph.ts';
import { createLossScale, type LossScale } from '../optim/lossScale.ts';
import { withHalfMatMuls } from '../quantize/halfMatMul.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, type Feeds, floats, floatsOf, type Session } from '../runtime/session.ts';
import type { Updater, UpdaterParts } from './update.ts';

type DeviceTensor = Feeds[string];

/** Weights and moments of all parameters, in their order; on the device after the first step. */
interface DeviceState {
  weight: DeviceTensor[];
  first: DeviceTensor[];
  second: DeviceTensor[];
}

const PARTS = ['weight', 'first', 'second'] as const;

/**
 * Training whose weights, gradients and moments stay on a WebGPU device: forward and backward in one session, clipping
 * and AdamW in another, which share the device's buffers. Loss and norm are all that comes back from a step.
 *
 * (Only WebGPU: the Node binding of ONNX Runtime keeps no buffers on other devices.)
 */
export async function createDeviceUpdater(
  parts: UpdaterParts & {
    /** Matrix products in float16, with a scaled loss. */
    readonly half?: boolean;
    /** For tests. */
    readonly lossScale?: LossScale;
  },
): Promise<Updater> {
  const { training, parameters, optimizer, encoded, clipNorm, adamW } = parts;
  const gradientNames = parameters.map((p) => mustGet(training.gradients, p.name, 'gradient'));
  const { half = false, lossScale = createLossScale(half ? {} : { initial: 1, largest: 1 }) } = parts;
  const model = half ? withHalfMatMuls(training.model) : training.model;
  const sessions = await openSessions(model, gradientNames, parameters, adamW);
  let state = uploadable(parameters, optimizer.state);
  let done = optimizer.state.step;
  let readAt = done;

  const gradientsOf = async (slice: readonly number[], total: number) => {
    const { tokens, targets } = encoded.batch(slice, total);
    const [size] = tokens.shape;
    const feeds: Feeds = {
      ...batchFeeds(tokens, sessions.training.inputNames),
      [TARGETS]: floats(
        targets.map((target) => target * lossScale.scale),
        [size, targets.length / size],
      ),
    };
    parameters.forEach(({ name }, p) => {
      feeds[name] = state.weight[p]!;
    });
    const found = await sessions.training.run(feeds, [training.loss, ...gradientNames]);
    return {
      loss: floatsOf(found[training.loss])[0]! / lossScale.scale,
      gradients: gradientNames.map((name) => found[name]!),
    };
  };

  const accumulate = async (
    slices: readonly (readonly number[])[],
    total: number,
    signal: AbortSignal | undefined,
  ) => {
    let loss = 0;
    let gradients: DeviceTensor[] = [];
    try {
      for (const slice of slices) {
        // The runtime blocks this thread; between batches a message that says "cancel" can come in.
        await nextTurn();
        if (signal?.aborted) {
          disposeAll(gradients);
          return 'aborted';
        }
        const part = await gradientsOf(slice, total);
        loss += part.loss;
        gradients = gradients.length === 0 ? part.gradients : await sessions.add(gradients, part.gradients);
      }
    } catch (error) {
      disposeAll(gradients);
      throw error;
    }
    return { loss, gradients };
  };

  const update = async (gradients: readonly DeviceTensor[], learningRate: number) => {
    const { names, norm } = sessions.graph;
    const { scale } = lossScale;
    const scalars = stepScalars(done + 1, { learningRate, clipNorm, lossScale: scale }, adamW);
    const feeds: Feeds = {};
    for (const name of SCALARS) feeds[name] = floats(Float32Array.of(scalars[name]), []);
    names.forEach(({ inputs }, p) => {
      feeds[inputs.gradient] = gradients[p]!;
      for (const part of PARTS) feeds[inputs[part]] = state[part][p]!;
    });
    const found = await sessions.optimizer.run(feeds);
    const fresh = emptyState();
    for (const part of PARTS) fresh[part] = names.map(({ outputs }) => found[outputs[part]]!);
    return { norm: floatsOf(found[norm])[0]!, fresh };
  };

  return {
    async step(slices, learningRate, signal) {
      const total = slices.reduce((sum, slice) => sum + slice.length, 0);
      for (;;) {
        const sum = await accumulate(slices, total, signal);
        if (sum === 'aborted') return sum;
        const { loss, gradients } = sum;
        const started = performance.now();
        const { norm, fresh } = await update(gradients, learningRate);
        disposeAll(gradients);
        const usable = Number.isFinite(loss) && Number.isFinite(norm);
        // The old values are still there: a step that went wrong is one that did not happen.
        disposeState(usable ? state : fresh);
        if (usable) {
          state = fresh;
          done += 1;
        }
        if (!lossScale.note(usable)) return { loss, norm, updatingMs: performance.now() - started };
      }
    },
    async readBack() {
      if (readAt === done) return;
      const { first, second } = optimizer.state;
      const targets = { weight: parameters.map((p) => p.values), first, second };
      // All of it before any of it is kept: a device that fails midway must not leave two steps mixed.
      const copies: Float32Array[][] = [];
      for (const part of PARTS) copies.push(await sessions.read(state[part]));
      PARTS.forEach((part, i) => {
        targets[part].forEach((values, p) => {
          values.set(copies[i]![p]!);
        });
      });
      optimizer.state.step = done;
      readAt = done;
    },
    async release() {
      disposeState(state);
      await sessions.release();
    },
  };
}

const emptyState = (): DeviceState => ({ weight: [], first: [], second: [] });

const disposeAll = (tensors: readonly DeviceTensor[]) => {
  for (const tensor of tensors) tensor.dispose();
};

const disposeState = (state: DeviceState) => {
  for (const part of PARTS) disposeAll(state[part]);
};

/** Copies: a tensor on the CPU is disposed as one on the device, and the parameters' own arrays must stay. */
function uploadable(
  parameters: readonly Parameter[],
  { first, second }: { first: readonly Float32Array[]; second: readonly Float32Array[] },
): DeviceState {
  const tensors = (arrays: readonly Float32Array[]) =>
    parameters.map(({ dims }, p) => floats(arrays[p]!.slice(), dims));
  return {
    weight: tensors(parameters.map((p) => p.values)),
    first: tensors(first),
    second: tensors(second),
  };
}

interface DeviceSessions {
  readonly training: Session;
  readonly optimizer: Session;
  readonly graph: OptimizerGraph;
  /** Element-wise sums on the device; both operands are disposed. */
  add(a: DeviceTensor[], b: DeviceTensor[]): Promise<DeviceTensor[]>;
  /** The values of tensors that have the parameters' shapes. */
  read(tensors: readonly DeviceTensor[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

async function openSessions(
  trainingModel: Model,
  gradientNames: readonly string[],
  parameters: readonly Parameter[],
  adamW?: AdamWOptions,
): Promise<DeviceSessions> {
  const graph = optimizerGraph(parameters, adamW);
  const kept = graph.names.flatMap(({ outputs }) => Object.values(outputs));
  const opened: Session[] = [];
  const open = async (model: Model, keepOnDevice: readonly string[]) => {
    const session = await createSession(model, { device: 'webgpu', keepOnDevice });
    opened.push(session);
    return session;
  };
  const outputs = parameters.map((_, p) => `out_${p}`);
  const training = await open(trainingModel, gradientNames);
  const optimizer = await open(graph.model, kept);
  const reader = await open(perParameter(parameters, ['a'], 'Identity'), []);
  let adder: Session | undefined;
  const feed = (prefix: string, tensors: readonly DeviceTensor[]): Feeds =>
    Object.fromEntries(tensors.map((tensor, p) => [`${prefix}_${p}`, tensor]));
  return {
    training,
    optimizer,
    graph,
    async add(a, b) {
      adder ??= await open(perParameter(parameters, ['a', 'b'], 'Add'), outputs);
      const found = await adder.run({ ...feed('a', a), ...feed('b', b) });
      disposeAll([...a, ...b]);
      return outputs.map((name) => found[name]!);
    },
    async read(tensors) {
      const found = await reader.run(feed('a', tensors));
      return outputs.map((name) => floatsOf(found[name]));
    },
    async release() {
      for (const session of opened) await session.release();
    },
  };
}

/** One operator per parameter: a_0, b_0 → out_0 and so on. */
function perParameter(parameters: readonly Parameter[], operands: readonly string[], op: string): Model {
  const graph: Graph = { name: op, nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const b = new GraphBuilder(graph, op);
  parameters.forEach(({ dims }, p) => {
    const inputs = operands.map((operand) => `${operand}_${p}`);
    for (const name of inputs) graph.inputs.push({ name, dtype: 'float32', dims });
    b.emit(op, inputs);
    graph.nodes.at(-1)!.outputs[0] = `out_${p}`;
    graph.outputs.push({ name: `out_${p}`, dtype: 'float32', dims });
  });
  return { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
}
