import { choose } from '../../engine/active/choose.ts';
import { logistic } from '../../engine/nli/probability.ts';
import { createRandom } from '../../engine/random.ts';
import { answersOf, eightBitVectors, learnerOfSet } from './learnerOfSet.ts';
import type { SetEvidence } from './readSets.ts';

export interface Asking {
  readonly strategy: string;
  readonly seed: number;
  /** Documents to annotate in all, between two choices, and to choose from. */
  readonly budget: number;
  readonly step: number;
  readonly candidates: number;
}

/** What is suggested before the next choice. */
export interface Asked {
  /** Documents annotated so far, in their order. */
  readonly known: readonly number[];
  readonly learnt: boolean;
  /** [documents, labels] */
  readonly probabilities: Float32Array;
  /** [labels] */
  readonly thresholds: Float64Array;
}

/**
 * Annotation as the program asks for it: a strategy chooses, gold labels are given, heads are fitted anew, and it chooses
 * again. Each seed draws other candidates from the pool.
 */
export function* askedInTurn(
  set: SetEvidence,
  { strategy, seed, budget, step, candidates }: Asking,
): Generator<Asked> {
  const { labels, pool, gold } = set;
  const random = createRandom(seed);
  const all = random.fork('pool').shuffle(Array.from({ length: pool }, (_, i) => i));
  const own = all.slice(0, candidates).sort((a, b) => a - b);
  const vectors = eightBitVectors(set);
  const learner = learnerOfSet(set);
  const plain = set.combined.map(logistic);
  const known: number[] = [];
  for (;;) {
    const { probabilities, thresholds } = learner.learn(answersOf(set, known));
    yield { known: [...known], learnt: known.length > 0, probabilities, thresholds };
    if (known.length >= budget) return;
    const isKnown = new Set(known);
    const open = own.filter((document) => !isKnown.has(document));
    const yeses = Array.from({ length: labels }, (_, label) =>
      known.reduce((sum, document) => sum + gold[document * labels + label]!, 0),
    );
    const rowsOf = (table: Float32Array) =>
      Float32Array.from(open.flatMap((d) => [...table.subarray(d * labels, (d + 1) * labels)]));
    const picks = choose({
      strategy,
      limit: step,
      seed: 1000 * seed + known.length,
      labels,
      scores: rowsOf(probabilities),
      untaught: rowsOf(plain),
      thresholds,
      accepted: known.length > 0 ? yeses : null,
      expectedCardinality: known.length > 0 ? yeses.reduce((sum, n) => sum + n, 0) / known.length : null,
      embeddings: { ...vectors, candidates: Int32Array.from(open), labelled: Int32Array.from(known) },
    });
    if (picks.length === 0) return;
    known.push(...picks.map(({ index }) => open[index]!));
  }
}
