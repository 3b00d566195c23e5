import { invariant } from '../errors.ts';
import type { Random } from '../random.ts';

export interface Interval {
  /** The statistic over all documents, each once. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile confidence intervals by the bootstrap (Efron and Tibshirani 1993, chapter 13): documents are drawn with
 * replacement, so labels of one document stay together.
 *
 * statistic: from document indices (with repetitions) to named numbers. Several in one pass share the resamples. The
 * same random source gives the same intervals. There must be a document.
 */
export function bootstrap<Name extends string>({
  documents,
  statistic,
  random,
  resamples = 1000,
  confidence = 0.95,
}: {
  readonly documents: number;
  readonly statistic: (sample: Uint32Array) => Readonly<Record<Name, number>>;
  readonly random: Pick<Random, 'integer'>;
  readonly resamples?: number;
  readonly confidence?: number;
}): Record<Name, Interval> {
  invariant(documents > 0 && resamples > 0, 'documents and resamples to draw');
  invariant(confidence > 0 && confidence < 1, `confidence ${confidence} is between 0 and 1`);
  const estimates = statistic(Uint32Array.from({ length: documents }, (_, index) => index));
  const names = Object.keys(estimates) as Name[];
  const drawn = names.map(() => new Float64Array(resamples));
  const sample = new Uint32Array(documents);
  for (let round = 0; round < resamples; round++) {
    for (let position = 0; position < documents; position++) sample[position] = random.integer(documents);
    const values = statistic(sample);
    for (const [column, name] of names.entries()) (drawn[column] as Float64Array)[round] = values[name];
  }
  const tail = (1 - confidence) / 2;
  const intervals = names.map((name, column) => {
    const sorted = (drawn[column] as Float64Array).sort();
    return [
      name,
      { estimate: estimates[name], low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) },
    ];
  });
  return Object.fromEntries(intervals) as Record<Name, Interval>;
}

/** Linear interpolation between order statistics, as NumPy's default. sorted: ascending, not empty. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}
