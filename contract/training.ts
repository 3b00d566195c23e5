import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { Id, Name, Progress, Seed } from './common.ts';
import { Failure } from './failures.ts';
import { LabelMetrics, RunMetrics } from './metrics.ts';

const Evaluation = z.object({ epoch: z.int(), step: z.int(), macroF1: z.number() });

export const Run = z.object({
  id: Id,
  name: z.string(),
  status: z.enum(['running', 'done', 'cancelled', 'failed']),
  active: z.boolean(),
  startedAt: z.string(),
  error: z.string().nullable(),
  documents: z.int().nullable(),
  heldOutDocuments: z.int().nullable(),
  seconds: z.number().nullable(),
  losses: z.array(z.number()),
  evaluations: z.array(Evaluation),
  /** What suggested before, on the same held-out documents; run 0: the untrained model. */
  against: z
    .object({ run: z.int(), documents: z.int(), macroF1: z.number(), ownMacroF1: z.number() })
    .nullable(),
  /** Whether it was made the one that suggests when it was done. */
  tookOver: z.boolean(),
  /** Mean average precision for labels outside the project, before and after: what was forgotten. null: of a version before. */
  outside: z.object({ before: z.number(), after: z.number(), labels: z.int() }).nullable(),
  metrics: RunMetrics.extend({
    /** At the run's thresholds, chosen without the document that is judged; false: at 0.5, of a version before. */
    crossFitted: z.boolean(),
    labelsLeftOut: z.int(),
    /** `judged`: it had a document with and one without it. */
    labels: z.array(LabelMetrics.extend({ judged: z.boolean() })),
  }).nullable(),
});
export type Run = z.infer<typeof Run>;

export const TrainingEvent = z.discriminatedUnion('kind', [
  /** `losses` by step, and `evaluations`: of the part of it that was done before it was stopped; else none. */
  z.object({
    kind: z.literal('start'),
    run: Id,
    warnings: z.array(z.string()),
    losses: z.array(z.number()),
    evaluations: z.array(Evaluation),
  }),
  z.object({
    kind: z.literal('step'),
    step: z.int(),
    steps: z.int(),
    loss: z.number(),
    pairsPerSecond: z.number(),
    /** Of the steps alone; null: not known yet, or this was the last. */
    secondsLeft: z.number().nullable(),
    /** What comes after the steps, as the run before took for it; null: no run tells. */
    secondsAfter: z.number().nullable(),
  }),
  z.object({ kind: z.literal('evaluation'), epoch: z.int(), step: z.int(), macroF1: z.number() }),
  /** Embeddings are tuned to the labels, after all steps. */
  z.object({
    kind: z.literal('tuning'),
    step: z.int(),
    steps: z.int(),
    /** Of the tuning; null: as above. */
    secondsLeft: z.number().nullable(),
  }),
  z.object({ kind: z.literal('restart') }),
  /** A device or its memory gave out and it goes on otherwise, in a sentence. */
  z.object({ kind: z.literal('notice'), text: z.string() }),
  z.object({ kind: z.literal('done'), run: Id }),
  z.object({ kind: z.literal('failed'), failure: Failure }),
]);
export type TrainingEvent = z.infer<typeof TrainingEvent>;

/** What a training would work with, before it starts. */
export const Plan = z.object({
  documents: z.int(),
  heldOut: z.int(),
  pairs: z.int(),
  /** From the last run's speed on this machine; null: none yet. */
  seconds: z.number().nullable(),
  warnings: z.array(z.string()),
  /** Why it can't start; null: it can. */
  obstacle: Failure.nullable(),
});
export type Plan = z.infer<typeof Plan>;

export const TrainingSettings = z.strictObject({
  method: z.enum(['lora', 'full']),
  epochs: z.int().min(1).max(100),
  learningRate: z.number().positive().max(0.1).optional(),
  /** Share of the base model's weights that stays: its knowledge of other labels. */
  keep: z.number().min(0).max(0.9).optional(),
  seed: Seed,
});
export type TrainingSettings = z.infer<typeof TrainingSettings>;

export const training = {
  plan: oc.input(TrainingSettings).output(Plan),
  /** Starts in the background; `watch` shows it. */
  start: oc.input(TrainingSettings).output(z.object({ started: z.literal(true) })),
  resume: oc.input(z.strictObject({ run: Id })).output(z.object({ started: z.literal(true) })),
  cancel: oc.output(z.object({ cancelled: z.boolean() })),
  /** What happened of the training under way, from its start, then as it happens; ends with it. Empty: none is. */
  watch: oc.output(eventIterator(TrainingEvent)),
  runs: oc.output(z.array(Run)),
  rename: oc.input(z.strictObject({ run: Id, name: Name })).output(z.array(Run)),
  /** Makes a finished run the one that suggests; 0: the model as it was before any training. */
  activate: oc.input(z.strictObject({ run: z.int().min(0) })).output(z.object({ active: z.int() })),
};

/** How far suggesting is; `begun`: it is not known yet how much there is to do; `notice`: a device gave out and it goes on otherwise, in a sentence. */
export const SuggestionProgress = Progress.extend({
  begun: z.boolean().optional(),
  notice: z.string().optional(),
});
export type SuggestionProgress = z.infer<typeof SuggestionProgress>;

/** Languages are ISO 639 codes. */
export const ForeignDocuments = z.object({
  reads: z.array(z.string()),
  /** What the model does not read, the most frequent first. */
  languages: z.array(z.string()),
  /** Of the documents that say something. */
  share: z.number(),
  /** A recommended model that reads them; null: it is the one in use. */
  remedy: z.object({ name: z.string(), bytes: z.int(), installed: z.boolean() }).nullable(),
});
export type ForeignDocuments = z.infer<typeof ForeignDocuments>;

export const suggestions = {
  /** Scores what is stale in the background, or shows how that goes; documents named first come first. */
  refresh: oc
    .input(z.strictObject({ first: z.array(Id).max(200) }).optional())
    .output(eventIterator(SuggestionProgress)),
  /**
   * Has all that is decided now learnt. `version`: another number whenever suggestions are others than before, whoever had it
   * learnt; 0 while nothing is.
   */
  learn: oc.output(z.object({ version: z.int().nonnegative() })),
  /** Documents in languages that what suggests does not read; null: nothing speaks for it. */
  foreign: oc.output(ForeignDocuments.nullable()),
  /** The model is kept for them: this is not pointed out again while it is in use. */
  keepForLanguages: oc.output(z.object({ kept: z.literal(true) })),
  stale: oc.output(Progress.extend({ running: z.boolean() })),
  /** Stops the work in the background; it goes on at the next refresh. */
  stop: oc.output(z.object({ stopped: z.boolean() })),
};
