import { z } from 'zod';
import { paddedTogether } from '../check/pairs.ts';
import { answersOf, difference } from '../check/reference.ts';
import { createVerdicts, keyOf, type Verdicts } from '../check/verdicts.ts';
import { EngineError } from '../errors.ts';
import { type Rewrite, versionOf } from '../graph/rewrite.ts';
import type { NliModel } from '../model/nliModel.ts';
import { FUSIONS, type PreparedModel } from '../model/prepare.ts';
import { createRandom } from '../random.ts';
import type { TokenBatch } from '../runtime/feeds.ts';
import type { Batch } from '../text/batches.ts';
import { TRAINING_REWRITES } from './assemble.ts';
import type { TrainingOptions } from './plan.ts';
import { createStepper } from './step.ts';
import { createTrainables } from './trainables.ts';

/** Of the loss, and of each gradient's length beside the longest. */
const TOLERANCE = 1e-3;
/** Tokens of the longest pair of the batch that is tried. */
const LONGEST = 24;
/** Raised when training graphs are compared in another way. */
const VERSION = 1;

const Verdict = z.object({
  fused: z.boolean(),
  rewrites: z.array(z.string()),
  /** Whether padding leaves the model's own answers as they are. */
  padding: z.boolean().default(true),
});

/**
 * The prepared model, with those rewrites of the training graph alone that leave loss and gradients as they are: one step on
 * a padded batch is compared with the same step of the plain graph, whose backward pass is made without fusions. Done once
 * per weights and kind of training. Where padding changes the model's own answers (a convolution reads it, or there is no
 * mask), the step is one of pairs of one length, and so are those of the training.
 */
export async function checkedForTraining(
  nli: NliModel,
  options: TrainingOptions,
  more: { readonly rewrites?: readonly Rewrite[]; readonly verdicts?: Verdicts } = {},
): Promise<PreparedModel> {
  const { rewrites = TRAINING_REWRITES, verdicts = createVerdicts() } = more;
  const { prepared } = nli;
  const { apart, batch: padded } = pairsOf(nli);
  const { method, targets, layers, rank } = options;
  const how = `training ${VERSION} ${method} ${targets} ${layers} ${rank} ${versionOf([...FUSIONS, ...rewrites])}`;
  const key = keyOf(prepared.model, [padded], how);
  const known = await verdicts.find(key, Verdict);
  const padding = known?.padding ?? (await padsSafely(nli, { apart, padded }));
  const batch = padding ? padded : apart.toSorted((a, b) => b.shape[0] - a.shape[0])[0]!;
  const verdict = known ?? { ...(await compare(nli, { options, batch, rewrites })), padding };
  if (!known) await verdicts.keep(key, verdict);
  return {
    ...(verdict.fused ? prepared : await plainOf(nli)),
    trainingRewrites: rewrites.filter(({ name }) => verdict.rewrites.includes(name)),
    padding,
  };
}

/** Pairs of several lengths, each length by itself, and all in one padded batch. */
function pairsOf({ reference: { batches }, tokenizer }: NliModel) {
  const few = batches.filter(({ shape: [, tokens] }) => tokens <= LONGEST);
  const apart = few.length > 0 ? few : batches.slice(0, 1);
  return { apart, batch: paddedTogether(apart, tokenizer.padId) };
}

/** The graph without fusions, with the weights of the prepared one. */
async function plainOf({ prepared, unfused }: NliModel): Promise<PreparedModel> {
  const plain = await unfused();
  const { initializers } = plain.model.graph;
  for (const [name, tensor] of prepared.model.graph.initializers)
    if (initializers.has(name)) initializers.set(name, tensor);
  return plain;
}

/** Whether the same pairs, padded in one batch, get the same answers. */
async function padsSafely(
  { prepared, reference }: NliModel,
  { apart, padded }: { apart: readonly Batch[]; padded: Batch },
): Promise<boolean> {
  const { classes, tolerance } = reference;
  const answers = await answersOf(prepared.model, { batches: [...apart, padded], logits: prepared.logits });
  const alone = Float32Array.from(answers.slice(0, -1).flatMap((own) => [...own]));
  return difference(alone, answers.at(-1)!, classes) <= tolerance;
}

interface Comparison {
  readonly options: TrainingOptions;
  readonly batch: TokenBatch;
  readonly rewrites: readonly Rewrite[];
}

async function compare(
  nli: NliModel,
  { options, batch, rewrites }: Comparison,
): Promise<Omit<z.infer<typeof Verdict>, 'padding'>> {
  const plain = { ...(await plainOf(nli)), trainingRewrites: [] };
  const wanted = await stepOf(plain, nli, { options, batch });
  const isRight = async (prepared: PreparedModel) => {
    try {
      return sameStep(wanted, await stepOf(prepared, nli, { options, batch }));
    } catch (error) {
      if (error instanceof EngineError) return false;
      throw error;
    }
  };
  const names = rewrites.map(({ name }) => name);
  if (await isRight({ ...nli.prepared, trainingRewrites: rewrites })) return { fused: true, rewrites: names };
  const fused = await isRight({ ...nli.prepared, trainingRewrites: [] });
  const start = fused ? nli.prepared : plain;
  const kept: Rewrite[] = [];
  for (const rewrite of rewrites)
    if (await isRight({ ...start, trainingRewrites: [...kept, rewrite] })) kept.push(rewrite);
  return { fused, rewrites: kept.map(({ name }) => name) };
}

interface Step {
  readonly loss: number;
  readonly logits: Float32Array;
  /** By the name of the parameter. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** One step in float32 with adapters that are not zero, so that all of them have a gradient; the first class is the target. */
async function stepOf(
  prepared: PreparedModel,
  nli: NliModel,
  { options, batch }: Pick<Comparison, 'options' | 'batch'>,
): Promise<Step> {
  const { training, parameters } = createTrainables(
    prepared,
    { ...options, precision: 'fp32', recompute: false },
    createRandom(1),
    nli.prepared,
  );
  const random = createRandom(2);
  for (const { name, values } of parameters)
    if (name.endsWith('.lora_B')) values.set(values.map(() => random.normal() * 0.02));
  const [rows] = batch.shape;
  const { classes } = nli.reference;
  const targets = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) targets[row * classes] = 1 / rows;
  const stepper = await createStepper(training, parameters);
  try {
    const { loss, logits, gradients } = await stepper.run(batch, targets);
    const own = parameters.map(({ name }, i) => [name, Float32Array.from(gradients[i]!)] as const);
    return { loss, logits: Float32Array.from(logits), gradients: new Map(own) };
  } finally {
    await stepper.release();
  }
}

function sameStep(wanted: Step, found: Step): boolean {
  if (!(Math.abs(wanted.loss - found.loss) <= TOLERANCE * Math.max(1, Math.abs(wanted.loss)))) return false;
  if (wanted.gradients.size !== found.gradients.size) return false;
  const nothing = new Float32Array(0);
  const longest = Math.max(...[...wanted.gradients.values()].map((gradient) => distance(gradient, nothing)));
  return [...wanted.gradients].every(([name, gradient]) => {
    const other = found.gradients.get(name);
    if (other?.length !== gradient.length) return false;
    // Rounding is a share of what was summed up; a gradient that is nearly 0 has been much larger on the way.
    const allowed = 10 * TOLERANCE * distance(gradient, nothing) + 0.1 * TOLERANCE * longest;
    return distance(gradient, other) <= allowed;
  });
}

/** Of two vectors; a missing one is 0. */
function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
