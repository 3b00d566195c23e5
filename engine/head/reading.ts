import { EngineError, invariant } from '../errors.ts';
import { logistic, logOdds } from '../nli/probability.ts';
import { headOdds, type ReadingHeads } from './heads.ts';
import { fusedOdds, type RunFusion } from './runFusion.ts';

/** What a model without training says of one text, [labels] each. */
export interface UntaughtReading {
  /** What it suggests. */
  readonly probabilities: Float32Array;
  /** Log-odds of entailment. */
  readonly odds: Float32Array;
  /** Of length 1; null where heads do not ask for it. */
  readonly embedding: Float32Array | null;
}

/** Whether what texts are like says anything to these heads. */
export const readsEmbeddings = ({ labels }: ReadingHeads): boolean =>
  labels.some(({ embedding }) => embedding?.some((weight) => weight !== 0) ?? false);

/** Heads without what is for fitting them: to cross to another process, to be written, and to be compared. */
export const readingAlone = ({ space, labels }: ReadingHeads): ReadingHeads => ({
  space: { mean: space.mean },
  labels: labels.map(({ suggested, entailed, constant, ofEmbedded, embedding }) => ({
    ...{ suggested, entailed, constant, ofEmbedded, embedding },
  })),
});

/** Probabilities of one text as decisions taught to see them, [labels]. Throws `embedding_differs` for an embedding of another size. */
export function taughtProbabilities(
  heads: ReadingHeads,
  { probabilities, odds, embedding }: UntaughtReading,
): Float32Array {
  const dimensions = Math.max(1, heads.space.mean.length);
  // Who reads texts in the combined way has an embedding at hand, whether or not heads were taught any.
  const own = readsEmbeddings(heads) ? embedding : null;
  if (own && own.length !== dimensions) {
    throw new EngineError(
      'embedding_differs',
      `What decisions taught rests on embeddings of ${dimensions} numbers, and the model embeds texts in ${own.length}.`,
      'It is of another model: get the whole model again, or use the one that it was learnt with.',
    );
  }
  const evidence = {
    labels: odds.length,
    dimensions,
    suggested: probabilities.map(logOdds),
    entailed: odds,
    embeddings: own ?? new Float32Array(dimensions).fill(Number.NaN),
  };
  const found = headOdds(evidence, heads);
  invariant(found.length === odds.length, `${found.length} probabilities are of ${odds.length} labels`);
  return found.map(logistic);
}

/** The same together with a run's log-odds of the text, [labels]. */
export const togetherWithRun = (
  fusion: RunFusion,
  { byHeads, byRun }: { readonly byHeads: Float32Array; readonly byRun: Float32Array },
): Float32Array => byRun.map((r, label) => logistic(fusedOdds(fusion, logOdds(byHeads[label]!), r)));
