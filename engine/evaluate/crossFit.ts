import { foldsOf } from '../folds.ts';
import type { Random } from '../random.ts';
import type { Judged } from './counts.ts';
import { evaluate } from './metrics.ts';
import { tuneThresholds } from './thresholds.ts';

const FOLDS = 5;

/** Scores and thresholds of held-out documents, neither chosen with the help of the document itself. */
export interface CrossFitted {
  /** [documents][labels]. */
  readonly scores: readonly Float32Array[];
  readonly thresholds: readonly Float64Array[];
}

/**
 * What choosing does on documents that it did not choose by. Held-out documents stop training at the best epoch and tune
 * thresholds; judged on the same ones, both look better than they are. Here they are divided, and for each part epoch and
 * thresholds are chosen on the others (cross-validation of the selection, Varma and Simon 2006).
 *
 * candidates: [epochs][documents][labels], one or more, the earliest first; the best macro F1 at 0.5 wins, of equals the
 * first, as in early stopping. One document is judged with what is chosen without any: the first candidate, 0.5.
 */
export function crossFit({
  gold,
  decided,
  candidates,
  labels,
  random,
}: Omit<Judged, 'scores'> & {
  readonly candidates: readonly (readonly Float32Array[])[];
  readonly labels: number;
  readonly random: Pick<Random, 'shuffle'>;
}): CrossFitted {
  const order = random.shuffle(gold.map((_, document) => document));
  const scores: Float32Array[] = new Array(gold.length);
  const thresholds: Float64Array[] = new Array(gold.length);
  const names = Array.from({ length: labels }, String);
  for (const { own, others } of foldsOf(order, FOLDS)) {
    const on = (rows: readonly Float32Array[]): Judged => ({
      gold: others.map((i) => gold[i]!),
      decided: decided && others.map((i) => decided[i]!),
      scores: others.map((i) => rows[i]!),
    });
    const best = firstBest(candidates, (rows) => {
      return evaluate({ ...on(rows), labelNames: names, thresholds: names.map(() => 0.5) }).macro.f1;
    });
    const tuned = Float64Array.from(tuneThresholds({ ...on(best), labels }), ({ threshold }) => threshold);
    for (const i of own) {
      scores[i] = best[i]!;
      thresholds[i] = tuned;
    }
  }
  return { scores, thresholds };
}

function firstBest<T extends object>(candidates: readonly T[], quality: (candidate: T) => number): T {
  let best = candidates[0]!;
  if (candidates.length === 1) return best;
  let highest = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const found = quality(candidate);
    if (found > highest) [best, highest] = [candidate, found];
  }
  return best;
}
