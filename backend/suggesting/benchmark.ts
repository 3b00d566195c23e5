import {
  createRandom,
  type Device,
  type Engine,
  type Example,
  type FusionWeights,
  type ModelSource,
  type Precision,
  type TrainAnswer,
  trainingOptions,
} from '../../engine/index.ts';
import { must } from '../../process/must.ts';
import { withProbabilities } from './fusing.ts';

export interface BenchRequest {
  readonly model: ModelSource;
  /** How it is read before training; absent: entailment alone. */
  readonly fusion?: FusionWeights | undefined;
  readonly repeats: number;
  /** Where it trains. */
  readonly device: Device;
  readonly suggestingDevice: Device;
  readonly precision: Precision;
  readonly signal?: AbortSignal | undefined;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface BenchResult {
  readonly texts: number;
  readonly pairsPerSecond: {
    readonly 'LoRA training': Spread;
    readonly 'full fine-tuning': Spread;
    readonly suggesting: Spread;
  };
  /** Of a training step, 0 to 1. */
  readonly optimizerShare: { readonly lora: Spread; readonly full: Spread };
}

const TEXTS = 64;
const STEPS = 8;
const LABELS = ['delivery', 'price', 'quality', 'service'];
const WORDS =
  'the order came late and box was open but colour is nice price went up again support answered quickly we sent it back would buy once more'.split(
    ' ',
  );

/** Pairs per second of training and suggesting, on made-up texts of 10 to 80 words. */
export async function bench(engine: Engine, request: BenchRequest): Promise<BenchResult> {
  const texts = sampleTexts();
  const times = async <T>(work: () => Promise<T>): Promise<T[]> => {
    await work();
    const found: T[] = [];
    for (let i = 0; i < request.repeats; i++) found.push(await work());
    return found;
  };
  const lora = await times(() => trainOnce(engine, request, texts, 'lora'));
  const full = await times(() => trainOnce(engine, request, texts, 'full'));
  return {
    texts: texts.length,
    pairsPerSecond: {
      'LoRA training': spread(lora.map(({ examplesPerSecond }) => examplesPerSecond)),
      'full fine-tuning': spread(full.map(({ examplesPerSecond }) => examplesPerSecond)),
      suggesting: spread(await suggestTimes(engine, request, texts, times)),
    },
    optimizerShare: {
      lora: spread(lora.map(({ optimizerShare }) => optimizerShare)),
      full: spread(full.map(({ optimizerShare }) => optimizerShare)),
    },
  };
}

async function trainOnce(
  engine: Engine,
  { model, device, signal }: BenchRequest,
  texts: readonly string[],
  method: 'lora' | 'full',
): Promise<TrainAnswer> {
  const examples = texts.flatMap((premise, i) =>
    LABELS.map(
      (label, l): Example => ({
        premise,
        hypothesis: `This text is about ${label}.`,
        target: (i + l) % 3 === 0 ? 'entailment' : 'contradiction',
      }),
    ),
  );
  const options = trainingOptions({ method, maxSteps: STEPS, batchSize: 32 });
  const call = { model, examples, options, device, heldOut: null, checkpoints: null };
  return engine.train(call, { signal });
}

async function suggestTimes(
  engine: Engine,
  { model, fusion, suggestingDevice: device, precision, signal }: BenchRequest,
  texts: readonly string[],
  times: (work: () => Promise<number>) => Promise<number[]>,
): Promise<number[]> {
  const labels = LABELS.map((name) => ({ name, hypotheses: [`This text is about ${name}.`] }));
  // Others than those that are measured: what tells of the labels is not read again.
  const others = async () => texts.map((text) => `${text}.`);
  const reading = { fusion, labels, texts: others, signal };
  return withProbabilities(engine, { ...model, ...reading, device, precision }, (score) =>
    times(async () => {
      const started = performance.now();
      await score(texts, signal);
      return (texts.length * labels.length * 1000) / (performance.now() - started);
    }),
  );
}

function sampleTexts(): string[] {
  const random = createRandom(1);
  return Array.from({ length: TEXTS }, () =>
    Array.from({ length: 10 + random.integer(71) }, () => WORDS[random.integer(WORDS.length)]!).join(' '),
  );
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => must(sorted.at(place), 'measurement');
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(-1) };
}
