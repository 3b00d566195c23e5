import { EngineError, invariant } from '../errors.ts';
import type { Random } from '../random.ts';
import { negativeCount, sampleNegatives } from './negatives.ts';

export type Decision = 'yes' | 'no' | 'undecided';

/** A document with what was decided about its labels, by label index. A label absent from the map is undecided. */
export interface AnnotatedDocument<Id = string> {
  readonly id: Id;
  readonly text: string;
  readonly decisions: ReadonlyMap<number, Decision>;
}

/** One training example of an NLI model. */
export interface Pair<Id = string> {
  readonly documentId: Id;
  readonly premise: string;
  readonly hypothesis: string;
  /** Label index. */
  readonly label: number;
  readonly target: 'entailment' | 'contradiction';
}

interface PairPlan<Id> {
  readonly documents: readonly AnnotatedDocument<Id>[];
  /** One or more sentences per label: [labels][templates]. */
  readonly hypotheses: readonly (readonly string[])[];
  /** Rejected labels per accepted one in a document; Infinity takes all. */
  readonly negativesPerPositive: number;
}

/**
 * Training pairs from decided labels, document by document, labels in order: a yes gives entailment, a no
 * contradiction, undecided nothing; a pair for every hypothesis of the label. Negatives are sampled per document (see
 * `negativeCount`), with scores ([documents][labels]) those the model scores high first.
 *
 * Throws `negatives_invalid` when the ratio is negative or not a number.
 */
export function pairsFromAnnotations<Id>({
  documents,
  hypotheses,
  negativesPerPositive,
  random,
  scores,
}: PairPlan<Id> & {
  readonly random: Pick<Random, 'shuffle'>;
  readonly scores?: readonly ArrayLike<number>[];
}): Pair<Id>[] {
  requireRatio(negativesPerPositive);
  return documents.flatMap((document, row) => {
    const { accepted, rejected } = decidedLabels(document, hypotheses.length);
    const count = negativeCount(accepted.length, rejected.length, negativesPerPositive);
    const negatives = new Set(sampleNegatives({ rejected, count, random, scores: scores?.[row] }));
    const positives = new Set(accepted);
    return hypotheses.flatMap((sentences, label) => {
      if (!positives.has(label) && !negatives.has(label)) return [];
      const target = positives.has(label) ? 'entailment' : 'contradiction';
      return sentences.map(
        (hypothesis): Pair<Id> => ({
          documentId: document.id,
          premise: document.text,
          hypothesis,
          label,
          target,
        }),
      );
    });
  });
}

function decidedLabels<Id>(
  { decisions }: AnnotatedDocument<Id>,
  labels: number,
): { accepted: number[]; rejected: number[] } {
  const accepted: number[] = [];
  const rejected: number[] = [];
  for (const [label, decision] of [...decisions].sort(([one], [other]) => one - other)) {
    invariant(Number.isInteger(label) && label >= 0 && label < labels, `label ${label} is one of ${labels}`);
    if (decision === 'yes') accepted.push(label);
    if (decision === 'no') rejected.push(label);
  }
  return { accepted, rejected };
}

function requireRatio(negativesPerPositive: number): void {
  if (negativesPerPositive >= 0) return;
  throw new EngineError(
    'negatives_invalid',
    `${negativesPerPositive} negatives per positive is not a number from 0 on.`,
    'Choose 0 or more.',
  );
}
