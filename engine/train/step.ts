import { mustGet } from '../../process/must.ts';
import { TARGETS } from '../loss/crossEntropy.ts';
import type { Parameter } from '../optim/adamw.ts';
import { batchFeeds, type TokenBatch } from '../runtime/feeds.ts';
import {
  createSession,
  type Device,
  type Feeds,
  floats,
  floatsOf,
  type Session,
} from '../runtime/session.ts';
import type { TrainingGraph } from './assemble.ts';

/** Runs forward and backward of a training graph with the current values of its parameters. */
export interface Stepper {
  /** targets: [batch, classes]. Gradients are in the order of `parameters` and reused by the next call. */
  run(
    batch: TokenBatch,
    targets: Float32Array,
  ): Promise<{ loss: number; logits: Float32Array; gradients: Float32Array[] }>;
  release(): Promise<void>;
}

/** What of a training graph a stepper needs; the model may be its file's bytes. */
export type SteppedGraph = Pick<TrainingGraph, 'loss' | 'logits' | 'gradients'> & {
  readonly model: TrainingGraph['model'] | Uint8Array;
};

/** Loads a training graph; gradients are written into buffers that are made once, or into those given. */
export async function createStepper(
  training: SteppedGraph,
  parameters: readonly Parameter[],
  options: { device?: Device; threads?: number; into?: readonly Float32Array[] } = {},
): Promise<Stepper> {
  const session: Session = await createSession(training.model, { ...options, memoryPattern: false });
  const buffers = parameters.map((p, i) =>
    floats(options.into?.[i] ?? new Float32Array(p.values.length), p.dims),
  );
  const names = parameters.map((p) => mustGet(training.gradients, p.name, 'gradient'));
  const weights = Object.fromEntries(parameters.map((p) => [p.name, floats(p.values, p.dims)]));
  return {
    async run(batch, targets) {
      const [size] = batch.shape;
      const classes = targets.length / size;
      const logits = floats(new Float32Array(targets.length), [size, classes]);
      const loss = floats(new Float32Array(1), []);
      const outputs: Feeds = { [training.loss]: loss, [training.logits]: logits };
      names.forEach((name, i) => {
        outputs[name] = buffers[i]!;
      });
      const feeds = {
        ...batchFeeds(batch, session.inputNames),
        ...weights,
        [TARGETS]: floats(targets, [size, classes]),
      };
      const result = await session.run(feeds, outputs);
      return {
        loss: floatsOf(result[training.loss])[0]!,
        logits: floatsOf(result[training.logits]),
        gradients: names.map((name) => floatsOf(result[name])),
      };
    },
    release: () => session.release(),
  };
}
