import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../model/nliModel.ts';
import { logistic } from '../nli/probability.ts';
import type { Device } from '../runtime/session.ts';
import type { BatchLimits } from '../text/batches.ts';
import { tokenOffsets } from '../text/offsets.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { premiseWindows } from '../text/windows.ts';
import { pairOdds } from './pairOdds.ts';
import { createLengthRunner } from './parallel/byLength.ts';
import type { Runner } from './parallel/runner.ts';
import { inferenceBytes, type Precision } from './precision.ts';

export interface ScoreRequest {
  readonly texts: readonly string[];
  /** One sentence per label. */
  readonly hypotheses: readonly string[];
  /** Which hypotheses are asked of which text, [texts, hypotheses], 1 or 0; absent: all. What is not asked is −∞. */
  readonly asked?: Uint8Array | undefined;
  /** Padded tokens per run: on a processor what fits its cache is fastest, on a GPU much more. */
  readonly tokensPerBatch?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** UTF-16 positions in a text, `end` exclusive. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** Scores of one text per hypothesis, and the passage that decided each; null: it was read whole. */
export interface TextScores {
  /** Log-odds of entailment. */
  readonly odds: Float32Array;
  /** Their logistic function. */
  readonly probabilities: Float32Array;
  readonly passages: readonly (Passage | null)[];
}

interface Job {
  readonly text: number;
  readonly label: number;
  readonly window: number;
  readonly pair: EncodedPair;
}

/** A model loaded for suggesting. */
export interface Scorer {
  /**
   * The probability that each hypothesis follows from each text, each label on its own.
   *
   * A text longer than the model reads is scored in overlapping windows and its best window counts; the hypothesis
   * is never cut. Throws `cancelled` on abort.
   */
  score(request: ScoreRequest): Promise<TextScores[]>;
  /** Log-odds of entailment of pairs that are tokenised, [pairs]. Throws as `score` does. */
  scorePairs(
    pairs: readonly EncodedPair[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads a model for suggesting; `weights` replaces its graph, e.g. after fine-tuning. */
export async function createScorer(
  model: NliModel,
  options: {
    readonly weights?: Model | Uint8Array;
    readonly device?: Device;
    readonly precision?: Precision;
    /** Processor cores to use; default all. */
    readonly cores?: number;
  } = {},
): Promise<Scorer> {
  const device = options.device ?? 'cpu';
  const loaded = await inferenceBytes(model, {
    weights: options.weights ?? model.prepared.model,
    precision: options.precision ?? 'fp32',
    device,
  });
  const { cores } = options;
  const { logits } = model.prepared;
  const runner = await createLengthRunner(loaded, { device, logits, ...(cores !== undefined && { cores }) });
  // A graphics processor wants many pairs at a time; this one wants no padding, which the model is made for.
  const limits = {
    tokensPerBatch: device === 'cpu' ? TOKENS_FOR_CACHE : TOKENS_FOR_GPU,
    padding: loaded.padding,
  };
  return {
    score: (request) => run(model, runner, { ...limits, ...request }),
    scorePairs: (pairs, { signal } = {}) =>
      pairOdds(model, runner, { ...limits, pairs, signal, describe: (pair) => `pair ${pair + 1}` }),
    release: () => runner.release(),
  };
}

/** Measured on MiniLM: 512 tokens of 1536 numbers are 3 MB, about a core's second-level cache. */
const TOKENS_FOR_CACHE = 512;
const TOKENS_FOR_GPU = 8192;

/** Scores once with a model that is loaded for it. See `Scorer.score`. */
export async function scoreTexts(
  model: NliModel,
  request: ScoreRequest & { readonly device?: Device },
  weights?: Model | Uint8Array,
): Promise<TextScores[]> {
  const scorer = await createScorer(model, {
    ...(weights && { weights }),
    ...(request.device && { device: request.device }),
  });
  try {
    return await scorer.score(request);
  } finally {
    await scorer.release();
  }
}

async function run(
  model: NliModel,
  runner: Runner,
  request: ScoreRequest & Omit<BatchLimits, 'maxBatch'>,
): Promise<TextScores[]> {
  const { texts, hypotheses } = request;
  const { jobs, places } = jobsFor(model, request);
  const best = texts.map(() => ({
    odds: new Float32Array(hypotheses.length).fill(Number.NEGATIVE_INFINITY),
    windows: new Int32Array(hypotheses.length),
  }));
  const found = await pairOdds(model, runner, {
    ...request,
    pairs: jobs.map(({ pair }) => pair),
    describe(pair) {
      const { text, label } = jobs[pair]!;
      return `"${texts[text]!.slice(0, 60)}" with "${hypotheses[label]!.slice(0, 60)}"`;
    },
  });
  jobs.forEach((job, i) => {
    keepBest(best[job.text]!, job, found[i]!);
  });
  return best.map(({ odds, windows }, text) => ({
    odds,
    probabilities: odds.map(logistic),
    passages: Array.from(windows, (window) => places[text]![window] ?? null),
  }));
}

/** Every premise is tokenised once, every hypothesis once; only their ids are combined. */
function jobsFor(
  { tokenizer, folder }: NliModel,
  { texts, hypotheses, asked }: ScoreRequest,
): { jobs: Job[]; places: (Passage | undefined)[][] } {
  const encoded = hypotheses.map((h) => tokenizer.encodeHypothesisIds(h));
  const room = Math.min(...encoded.map((ids) => tokenizer.roomFor(ids, folder.maxLength)));
  const places: (Passage | undefined)[][] = [];
  const jobs = texts.flatMap((text, t) => {
    const ids = tokenizer.encodePremiseIds(text);
    const offsets = ids.length > room ? tokenOffsets(text, ids, tokenizer.encodePremiseIds) : null;
    const windows = premiseWindows(ids, { room: windowRoom(ids.length, room), offsets });
    places.push(windows.map(({ characters }) => characters));
    const wanted = [...encoded.entries()].filter(([label]) => asked?.[t * encoded.length + label] !== 0);
    return windows.flatMap((window, w) =>
      wanted.map(([label, hypothesis]) => ({
        text: t,
        label,
        window: w,
        pair: tokenizer.assemble(window.ids, hypothesis, folder.maxLength),
      })),
    );
  });
  return { jobs, places };
}

/**
 * Tokens per window of a text that does not fit: less than fits, for one relevant sentence is lost among many tokens,
 * and short windows cost less. A text that fits is read whole, as everyone else reads it.
 */
export const WINDOW = 64;

export const windowRoom = (tokens: number, room: number): number =>
  tokens > room ? Math.min(room, WINDOW) : room;

function keepBest(scores: { odds: Float32Array; windows: Int32Array }, job: Job, odds: number): void {
  if (odds <= scores.odds[job.label]!) return;
  scores.odds[job.label] = odds;
  scores.windows[job.label] = job.window;
}
