import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Model } from '../graph/graph.ts';
import { floatTensor } from '../graph/tensor.ts';
import { createRandom } from '../random.ts';
import { reasonOf } from './failures.ts';
import { ort } from './onnxRuntime.ts';
import { createSession, type Device, type Feeds, floats, floatsOf } from './session.ts';

/** What a small graph told about a device. */
export interface ProbeResult {
  /** Why it cannot be used, in the runtime's words; null: it computes what the processor computes. */
  readonly failure: string | null;
  /** The graph on this device and on the processor, in milliseconds. */
  readonly deviceMs: number;
  readonly processorMs: number;
  /** Whether it computes with float16. */
  readonly half: boolean;
}

/** Names of the execution providers that this build of ONNX Runtime knows; some need libraries that may be missing. */
export const listBackends = (): string[] => ort.listSupportedBackends().map(({ name }) => name);

const SIZE = 512;
const LAYERS = 4;
const RUNS = 3;
/** A few rows first: software devices take seconds for what a graphics card does in a millisecond. */
const FEW_ROWS = 32;
const ROWS = 2048;
const SLOW_MS = 40;
/** Relative to the largest value; TF32 has 11 bits. */
const TOLERANCE = 5e-3;
const HALF_TOLERANCE = 3e-2;

/**
 * Multiplies matrices on a device and on the processor. A driver may crash or hang this process: run it in one that
 * nobody needs.
 */
export async function probeDevice(device: Device): Promise<ProbeResult> {
  const failed = (failure: string): ProbeResult => ({ ...NOTHING, failure });
  try {
    const quick = await compare(device, FEW_ROWS);
    if (!quick.same) return failed('it computes wrong numbers');
    const { deviceMs, processorMs } = quick.deviceMs > SLOW_MS ? quick : await compare(device, ROWS);
    return { failure: null, deviceMs, processorMs, half: await computesHalves(device) };
  } catch (error) {
    return failed(reasonOf(error));
  }
}

const NOTHING = { deviceMs: Number.POSITIVE_INFINITY, processorMs: 0, half: false };

async function compare(device: Device, rows: number) {
  const feeds = inputOf(rows);
  const own = await measure(chain('float32'), device, feeds);
  const processor = await measure(chain('float32'), 'cpu', feeds);
  return {
    same: near(own.values, processor.values, TOLERANCE),
    deviceMs: own.milliseconds,
    processorMs: processor.milliseconds,
  };
}

const inputOf = (rows: number): Feeds => ({ x: floats(uniforms(rows * SIZE), [rows, SIZE]) });

async function computesHalves(device: Device): Promise<boolean> {
  if (device === 'cpu') return false;
  const feeds = inputOf(FEW_ROWS);
  const expected = await measure(chain('float32'), 'cpu', feeds);
  try {
    const { values } = await measure(chain('float16'), device, feeds);
    return near(values, expected.values, HALF_TOLERANCE);
  } catch {
    return false; // A device without float16 says so by refusing the graph.
  }
}

/** The best of a few runs, after one that compiles. */
async function measure(model: Model, device: Device, feeds: Feeds) {
  const session = await createSession(model, { device });
  try {
    let values = floatsOf((await session.run(feeds)).y);
    let milliseconds = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now();
      values = floatsOf((await session.run(feeds)).y);
      milliseconds = Math.min(milliseconds, performance.now() - started);
    }
    return { values, milliseconds };
  } finally {
    await session.release();
  }
}

/** y = mean over rows of tanh(… tanh(x W1) … W4): much to compute, little that comes back. */
function chain(dtype: 'float32' | 'float16'): Model {
  const graph: Graph = { name: 'probe', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const b = new GraphBuilder(graph, 'probe');
  graph.inputs.push({ name: 'x', dtype: 'float32', dims: ['rows', SIZE] });
  const cast = (value: string) => (dtype === 'float16' ? b.emit('Cast', [value], { to: 10 }) : value);
  let value = cast('x');
  for (let layer = 0; layer < LAYERS; layer++) {
    const weights = uniforms(SIZE * SIZE, layer + 1).map((w) => w * Math.sqrt(3 / SIZE));
    value = b.emit('Tanh', [b.matmul(value, cast(b.constant(floatTensor(weights, [SIZE, SIZE]))))]);
  }
  b.mean(dtype === 'float16' ? b.emit('Cast', [value], { to: 1 }) : value, [0], 0);
  graph.nodes.at(-1)!.outputs[0] = 'y';
  graph.outputs = [{ name: 'y', dtype: 'float32', dims: [SIZE] }];
  return { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
}

/** Uniform in ±1. */
function uniforms(count: number, seed = 0): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);
}

function near(values: Float32Array, expected: Float32Array, tolerance: number): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.every((value, i) => Math.abs(value - expected[i]!) <= tolerance * largest);
}
