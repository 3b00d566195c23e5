import type { Evaluation } from '../../contract/index.ts';
import type { MetricsWithIntervals } from '../../engine/index.ts';

type Averages = Pick<Evaluation, 'macro' | 'micro' | 'averagePrecision'>;

/** Averages of all labels; null where no label can be judged. */
export function averagesOf({
  macro,
  micro,
  meanAveragePrecision: mean,
  meanAveragePrecisionInterval: interval,
}: MetricsWithIntervals): Averages {
  return {
    macro: macro.intervals ? { ...macro, intervals: macro.intervals } : null,
    micro: micro.intervals ? { ...micro, intervals: micro.intervals } : null,
    averagePrecision: interval ? { mean, interval } : null,
  };
}
