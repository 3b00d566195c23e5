import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Id } from './common.ts';
import { Interval, Intervals, OwnIntervals, Scores } from './metrics.ts';

/** So much of what is suggested is right, or of what there is is suggested. */
const Target = z.strictObject({ of: z.enum(['precision', 'recall']), least: z.number().min(0.5).max(0.99) });
export type Target = z.infer<typeof Target>;

const Estimate = Interval.extend({ mean: z.number() });
const Expected = z.object({
  suggested: z.int(),
  positives: z.number(),
  precision: Estimate,
  recall: Estimate,
});

export const LabelEvaluation = z.object({
  labelId: Id,
  name: z.string(),
  /** Documents with a yes. */
  support: z.int(),
  /** Documents decided yes or no. */
  decided: z.int(),
  threshold: z.number(),
  /**
   * A person's choice, of a target or of the highest expected F1 by what decisions taught, tuned for the label or for all
   * together on held-out documents, or 0.5.
   */
  thresholdFrom: z.enum(['person', 'label', 'shared', 'target', 'expected', 'default']),
  /** What a person asks for instead of the best F1. */
  target: Target.nullable(),
  /** What suggestions of all documents come to as probabilities have it, and at the best F1. null: nothing is decided. */
  expected: z.object({ now: Expected, best: Expected }).nullable(),
  /** Documents were judged at thresholds that were chosen without them: `figures` need not be those of `threshold`. */
  crossFitted: z.boolean(),
  /** Intervals: 95 % credible, of new documents. null: it takes a document with and one without the label. */
  figures: Scores.extend({
    averagePrecision: z.number(),
    kappa: z.number(),
    intervals: OwnIntervals,
  }).nullable(),
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

/** Intervals are of the same labels on new documents. */
const Average = Scores.extend({ intervals: Intervals });
const AveragePrecision = z.object({ mean: z.number(), interval: Interval });

/** A training holds documents out from `least` annotated ones on, which is `more` than there are; `documents`: to learn from. */
const HeldOutFrom = z.object({ least: z.int(), more: z.int(), documents: z.int() });

export const Evaluation = z.object({
  /**
   * What was measured on: documents the model did not learn from, or all where it learnt from none. Where the run that
   * suggests learnt from all that tell anything, they are judged by what suggested before it.
   */
  on: z.enum(['test sample', 'held-out', 'all annotated', 'before training']),
  /** Where nothing tells of the run that suggests now; else null. */
  heldOutFrom: HeldOutFrom.nullable(),
  documents: z.int(),
  /** They are a random sample of the collection; otherwise a queue or a person chose them. */
  atRandom: z.boolean(),
  /** Of them, how many were decided since the run began, which chose them no threshold. */
  decidedSince: z.int(),
  /** Documents with decisions that the model has still to read, where it is measured on all that were annotated. */
  notRead: z.int(),
  /** Documents all of whose answers are one-sided: they are not measured on. */
  oneSided: z.int(),
  /** Documents whose decisions taught what is suggested, beside the model or run; 0: none did. */
  taughtBy: z.int(),
  /** Over labels that have figures; null: none has. */
  macro: Average.nullable(),
  /** The model before any training, on the same decisions, at its own thresholds. null: it is the one that suggests. */
  untrained: z
    .object({
      /** Documents that it has not read yet; then it has no figures. */
      missing: z.int(),
      macro: Average.nullable(),
      micro: Average.nullable(),
      averagePrecision: AveragePrecision.nullable(),
      /** Labels that can be judged. */
      labels: z.array(z.object({ labelId: Id, f1: z.number(), f1Interval: Interval })),
    })
    .nullable(),
  /** How many labels the averages over labels leave out. */
  labelsLeftOut: z.int(),
  micro: Average.nullable(),
  averagePrecision: AveragePrecision.nullable(),
  /** Figures of one number, whichever the engine has; none where no label can be judged. */
  figures: z.array(
    z.object({
      name: z.string(),
      /** In English, before the number. */
      sentence: z.string(),
      unit: z.enum(['share', 'count']),
      value: z.number(),
      interval: Interval,
    }),
  ),
  labels: z.array(LabelEvaluation),
  /** Suggested probability against the share that was right, in ten bins; bins without documents are left out. */
  calibration: z.array(z.object({ mean: z.number(), share: z.number(), count: z.int() })),
  /** The most frequent labels, by their place in `labels`; counts: [label given][label suggested], documents. */
  matrix: z.object({ labels: z.array(z.int()), counts: z.array(z.array(z.int())) }),
  /** Finished runs by annotated documents. */
  learning: z.array(
    z.object({
      run: Id,
      documents: z.int(),
      macroF1: z.number(),
      /** null: a run of before version 0.2. */
      f1Interval: Interval.nullable(),
    }),
  ),
  mistakes: z.array(Mistake),
  /** Decisions on any document that a model which has not learnt from it finds very unlikely; none is a mistake above. */
  suspects: z.array(Mistake),
});
export type Evaluation = z.infer<typeof Evaluation>;

/**
 * Why there is nothing to measure on: nobody decided anything; all answers are one-sided; the run learnt from every
 * document; the model has still to read them.
 */
export const NothingMeasured = z.object({
  why: z.enum(['undecided', 'one-sided', 'all learnt', 'not read']),
  heldOutFrom: HeldOutFrom,
});
export type NothingMeasured = z.infer<typeof NothingMeasured>;

/** Documents drawn at random for testing: asked first, never trained on. */
export const TestSample = z.object({
  documents: z.int(),
  /** Of them, finished by somebody. */
  decided: z.int(),
  /** Others that could be drawn: nobody has begun with them. */
  open: z.int(),
});
export type TestSample = z.infer<typeof TestSample>;

export const evaluation = {
  testSample: oc.output(TestSample),
  /** Draws so many more. */
  drawTestSample: oc.input(z.strictObject({ size: z.int().min(1).max(100_000) })).output(TestSample),
  /** null: nothing to measure on. */
  get: oc.output(Evaluation.nullable()),
  /** To be asked where there is nothing. */
  whyNothing: oc.output(NothingMeasured),
  /** From which probability on the label is suggested, in cards and exports; null: as training tuned it. */
  setThreshold: oc
    .input(z.strictObject({ labelId: Id, threshold: z.number().min(0).max(1).nullable() }))
    .output(z.object({ threshold: z.number() })),
  /** What is asked of the suggestions of these labels, null: the best F1; a threshold of theirs that was set is given up. */
  setTarget: oc
    .input(z.strictObject({ labelIds: z.array(Id).min(1).max(1000), target: Target.nullable() }))
    .output(z.null()),
};
