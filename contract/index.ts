import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/**
 * The whole API between the interface and the backend: schemas and nothing else. Inputs take no unknown keys and have
 * a greatest length; no input is a path.
 */

const Id = z.int().positive();
const Annotator = z.string().trim().min(1).max(200);
const Value = z.enum(['yes', 'no', 'undecided']);
const Status = z.enum(['new', 'draft', 'done', 'skipped']);
/** How the next documents are chosen. */
export const STRATEGIES = [
  'mix',
  'uncertainty',
  'margin',
  'least-confidence',
  'cardinality',
  'diversity',
  'random',
  'order',
] as const;

export const Label = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  guidelines: z.string(),
  color: z.string(),
  key: z.string().nullable(),
  hypotheses: z.array(z.string()),
});
export type Label = z.infer<typeof Label>;

/** A document as the annotator sees it. */
export const Card = z.object({
  id: Id,
  externalId: z.string().nullable(),
  text: z.string(),
  status: Status,
  flagged: z.boolean(),
  note: z.string(),
  /** Why it was chosen; absent when it was asked for. */
  reason: z.string().optional(),
  labels: z.array(
    z.object({
      labelId: Id,
      value: Value,
      probability: z.number().nullable(),
      threshold: z.number(),
      passage: z.object({ start: z.int(), end: z.int() }).nullable(),
    }),
  ),
});
export type Card = z.infer<typeof Card>;

export const Row = z.object({
  id: Id,
  externalId: z.string().nullable(),
  start: z.string(),
  status: z.string(),
  flagged: z.boolean(),
  labels: z.array(z.string()),
});
export type Row = z.infer<typeof Row>;

const Scores = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });
export const Run = z.object({
  id: Id,
  name: z.string(),
  status: z.enum(['running', 'done', 'cancelled', 'failed']),
  active: z.boolean(),
  startedAt: z.string(),
  documents: z.int().nullable(),
  seconds: z.number().nullable(),
  losses: z.array(z.number()),
  evaluations: z.array(z.object({ epoch: z.int(), step: z.int(), macroF1: z.number() })),
  metrics: z
    .object({
      macro: Scores,
      micro: Scores,
      meanAveragePrecision: z.number(),
      labels: z.array(Scores.extend({ name: z.string(), support: z.number(), averagePrecision: z.number() })),
    })
    .nullable(),
});
export type Run = z.infer<typeof Run>;

export const TrainingEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), run: Id, warnings: z.array(z.string()) }),
  z.object({
    kind: z.literal('step'),
    step: z.int(),
    steps: z.int(),
    loss: z.number(),
    pairsPerSecond: z.number(),
  }),
  z.object({ kind: z.literal('evaluation'), epoch: z.int(), step: z.int(), macroF1: z.number() }),
  z.object({ kind: z.literal('restart') }),
  z.object({ kind: z.literal('done'), run: Id }),
]);
export type TrainingEvent = z.infer<typeof TrainingEvent>;

const Progress = z.object({ done: z.int(), total: z.int() });

export const contract = {
  project: {
    summary: oc.input(z.strictObject({ annotator: Annotator })).output(
      z.object({
        name: z.string(),
        documents: z.int(),
        done: z.int(),
        skipped: z.int(),
        suggested: z.int(),
        annotator: z.string(),
      }),
    ),
  },
  labels: {
    list: oc.output(z.array(Label)),
    add: oc
      .input(z.strictObject({ name: z.string().min(1).max(200), hypothesis: z.string().max(2000) }))
      .output(Label),
  },
  annotations: {
    next: oc
      .input(
        z.strictObject({
          annotator: Annotator,
          strategy: z.enum(STRATEGIES),
          limit: z.int().min(1).max(50),
          except: z.array(Id).max(100),
        }),
      )
      .output(z.array(Card)),
    get: oc.input(z.strictObject({ annotator: Annotator, id: Id })).output(Card),
    decide: oc
      .input(
        z.strictObject({
          annotator: Annotator,
          documentIds: z.array(Id).min(1).max(10_000),
          values: z.array(z.strictObject({ labelId: Id, value: Value })).max(1000),
          status: Status.optional(),
          note: z.string().max(20_000).optional(),
          flagged: z.boolean().optional(),
          seconds: z.number().min(0).max(1e6).optional(),
        }),
      )
      .output(z.object({ revision: z.int().nullable() })),
    undo: oc.input(z.strictObject({ annotator: Annotator })).output(z.object({ documents: z.array(Id) })),
    redo: oc.input(z.strictObject({ annotator: Annotator })).output(z.object({ documents: z.array(Id) })),
  },
  documents: {
    page: oc
      .input(
        z.strictObject({
          annotator: Annotator,
          search: z.string().max(1000),
          status: z.enum(['all', 'new', 'draft', 'done', 'skipped', 'flagged']),
          offset: z.int().min(0).max(10_000_000),
          limit: z.int().min(1).max(200),
        }),
      )
      .output(z.object({ total: z.int(), rows: z.array(Row) })),
  },
  suggestions: {
    refresh: oc.output(eventIterator(Progress)),
  },
  training: {
    start: oc
      .input(
        z.strictObject({
          method: z.enum(['lora', 'full']),
          epochs: z.int().min(1).max(100),
          seed: z
            .int()
            .min(0)
            .max(2 ** 53 - 1),
        }),
      )
      .output(eventIterator(TrainingEvent)),
    runs: oc.output(z.array(Run)),
    activate: oc.input(z.strictObject({ run: z.int().min(0) })).output(z.object({ active: z.int() })),
  },
};
export type Contract = typeof contract;
