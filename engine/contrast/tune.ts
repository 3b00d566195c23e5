import { mustGet } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import { encodeText } from '../inference/embedding.ts';
import { stopIfAsked } from '../inference/stopIfAsked.ts';
import type { Trained } from '../lora/file.ts';
import {
  COMPARED,
  type Contrast,
  contrastOf,
  labelOverlap,
  POSITIVES,
} from '../loss/supervisedContrastive.ts';
import { MOST_EMBEDDED } from '../model/encoderFolder.ts';
import type { Encoder } from '../model/textModel.ts';
import { createAdamW, type Parameter } from '../optim/adamw.ts';
import { clipGlobalNorm } from '../optim/clip.ts';
import { linearSchedule } from '../optim/schedule.ts';
import { createRandom, type Random } from '../random.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, type Feeds, floats, floatsOf } from '../runtime/session.ts';
import { collate } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { requireFiniteWeights } from '../train/finiteWeights.ts';
import { assembleContrastGraph, type ContrastGraph } from './graph.ts';

export interface TuningOptions {
  readonly rank: number;
  readonly alpha: number;
  /** What similarities are divided by before the softmax. */
  readonly temperature: number;
  readonly learningRate: number;
  /** How often each text is read at most. */
  readonly passes: number;
  /** Readings in all, of many texts; each is read at least once. */
  readonly readings: number;
  readonly batchTexts: number;
  /** Tokens of a text that are read. */
  readonly longest: number;
  readonly seed: number;
}

/** Passes and readings were chosen on five sets: more of them learn the texts by heart (docs/decisions/017). */
export const TUNING: TuningOptions = {
  rank: 8,
  alpha: 16,
  temperature: 0.1,
  learningRate: 1e-3,
  passes: 10,
  readings: 1000,
  batchTexts: 32,
  longest: Math.min(128, MOST_EMBEDDED),
  seed: 1,
};

/** A text and what is known of its labels, which are numbers; of those that are in neither list nothing is. */
export interface TuningText {
  readonly text: string;
  readonly yes: readonly number[];
  readonly no: readonly number[];
}

export interface TuningRequest {
  readonly texts: readonly TuningText[];
  readonly options?: Partial<TuningOptions> | undefined;
  readonly onStep?: ((step: number, steps: number, loss: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Adapters for `mergeTrained`: with them the model's embeddings, not its entailment, are better. */
export interface Tuned extends Trained {
  /** Of each step. */
  readonly losses: readonly number[];
}

/**
 * Tunes a model's embeddings on annotated texts, so that those that share labels come near one another and those that are
 * known to differ do not (Khosla et al. 2020; several labels weigh by their overlap). Low-rank adapters alone learn.
 * Deterministic by seed.
 *
 * Throws `no_pairs` where no two texts share a label, `no_hidden_state`, `weights_invalid`, `diverged`, `cancelled`.
 */
export async function tuneEmbeddings(model: Encoder, request: TuningRequest): Promise<Tuned> {
  const options = { ...TUNING, ...request.options };
  const { texts, signal, onStep } = request;
  requirePairs(texts);
  requireFiniteWeights(model.prepared);
  const random = createRandom(options.seed);
  const graph = assembleContrastGraph(model.prepared, options);
  const parameters = startingValues(graph, random.fork('initialisation'));
  const longest = Math.min(options.longest, model.folder.maxLength);
  const encoded = texts.map(({ text }) => encodeText(model.tokenizer, text, longest));
  const stepper = await createStepper(graph, parameters, model.tokenizer.padId);
  const optimizer = createAdamW(parameters);
  const perPass = Math.ceil(texts.length / options.batchTexts);
  const passes = Math.max(1, Math.min(options.passes, Math.round(options.readings / texts.length)));
  const total = passes * perPass;
  const plan = { warmup: Math.round(0.1 * total), total };
  const losses: number[] = [];
  try {
    for (let step = 0; step < total; step++) {
      await stopIfAsked(signal);
      const batch = batchOf(step, { count: texts.length, perPass, random });
      const { loss, gradients } = await stepper.run(
        batch.map((i) => encoded[i]!),
        contrastOfTexts(batch.map((i) => texts[i]!)),
      );
      const norm = clipGlobalNorm(gradients, 1);
      if (!Number.isFinite(loss) || !Number.isFinite(norm))
        throw new EngineError(
          'diverged',
          `Tuning the embeddings went astray at step ${step + 1}: the loss is no longer a number.`,
          'Use a smaller learning rate.',
        );
      optimizer.step(gradients, options.learningRate * linearSchedule(step, plan));
      losses.push(loss);
      onStep?.(step + 1, total, loss);
    }
  } finally {
    await stepper.release();
  }
  return {
    values: new Map(parameters.map(({ name, values }) => [name, values])),
    dims: new Map(parameters.map(({ name, dims }) => [name, dims])),
    rank: options.rank,
    alpha: options.alpha,
    losses,
  };
}

function requirePairs(texts: readonly TuningText[]): void {
  const seen = new Set<number>();
  for (const { yes } of texts)
    for (const label of new Set(yes)) {
      if (seen.has(label)) return;
      seen.add(label);
    }
  throw new EngineError(
    'no_pairs',
    'There is nothing to tune embeddings on: no two documents share a label.',
    'Annotate more documents first.',
  );
}

/** A is uniform in ±1/sqrt(fan in), as PEFT starts it; B starts at zero: the model begins as it is. */
const startingValues = ({ adapters }: ContrastGraph, random: Random): Parameter[] =>
  adapters.flatMap(({ a, b, linear: { inFeatures, outFeatures }, rank }): Parameter[] => {
    const uniform = () => (2 * random.uniform() - 1) / Math.sqrt(inFeatures);
    const values = Float32Array.from({ length: inFeatures * rank }, uniform);
    return [
      { name: a, dims: [inFeatures, rank], values, decays: true },
      { name: b, dims: [rank, outFeatures], values: new Float32Array(rank * outFeatures), decays: true },
    ];
  });

/** The texts of a step: each once in a pass, in batches of one size but for the last. */
function batchOf(
  step: number,
  { count, perPass, random }: { count: number; perPass: number; random: Random },
): number[] {
  const pass = Math.floor(step / perPass);
  const order = random.fork(`pass ${pass}`).shuffle(Array.from({ length: count }, (_, i) => i));
  const size = Math.ceil(count / perPass);
  return order.slice((step % perPass) * size, ((step % perPass) + 1) * size);
}

/** Texts without a label push others away and are drawn to none. */
function contrastOfTexts(texts: readonly TuningText[]): Contrast {
  const rows = texts.map((_, i) => i);
  const affinity = (one: number, other: number) => affinityOf(texts[one]!, texts[other]!);
  return contrastOf(texts.length, [{ anchors: rows, candidates: rows, affinity, weight: 1 }]);
}

/** null: they share no label that is known, and none is known to tell them apart. */
function affinityOf(one: TuningText, other: TuningText): number | null {
  const overlap = labelOverlap(one.yes, other.yes);
  const differ = ({ yes }: TuningText, { no }: TuningText) => yes.some((label) => no.includes(label));
  return overlap > 0 || differ(one, other) || differ(other, one) ? overlap : null;
}

interface Stepper {
  run(rows: readonly EncodedPair[], contrast: Contrast): Promise<{ loss: number; gradients: Float32Array[] }>;
  release(): Promise<void>;
}

/** Gradients are in the order of the parameters, and reused by the next step. */
async function createStepper(
  graph: ContrastGraph,
  parameters: readonly Parameter[],
  padId: number,
): Promise<Stepper> {
  const session = await createSession(graph.model, { memoryPattern: false });
  const weights = Object.fromEntries(parameters.map((p) => [p.name, floats(p.values, p.dims)]));
  const names = parameters.map((p) => mustGet(graph.gradients, p.name, 'gradient'));
  const outputs: Feeds = { [graph.loss]: floats(new Float32Array(1), []) };
  names.forEach((name, i) => {
    const { values, dims } = parameters[i]!;
    outputs[name] = floats(new Float32Array(values.length), dims);
  });
  return {
    async run(rows, { positives, compared, shape }) {
      const feeds = {
        ...batchFeeds(collate(rows, padId), session.inputNames),
        ...weights,
        [POSITIVES]: floats(positives, shape),
        [COMPARED]: floats(compared, shape),
      };
      const result = await session.run(feeds, outputs);
      const gradients = names.map((name) => floatsOf(result[name]));
      return { loss: floatsOf(result[graph.loss])[0]!, gradients };
    },
    release: () => session.release(),
  };
}
