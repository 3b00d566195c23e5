import { z } from 'zod';

export const Interval = z.object({ low: z.number(), high: z.number() });

export const Scores = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });

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
  /** 95 % credible, of new documents. Absent in runs of before version 0.2, and where the label can't be judged. */
  intervals: z.object({ precision: Interval, recall: Interval, f1: Interval }).optional(),
});

/**
 * The figures of a finished run: what the engine computes (`engine/evaluate/metrics.ts`), a project keeps, the page gets and
 * `evaluate --json` prints. A figure that runs of before do not have is optional here.
 */
export const RunMetrics = z.object({
  macro: Scores,
  /** As those of labels; of macro F1 over all labels, those that can't be judged yet among them. */
  macroF1Interval: Interval.optional(),
  /** Absent in runs of before version 0.2: there a label without a yes counts as 0 in the macro averages. */
  labelsLeftOut: z.number().optional(),
  micro: Scores,
  weighted: Scores,
  samples: Scores,
  subsetAccuracy: z.number(),
  hammingLoss: z.number(),
  meanAveragePrecision: z.number(),
  labels: z.array(LabelMetrics),
});
