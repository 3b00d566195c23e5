import { TARGETS } from '../loss/crossEntropy.ts';
import type { Parameter } from '../optim/adamw.ts';
import {
  createSession,
  type Device,
  type Feeds,
  floats,
  floatsOf,
  integers,
  type Session,
} from '../runtime/session.ts';
import type { TrainingGraph } from './assemble.ts';

/** Token ids of a padded batch, all [batch, sequence]. */
export interface TokenBatch {
  readonly inputIds: BigInt64Array;
  readonly attentionMask: BigInt64Array;
  readonly tokenTypeIds: BigInt64Array;
  readonly shape: readonly [number, number];
  /** A value of the graph that was computed before, [batch, sequence, width], and its name. */
  readonly hidden?: { readonly name: string; readonly values: Float32Array; readonly width: number };
}

/** Runs forward and backward of a training graph with the current values of its parameters. */
export interface Stepper {
  /** targets: [batch, classes]. Gradients are in the order of `parameters` and reused by the next call. */
  run(
    batch: TokenBatch,
    targets: Float32Array,
  ): Promise<{ loss: number; logits: Float32Array; gradients: Float32Array[] }>;
  release(): Promise<void>;
}

/** The model's own inputs of a batch: only those that the graph has. */
export function batchFeeds(batch: TokenBatch, inputNames: readonly string[]): Feeds {
  const all: Record<string, BigInt64Array> = {
    input_ids: batch.inputIds,
    attention_mask: batch.attentionMask,
    token_type_ids: batch.tokenTypeIds,
  };
  const feeds: Feeds = {};
  for (const [name, values] of Object.entries(all)) {
    if (inputNames.includes(name)) feeds[name] = integers(values, batch.shape);
  }
  const { hidden } = batch;
  if (hidden && inputNames.includes(hidden.name))
    feeds[hidden.name] = floats(hidden.values, [...batch.shape, hidden.width]);
  return feeds;
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
  const names = parameters.map((p) => training.gradients.get(p.name)!);
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
