import { mustGet } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import { TARGETS } from '../loss/crossEntropy.ts';
import { withHalfMatMuls } from '../quantize/halfMatMul.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, type Device, type Feeds, floats, floatsOf } from '../runtime/session.ts';
import { gradientCosine } from './gradientCosine.ts';
import type { UpdaterParts } from './update.ts';

const EXAMPLES = 8;
const RUNS = 3;
/** Loss scale of the test: that of the first steps. */
const SCALE = 2 ** 12;
const LEAST_COSINE = 0.995;
const WORTHWHILE = 0.9;

/** Whether float16 matrix products give the gradients of float32 on this device, and faster. */
export async function halfIsBetter(parts: UpdaterParts, device: Device): Promise<boolean> {
  try {
    const float = await gradientsWith(parts.training.model, parts, device);
    const half = await gradientsWith(withHalfMatMuls(parts.training.model), parts, device);
    return (
      gradientCosine(float.gradients, half.gradients) >= LEAST_COSINE && half.ms <= WORTHWHILE * float.ms
    );
  } catch (error) {
    // A device without float16 says so by refusing the graph.
    if (error instanceof EngineError) return false;
    throw error;
  }
}

async function gradientsWith(model: Model, parts: UpdaterParts, device: Device) {
  const { training, parameters, encoded } = parts;
  const session = await createSession(model, { device });
  try {
    const few = encoded.lengths.slice(0, EXAMPLES).map((_, i) => i);
    const { tokens, targets } = encoded.batch(few, few.length);
    const scaled = targets.map((target) => target * SCALE);
    const feeds: Feeds = {
      ...batchFeeds(tokens, session.inputNames),
      [TARGETS]: floats(scaled, [few.length, targets.length / few.length]),
    };
    for (const { name, values, dims } of parameters) feeds[name] = floats(values, dims);
    const names = parameters.map(({ name }) => mustGet(training.gradients, name, 'gradient'));
    let ms = Number.POSITIVE_INFINITY;
    let found = await session.run(feeds, names);
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now();
      found = await session.run(feeds, names);
      ms = Math.min(ms, performance.now() - started);
    }
    return { gradients: names.map((name) => floatsOf(found[name])), ms };
  } finally {
    await session.release();
  }
}
