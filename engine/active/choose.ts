import { invariant } from '../errors.ts';
import { createRandom } from '../random.ts';
import type { Pick } from './pick.ts';
import { STRATEGIES } from './strategies.ts';
import type { Pool } from './strategy.ts';
import { withoutTwins } from './twins.ts';

/** What a choice is made from, as flat tables that threads can be sent. */
export interface ChoiceRequest {
  /** The name of one of `STRATEGIES`. */
  readonly strategy: string;
  readonly limit: number;
  readonly seed: number;
  readonly labels: number;
  /** Probabilities of now, and those that nothing was decided for: [candidates, labels]; NaN where there is none. */
  readonly scores: Float32Array;
  readonly untaught: Float32Array | null;
  /** [labels] */
  readonly thresholds: Float64Array;
  /** [labels], documents known to have the label; null: nothing is decided. */
  readonly accepted: readonly number[] | null;
  /** Accepted labels per decided document; null: nothing is decided. */
  readonly expectedCardinality: number | null;
  /** null: there are none. */
  readonly embeddings: ChoiceEmbeddings | null;
}

/** Vectors as 8-bit numbers (`toEightBits`), and the rows of candidates and of labelled documents in them. */
export interface ChoiceEmbeddings {
  readonly dimensions: number;
  readonly values: Int8Array;
  readonly scales: Float32Array;
  /** [candidates] */
  readonly candidates: Int32Array;
  readonly labelled: Int32Array;
}

/**
 * The candidates to label next, the most wanted first; at most `limit`. Whatever strategy chooses, a document that says the
 * same as a labelled one or an earlier pick comes last (`withoutTwins`). Deterministic.
 */
export function choose(request: ChoiceRequest): Pick[] {
  const strategy = STRATEGIES.find(({ name }) => name === request.strategy);
  invariant(strategy, `there is a strategy "${request.strategy}"`);
  const { limit, seed } = request;
  const pool = poolOf(request);
  const random = createRandom(seed).fork('choice');
  const { embeddings } = pool;
  if (!embeddings) return strategy.pick(pool, { limit, random });
  // As many more as twins may take away.
  const picks = strategy.pick(pool, { limit: 2 * limit, random });
  return withoutTwins(picks, embeddings).slice(0, limit);
}

function poolOf(request: ChoiceRequest): Pool {
  const { labels, scores, untaught, thresholds, accepted, expectedCardinality, embeddings } = request;
  return {
    scores: rowsOf(scores, labels),
    thresholds,
    ...(untaught && { untaught: rowsOf(untaught, labels) }),
    ...(accepted && { accepted }),
    ...(expectedCardinality !== null && { expectedCardinality }),
    ...(embeddings && {
      embeddings: {
        candidates: vectorsOf(embeddings, embeddings.candidates),
        labelled: vectorsOf(embeddings, embeddings.labelled),
      },
    }),
  };
}

const rowsOf = (table: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: width === 0 ? 0 : table.length / width }, (_, row) =>
    table.subarray(row * width, (row + 1) * width),
  );

function vectorsOf(
  { dimensions, values, scales }: Omit<ChoiceEmbeddings, 'candidates' | 'labelled'>,
  rows: Int32Array,
): Float32Array[] {
  return Array.from(rows, (row) => {
    const vector = new Float32Array(dimensions);
    const scale = scales[row]!;
    for (let i = 0; i < dimensions; i++) vector[i] = values[row * dimensions + i]! * scale;
    return vector;
  });
}
