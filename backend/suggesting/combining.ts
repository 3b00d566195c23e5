import {
  type Combination,
  combine,
  cosines,
  createRandom,
  type Engine,
  EngineError,
  type LabelStatistics,
  labelStatistics,
  labelVector,
  readCombination,
  type TwoReadings,
  type WordedLabel,
  wordingsOf,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { SAMPLE } from './labelStatistics.ts';
import type { LabelScores, ScoreChunk } from './scorer.ts';

/** How a model as it is, without training, is read: entailment alone, or with the likeness of text and label. */
export const READINGS = ['entailment', 'combined'] as const;
export type Reading = (typeof READINGS)[number];

/**
 * How an untrained model's readings are combined; undefined: entailment alone. Without a wish, the model's own way.
 * Throws `reading_unavailable` when the combined reading is asked of a model that does not say how.
 */
export function combinationFor(dir: string, reading: Reading | undefined): Combination | undefined {
  if (reading === 'entailment') return undefined;
  const combination = readCombination(dir);
  if (combination || reading === undefined) return combination;
  throw new BackendError(
    'reading_unavailable',
    'This model has no combined reading: its folder has no entail.json.',
    'Leave --reading out, or use the model "default".',
  );
}

/** Embeds with a model as it is; an engine that dies is started again and the call repeated once. */
export async function embedWith(
  engine: Engine,
  dir: string,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  return engine.embed({ dir }, texts, signal).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'engine_died') throw error;
    return engine.embed({ dir }, texts, signal);
  });
}

/** A vector per label: the mean over its wordings. */
export async function labelVectors(
  engine: Engine,
  dir: string,
  labels: readonly WordedLabel[],
): Promise<Float32Array[]> {
  const wordings = labels.map(wordingsOf);
  const vectors = await embedWith(engine, dir, wordings.flat(2));
  let at = 0;
  return wordings.map((kinds) =>
    labelVector(
      kinds.map((kind) => {
        at += kind.length;
        return vectors.slice(at - kind.length, at);
      }),
    ),
  );
}

const bothReadings = (
  rows: readonly LabelScores[],
  vectors: readonly Float32Array[],
  labels: readonly Float32Array[],
): TwoReadings[] =>
  rows.map(({ probabilities }, i) => ({
    entailment: probabilities,
    cosine: cosines(vectors[i]!, labels),
  }));

/** The scores of the combined reading; passages stay those of entailment. */
export function combineRows(
  rows: readonly LabelScores[],
  vectors: readonly Float32Array[],
  how: {
    combination: Combination;
    statistics: LabelStatistics;
    labelVectors: readonly Float32Array[];
  },
): LabelScores[] {
  return bothReadings(rows, vectors, how.labelVectors).map((readings, i) => ({
    probabilities: combine(how.combination, how.statistics, readings),
    passages: rows[i]!.passages,
  }));
}

/** What a sample of these texts tells about the labels. The texts are drawn, for files are often sorted by label. */
export async function learnStatistics(
  engine: Engine,
  dir: string,
  { labels, texts, score, signal }: StatisticsRequest,
): Promise<LabelStatistics> {
  const drawn = createRandom(1).shuffle(texts).slice(0, SAMPLE);
  const rows = drawn.length === 0 ? [] : await score(drawn, labels, signal);
  const vectors = drawn.length === 0 ? [] : await embedWith(engine, dir, drawn, signal);
  return labelStatistics(bothReadings(rows, vectors, await labelVectors(engine, dir, labels)), labels.length);
}

interface StatisticsRequest {
  readonly labels: readonly WordedLabel[];
  readonly texts: readonly string[];
  readonly score: ScoreChunk;
  readonly signal?: AbortSignal | undefined;
}

/** `score` read together with embeddings: the same, of the combined reading. */
export async function combinedScore(
  engine: Engine,
  dir: string,
  how: { combination: Combination; statistics: LabelStatistics; labels: readonly WordedLabel[] },
  score: ScoreChunk,
): Promise<ScoreChunk> {
  const own = await labelVectors(engine, dir, how.labels);
  return async (texts, labels, signal) => {
    const rows = await score(texts, labels, signal);
    return combineRows(rows, await embedWith(engine, dir, texts, signal), { ...how, labelVectors: own });
  };
}
