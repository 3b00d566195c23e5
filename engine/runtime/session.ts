import { EngineError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import type { Prober } from '../graph/probe.ts';
import { writeModel } from '../onnx/write.ts';
import { saysOutOfMemory, withoutPlaces } from './failures.ts';
import { ort } from './onnxRuntime.ts';
import { progressed } from './progress.ts';

export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

export interface SessionOptions {
  readonly device?: Device;
  /** 'disabled' keeps every intermediate; default 'all'. */
  readonly optimization?: 'disabled' | 'all';
  readonly threads?: number;
  /**
   * false: batches come in many shapes. The runtime then plans no block of memory per shape, of which it would keep
   * the largest beside all the smaller ones (measured in training: twice the memory, and no time saved).
   */
  readonly memoryPattern?: boolean;
  /** false: threads sleep while they wait for one another. For long work beside other programs, which then get the cores. */
  readonly spinning?: boolean;
  /** Outputs that stay in the memory of a WebGPU device: to be fed on, then disposed, but not read. */
  readonly keepOnDevice?: readonly string[];
}

/** Tensors by name, as onnxruntime takes and gives them. */
export type Feeds = Record<string, ort.Tensor>;

/** A loaded graph that can be run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the graph; outputs named in `into` are written into those tensors instead of new ones. */
  run(feeds: Feeds, outputs?: readonly string[] | Feeds): Promise<Feeds>;
  release(): Promise<void>;
}

/** Loads a model into ONNX Runtime; throws `model_refused` with the runtime's reason. */
export async function createSession(
  model: Model | Uint8Array,
  options: SessionOptions = {},
): Promise<Session> {
  const bytes = model instanceof Uint8Array ? model : writeModel(model);
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [options.device ?? 'cpu'],
    ...(options.keepOnDevice && {
      preferredOutputLocation: Object.fromEntries(
        options.keepOnDevice.map((name) => [name, 'gpu-buffer' as const]),
      ),
    }),
    graphOptimizationLevel: options.optimization ?? 'all',
    logSeverityLevel: 3,
    enableMemPattern: options.memoryPattern ?? true,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.spinning === false && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
  };
  progressed('loading');
  const session = await ort.InferenceSession.create(bytes, settings).catch((cause: unknown) => {
    throw new EngineError(
      'model_refused',
      `ONNX Runtime cannot load the model: ${reasonOf(cause)}`,
      undefined,
      cause,
    );
  });
  progressed('loading');
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds, outputs) => {
      const wanted = outputs ?? session.outputNames;
      progressed('running');
      const result = await session.run(feeds, wanted as Feeds).catch((cause: unknown) => {
        throw saysOutOfMemory(String(cause))
          ? new EngineError('run_failed', 'The model ran out of memory.', 'Choose a smaller model.', cause)
          : new EngineError('run_failed', `ONNX Runtime stopped: ${reasonOf(cause)}`, undefined, cause);
      });
      progressed('running');
      return result as Feeds;
    },
    release: () => session.release(),
  };
}

const reasonOf = (cause: unknown) =>
  withoutPlaces((cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!).slice(0, 300);

/** A float32 tensor over the given values. */
export const floats = (values: Float32Array, dims: readonly number[]) =>
  new ort.Tensor('float32', values, [...dims]);

/** An int64 tensor over the given values. */
export const integers = (values: BigInt64Array, dims: readonly number[]) =>
  new ort.Tensor('int64', values, [...dims]);

/** An int32 tensor over the given values. */
export const narrowIntegers = (values: BigInt64Array, dims: readonly number[]) =>
  new ort.Tensor('int32', Int32Array.from(values, Number), [...dims]);

/** The float32 values of an output. */
export function floatsOf(tensor: ort.Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new EngineError(
    'not_float',
    `The model gives ${tensor?.type ?? 'no'} values where float32 was expected.`,
  );
}

/** Makes what runs a model once, to see the shapes of all its values. */
export const probeWith =
  (feeds: (inputNames: readonly string[], size: { batch: number; sequence: number }) => Feeds): Prober =>
  async (model, size) => {
    const session = await createSession(model, { optimization: 'disabled', threads: 1 });
    try {
      const outputs = await session.run(feeds(session.inputNames, size));
      return new Map(Object.entries(outputs).map(([name, t]) => [name, { dtype: t.type, dims: t.dims }]));
    } finally {
      await session.release();
    }
  };
