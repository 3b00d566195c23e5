import {
  type Device,
  type Engine,
  EngineError,
  flattenHypotheses,
  labelOdds,
  type ModelSource,
  type Passage,
  type Precision,
  type RemoteScorer,
} from '../../engine/index.ts';

/** What a model says of one text, [labels] each. */
export interface TextEvidence {
  /** Log-odds of entailment per sentence, [labels][sentences]. */
  readonly sentences: readonly Float32Array[];
  /** Log-odds of each label: its sentences together. */
  readonly odds: Float32Array;
  /** The passage of a label's most probable sentence; null: the text was read whole. */
  readonly passages: readonly (Passage | null)[];
}

export type ScoreChunk = (
  texts: readonly string[],
  labels: readonly { readonly hypotheses: readonly string[] }[],
  signal?: AbortSignal,
) => Promise<TextEvidence[]>;

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
    return rows.map(({ odds, passages }) => {
      const own = labels.map((_, label) => labelOf.flatMap((owner, i) => (owner === label ? [i] : [])));
      const perLabel = own.map((places) => Float32Array.from(places, (i) => odds[i]!));
      return {
        sentences: perLabel,
        odds: Float32Array.from(perLabel, labelOdds),
        passages: own.map((places, label) => passages[places[mostProbable(perLabel[label]!)] ?? -1] ?? null),
      };
    });
  };
  try {
    return await work(score);
  } finally {
    await scorer.close().catch(() => undefined);
  }
}

function mostProbable(odds: Float32Array): number {
  let best = 0;
  for (let i = 1; i < odds.length; i++) if (odds[i]! > odds[best]!) best = i;
  return best;
}
