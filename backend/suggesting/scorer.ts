import {
  type Device,
  type Engine,
  EngineError,
  flattenHypotheses,
  type ModelSource,
  meanPerLabel,
  type Passage,
  type Precision,
  type RemoteScorer,
} from '../../engine/index.ts';

export interface LabelScores {
  readonly probabilities: Float32Array;
  readonly passages: readonly (Passage | null)[];
}

export type ScoreChunk = (
  texts: readonly string[],
  labels: readonly { readonly hypotheses: readonly string[] }[],
  signal?: AbortSignal,
) => Promise<LabelScores[]>;

/** Loads a model and scores with it; an engine that dies is started again and the chunk repeated once. */
export async function withScorer<T>(
  engine: Engine,
  spec: ModelSource & {
    readonly device: Device;
    readonly precision: Precision;
    /** A sentence when the device gave out and the processor goes on. */
    readonly onNotice?: ((text: string) => void) | undefined;
    /** Stops loading; each chunk has a signal of its own. */
    readonly signal?: AbortSignal | undefined;
  },
  work: (score: ScoreChunk) => Promise<T>,
): Promise<T> {
  const { dir, trained, classes, precision, onNotice, signal: stop } = spec;
  const open = (device: Device) =>
    engine.openScorer({ dir, trained, classes, device, precision }, onNotice, stop);
  let scorer: RemoteScorer = await open(spec.device);
  const score: ScoreChunk = async (texts, labels, signal) => {
    const { sentences, labelOf } = flattenHypotheses(labels.map(({ hypotheses }) => hypotheses));
    const rows = await scorer.score(texts, sentences, signal).catch(async (error: unknown) => {
      if (!(error instanceof EngineError) || error.code !== 'engine_died') throw error;
      // A driver that took the engine along would do so again.
      if (spec.device !== 'cpu') onNotice?.(`The engine stopped on ${spec.device}; the processor goes on.`);
      scorer = await open('cpu');
      return scorer.score(texts, sentences, signal);
    });
    return rows.map(({ probabilities, passages }) => ({
      probabilities: meanPerLabel(probabilities, labelOf, labels.length),
      passages: labels.map((_, label) => bestPassage(label, labelOf, probabilities, passages)),
    }));
  };
  try {
    return await work(score);
  } finally {
    await scorer.close().catch(() => undefined);
  }
}

/** The passage of a label's most probable sentence. */
function bestPassage(
  label: number,
  labelOf: readonly number[],
  probabilities: Float32Array,
  passages: readonly (Passage | null)[],
): Passage | null {
  let best = -1;
  for (const [i, owner] of labelOf.entries()) {
    if (owner === label && (best < 0 || probabilities[i]! > probabilities[best]!)) best = i;
  }
  return passages[best] ?? null;
}
