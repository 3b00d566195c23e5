import { EngineError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../models/nliModel.ts';
import { labelProbabilities } from '../nli/probability.ts';
import { createSession, type Device, floatsOf } from '../runtime/session.ts';
import { collate, planBatches } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { premiseWindows } from '../text/windows.ts';
import { batchFeeds } from '../train/step.ts';

export interface ScoreRequest {
  readonly texts: readonly string[];
  /** One sentence per label. */
  readonly hypotheses: readonly string[];
  readonly device?: Device;
  /** Padded tokens per run; more is faster until memory or cache runs out. */
  readonly tokensPerBatch?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Scores of one text: a probability per label, and the window of the text that decided each. */
export interface TextScores {
  readonly probabilities: Float32Array;
  readonly windows: Int32Array;
}

interface Job {
  readonly text: number;
  readonly label: number;
  readonly window: number;
  readonly pair: EncodedPair;
}

/**
 * The probability that each hypothesis follows from each text, each label on its own.
 *
 * A text longer than the model reads is scored in overlapping windows and its best window counts; the hypothesis is
 * never cut. `weights` replaces the model's graph, e.g. after fine-tuning. Throws `cancelled` on abort.
 */
export async function scoreTexts(
  model: NliModel,
  request: ScoreRequest,
  weights?: Model,
): Promise<TextScores[]> {
  const jobs = jobsFor(model, request);
  const scores = request.texts.map(() => ({
    probabilities: new Float32Array(request.hypotheses.length).fill(-1),
    windows: new Int32Array(request.hypotheses.length),
  }));
  const session = await createSession(weights ?? model.prepared.model, { device: request.device ?? 'cpu' });
  try {
    const plan = planBatches(
      jobs.map((job) => job.pair.inputIds.length),
      { tokensPerBatch: request.tokensPerBatch ?? 4096, maxBatch: 64 },
    );
    let done = 0;
    for (const indices of plan) {
      if (request.signal?.aborted) throw cancelled();
      const batch = indices.map((i) => jobs[i]!);
      const tokens = collate(
        batch.map((job) => job.pair),
        model.tokenizer.padId,
      );
      const outputs = await session.run(batchFeeds(tokens, session.inputNames), [model.prepared.logits]);
      const probabilities = labelProbabilities(floatsOf(outputs[model.prepared.logits]), model.classes);
      batch.forEach((job, i) => {
        keepBest(scores[job.text]!, job, probabilities[i]!);
      });
      done += batch.length;
      request.onProgress?.(done, jobs.length);
    }
  } finally {
    await session.release();
  }
  return scores;
}

export const cancelled = () => new EngineError('cancelled', 'Stopped on request.');

/** Every premise is tokenised once, every hypothesis once; only their ids are combined. */
function jobsFor({ tokenizer, folder }: NliModel, { texts, hypotheses }: ScoreRequest): Job[] {
  const encoded = hypotheses.map((h) => tokenizer.encodeHypothesisIds(h));
  const room = Math.min(...encoded.map((ids) => tokenizer.roomFor(ids, folder.maxLength)));
  return texts.flatMap((text, t) => {
    const windows = premiseWindows(tokenizer.encodePremiseIds(text), { room });
    return windows.flatMap((window, w) =>
      encoded.map((hypothesis, label) => ({
        text: t,
        label,
        window: w,
        pair: tokenizer.assemble(window.ids, hypothesis, folder.maxLength),
      })),
    );
  });
}

function keepBest(scores: TextScores, job: Job, probability: number): void {
  if (probability <= scores.probabilities[job.label]!) return;
  scores.probabilities[job.label] = probability;
  scores.windows[job.label] = job.window;
}
