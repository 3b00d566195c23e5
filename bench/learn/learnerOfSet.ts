import { toEightBits } from '../../engine/head/embeddings8.ts';
import type { LabelAnswers } from '../../engine/head/evidence.ts';
import { createHeadLearner, type HeadLearner } from '../../engine/head/learner.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { createRandom } from '../../engine/random.ts';
import { type Measured, measure } from './measure.ts';
import type { SetEvidence } from './readSets.ts';
import type { TrainedSet } from './runs.ts';

/** The vectors of a set as the program keeps them. */
export function eightBitVectors({ dimensions, embeddings }: Pick<SetEvidence, 'dimensions' | 'embeddings'>): {
  readonly dimensions: number;
  readonly values: Int8Array;
  readonly scales: Float32Array;
} {
  const documents = embeddings.length / dimensions;
  const values = new Int8Array(documents * dimensions);
  const scales = new Float32Array(documents);
  for (let row = 0; row < documents; row++) {
    const vector = embeddings.subarray(row * dimensions, (row + 1) * dimensions);
    scales[row] = toEightBits(vector, values, row * dimensions);
  }
  return { dimensions, values, scales };
}

/** The program's own learner over all documents of a set. */
export function learnerOfSet(set: SetEvidence, trained: Float32Array | null = null): HeadLearner {
  const documents = set.pool + set.test;
  return createHeadLearner({
    labels: set.labels,
    documents,
    suggested: set.combined,
    entailed: set.odds,
    embeddings: { ...eightBitVectors(set), rowOf: Int32Array.from({ length: documents }, (_, i) => i) },
    trained,
  });
}

/** The answers of the documents `known`, by `gold`: [documents, labels]. */
export const answersOf = (
  { labels, gold }: Pick<SetEvidence, 'labels' | 'gold'>,
  known: readonly number[],
): LabelAnswers[] =>
  Array.from({ length: labels }, (_, label) => ({
    documents: known,
    answers: known.map((document) => gold[document * labels + label]!),
  }));

/** Rows of the pool, drawn at random. */
export function annotated(
  { pool }: Pick<SetEvidence, 'pool'>,
  { documents, seed }: { documents: number; seed: number },
): number[] {
  const all = Array.from({ length: pool }, (_, i) => i);
  return createRandom(seed).shuffle(all).slice(0, documents);
}

/** Figures of what the program suggests once the documents `known` are decided. */
export function learntOf(set: SetEvidence, known: readonly number[]): Measured {
  const { probabilities } = learnerOfSet(set).learn(answersOf(set, known));
  return measure(set, probabilities.map(logOdds), 'program');
}

/**
 * Log-odds of all documents by run and heads as the program reads both, once the documents `known` are decided: weights by
 * what the run held out, heads there without the document.
 */
export function togetherWith(run: TrainedSet, set: SetEvidence, known: readonly number[]): Float32Array {
  const learner = learnerOfSet(set, run.odds);
  const answers = answersOf(set, known);
  const odds = Float32Array.from(run.heldOutProbabilities.flatMap((row) => row.map(logOdds)));
  const { fusion } = learner.crossFit(answers, { documents: run.heldOut, odds });
  return learner.learn(answers, fusion).probabilities.map(logOdds);
}
