import type { Random } from '../random.ts';

/**
 * At most `count` of a document's rejected labels, at random; with `scores` ([labels], the current model's) those it
 * scores highest first, equal ones at random. Returned in ascending order.
 */
export function sampleNegatives({
  rejected,
  count,
  random,
  scores,
}: {
  readonly rejected: readonly number[];
  readonly count: number;
  readonly random: Pick<Random, 'shuffle'>;
  readonly scores?: ArrayLike<number> | undefined;
}): number[] {
  const ordered = random.shuffle(rejected);
  if (scores !== undefined) ordered.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0));
  return ordered.slice(0, count).sort((one, other) => one - other);
}

/**
 * How many negatives a document gives: ⌈positives · ratio⌉, at most what there is. A document without a yes gives
 * all: nobody knows how many of its labels are informative, and "none apply" is said about every one.
 */
export function negativeCount(positives: number, negatives: number, negativesPerPositive: number): number {
  if (positives === 0) return negatives;
  return Math.min(negatives, Math.ceil(positives * negativesPerPositive));
}
