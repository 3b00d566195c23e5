import { z } from 'zod';

export const Interval = z.object({ low: z.number(), high: z.number() });

export const Scores = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });

/** 95 % credible, of new documents. */
export const Intervals = z.object({ precision: Interval, recall: Interval, f1: Interval });

/** Of a label: those that averages have not, too. */
export const OwnIntervals = Intervals.extend({ averagePrecision: Interval, kappa: Interval });

/** A label's figures, as a finished run keeps them. */
export const LabelMetrics = Scores.extend({
  name: z.string(),
  support: z.number(),
  /** Absent in runs of before version 0.2. */
  negatives: z.number().optional(),
  threshold: z.number(),
  averagePrecision: z.number(),
  /** Absent in runs of before version 0.2. */
  kappa: z.number().optional(),
  /** Absent in runs of before version 0.2, and where the label can't be judged. */
  intervals: OwnIntervals.partial({ averagePrecision: true, kappa: true }).optional(),
});

/** Intervals are of the same labels on new documents; absent as those of labels. */
const ScoresWithin = Scores.extend({ intervals: Intervals.optional() });

/**
 * The figures of a finished run: what the engine computes (`engine/evaluate/metrics.ts`), a project keeps, the page gets and
 * `evaluate --json` prints. A figure that runs of before do not have is optional here.
 */
export const RunMetrics = z.object({
  macro: ScoresWithin,
  /** Absent in runs of before version 0.2: there a label without a yes counts as 0 in the macro averages. */
  labelsLeftOut: z.number().optional(),
  micro: ScoresWithin,
  weighted: ScoresWithin,
  samples: ScoresWithin,
  subsetAccuracy: z.number(),
  hammingLoss: z.number(),
  /** Figures of one number by their name, whichever the engine has (`engine/evaluate/figures`). */
  figures: z.record(z.string().max(60), z.number()).optional(),
  figureIntervals: z.record(z.string().max(60), Interval).optional(),
  meanAveragePrecision: z.number(),
  meanAveragePrecisionInterval: Interval.optional(),
  labels: z.array(LabelMetrics),
});
