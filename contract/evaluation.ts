import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Id } from './common.ts';

const Interval = z.object({ low: z.number(), high: z.number() });
const Average = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });

export const LabelEvaluation = z.object({
  labelId: Id,
  name: z.string(),
  /** Documents with a yes. */
  support: z.int(),
  /** Documents decided yes or no. */
  decided: z.int(),
  threshold: z.number(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  /** 95 % bootstrap interval of F1 over documents; null: fewer than 5 decided. */
  f1Interval: Interval.nullable(),
  averagePrecision: z.number(),
  /** Over thresholds, the highest first. */
  curve: z.array(z.object({ threshold: z.number(), precision: z.number(), recall: z.number() })),
});
export type LabelEvaluation = z.infer<typeof LabelEvaluation>;

/** A decision and a suggestion that contradict each other. */
export const Mistake = z.object({
  documentId: Id,
  labelId: Id,
  start: z.string(),
  /** What the person said. */
  value: z.enum(['yes', 'no']),
  probability: z.number(),
});
export type Mistake = z.infer<typeof Mistake>;

export const Evaluation = z.object({
  /** What was measured on: documents the model did not learn from, or all where it learnt from none. */
  on: z.enum(['test sample', 'held-out', 'all annotated']),
  documents: z.int(),
  macro: Average,
  micro: Average,
  meanAveragePrecision: z.number(),
  labels: z.array(LabelEvaluation),
  /** Suggested probability against the share that was right, in ten bins; bins without documents are left out. */
  calibration: z.array(z.object({ mean: z.number(), share: z.number(), count: z.int() })),
  /** [label given][label suggested], documents. */
  confusion: z.array(z.array(z.int())),
  /** Finished runs by annotated documents. */
  learning: z.array(z.object({ run: Id, documents: z.int(), macroF1: z.number() })),
  mistakes: z.array(Mistake),
  /** Decisions on any document that the model finds very unlikely. */
  suspects: z.array(Mistake),
});
export type Evaluation = z.infer<typeof Evaluation>;

export const evaluation = {
  /** null: nothing to measure on yet (no decisions with suggestions). */
  get: oc.output(Evaluation.nullable()),
  /** From which probability on the label is suggested, in cards and exports; null: as training tuned it. */
  setThreshold: oc
    .input(z.strictObject({ labelId: Id, threshold: z.number().min(0).max(1).nullable() }))
    .output(z.object({ threshold: z.number() })),
};
