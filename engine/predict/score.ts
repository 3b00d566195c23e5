import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../models/nliModel.ts';
import { labelProbabilities } from '../nli/probability.ts';
import { quantizeForRuntime } from '../quantize/modelFile.ts';
import { createSession, type Device, floatsOf, type Session } from '../runtime/session.ts';
import { collate, planBatches } from '../text/batches.ts';
import { tokenOffsets } from '../text/offsets.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { premiseWindows } from '../text/windows.ts';
import { batchFeeds } from '../train/step.ts';

export interface ScoreRequest {
  readonly texts: readonly string[];
  /** One sentence per label. */
  readonly hypotheses: readonly string[];
  /** Padded tokens per run; more is faster until memory or cache runs out. */
  readonly tokensPerBatch?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** UTF-16 positions in a text, `end` exclusive. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** Scores of one text: a probability per label, and the passage that decided each; null: it was read whole. */
export interface TextScores {
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
  release(): Promise<void>;
}

/** 'int8' quantises the weights; 'auto' does so where it was measured to be faster (not yet: fp32). */
export type Precision = 'auto' | 'fp32' | 'int8';

/** Loads a model for suggesting; `weights` replaces its graph, e.g. after fine-tuning. */
export async function createScorer(
  model: NliModel,
  options: {
    readonly weights?: Model | Uint8Array;
    readonly device?: Device;
    readonly precision?: Precision;
  } = {},
): Promise<Scorer> {
  const given = options.weights ?? model.prepared.model;
  const quantize = options.precision === 'int8' && !(given instanceof Uint8Array);
  const graph = quantize ? quantizeForRuntime(given) : given;
  const session = await createSession(graph, { device: options.device ?? 'cpu' });
  return { score: (request) => run(model, session, request), release: () => session.release() };
}

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

async function run(model: NliModel, session: Session, request: ScoreRequest): Promise<TextScores[]> {
  const { jobs, places } = jobsFor(model, request);
  const best = request.texts.map(() => ({
    probabilities: new Float32Array(request.hypotheses.length).fill(-1),
    windows: new Int32Array(request.hypotheses.length),
  }));
  const plan = planBatches(
    jobs.map((job) => job.pair.inputIds.length),
    { tokensPerBatch: request.tokensPerBatch ?? 4096, maxBatch: 64 },
  );
  let done = 0;
  for (const indices of plan) {
    // The runtime blocks this thread; between batches a message that says "cancel" can come in.
    await nextTurn();
    if (request.signal?.aborted) throw cancelled();
    const batch = indices.map((i) => jobs[i]!);
    const tokens = collate(
      batch.map((job) => job.pair),
      model.tokenizer.padId,
    );
    const outputs = await session.run(batchFeeds(tokens, session.inputNames), [model.prepared.logits]);
    const probabilities = labelProbabilities(floatsOf(outputs[model.prepared.logits]), model.classes);
    batch.forEach((job, i) => {
      keepBest(best[job.text]!, job, probabilities[i]!);
    });
    done += batch.length;
    request.onProgress?.(done, jobs.length);
  }
  return best.map(({ probabilities, windows }, text) => ({
    probabilities,
    passages: Array.from(windows, (window) => places[text]![window] ?? null),
  }));
}

export const cancelled = () => new EngineError('cancelled', 'Stopped on request.');

/** Every premise is tokenised once, every hypothesis once; only their ids are combined. */
function jobsFor(
  { tokenizer, folder }: NliModel,
  { texts, hypotheses }: ScoreRequest,
): { jobs: Job[]; places: (Passage | undefined)[][] } {
  const encoded = hypotheses.map((h) => tokenizer.encodeHypothesisIds(h));
  const room = Math.min(...encoded.map((ids) => tokenizer.roomFor(ids, folder.maxLength)));
  const places: (Passage | undefined)[][] = [];
  const jobs = texts.flatMap((text, t) => {
    const ids = tokenizer.encodePremiseIds(text);
    const offsets = ids.length > room ? tokenOffsets(text, ids, tokenizer.encodePremiseIds) : null;
    const windows = premiseWindows(ids, { room: windowRoom(ids.length, room), offsets });
    places.push(windows.map(({ characters }) => characters));
    return windows.flatMap((window, w) =>
      encoded.map((hypothesis, label) => ({
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
const WINDOW = 64;

const windowRoom = (tokens: number, room: number): number => (tokens > room ? Math.min(room, WINDOW) : room);

function keepBest(
  scores: { probabilities: Float32Array; windows: Int32Array },
  job: Job,
  probability: number,
): void {
  if (probability <= scores.probabilities[job.label]!) return;
  scores.probabilities[job.label] = probability;
  scores.windows[job.label] = job.window;
}
