import type { Evaluation } from '../../contract/index.ts';
import { FIGURES, type MetricsWithIntervals } from '../../engine/index.ts';
import { must } from '../../process/must.ts';

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

/** The figures of one number, as people are told them; none where no label can be judged: of yeses alone all is right. */
export const singleFigures = ({
  figures,
  figureIntervals,
}: Pick<MetricsWithIntervals, 'figures' | 'figureIntervals'>): Evaluation['figures'] =>
  figureIntervals === undefined
    ? []
    : FIGURES.map(({ name, sentence, unit }) => ({
        name,
        sentence,
        unit,
        value: must(figures[name], 'figure'),
        interval: must(figureIntervals[name], 'interval'),
      }));
