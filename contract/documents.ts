import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Id, Value, Written } from './common.ts';

/** A value beside a document's text. */
export const FieldValue = z.union([z.string(), z.number(), z.boolean()]);
export type FieldValue = z.infer<typeof FieldValue>;

const FieldName = Written.min(1).max(10_000);

/** A field that documents have beside their texts. */
export const Field = z.object({
  name: z.string(),
  /** Of all its values. */
  kind: z.enum(['text', 'number', 'date', 'yes/no']),
  /** Of dates: some have a time of day. */
  timed: z.boolean(),
  /** How many documents have it. */
  documents: z.int(),
  /** All values of a text, where they are few and short. */
  values: z.array(z.string()),
});
export type Field = z.infer<typeof Field>;

/** Documents that have a field, with the value, or between these bounds: numbers, or dates as the field has them. */
export const FieldCondition = z.strictObject({
  name: FieldName,
  is: z.string().max(1000).optional(),
  contains: z.string().max(1000).optional(),
  from: z.union([z.number(), z.string().max(40)]).optional(),
  /** A day is meant with all its hours. */
  to: z.union([z.number(), z.string().max(40)]).optional(),
});
export type FieldCondition = z.infer<typeof FieldCondition>;

export const Row = z.object({
  id: Id,
  externalId: z.string().nullable(),
  start: z.string(),
  status: z.string(),
  flagged: z.boolean(),
  /** Label ids that are a yes. */
  labels: z.array(Id),
  /** Label ids that the model says a yes to, accepted by someone and replaced by nobody. */
  accepted: z.array(Id),
  /** Labels that are undecided although the document is done. */
  undecided: z.int(),
  /**
   * The filter's label, or the most probable one, with its probability; `ownAnswer`: that has learnt from an answer to it;
   * `outdated`: it is of what suggested before, or of sentences of before, and is read anew.
   */
  suggestion: z
    .object({ labelId: Id, probability: z.number(), ownAnswer: z.boolean(), outdated: z.boolean() })
    .nullable(),
  /** The beginnings of the values of the fields that were asked for, in their order; null: it has none. */
  fields: z.array(FieldValue.nullable()),
});
export type Row = z.infer<typeof Row>;

export const SimilarDocument = z.object({
  id: Id,
  start: z.string(),
  /** Cosine of the two embeddings, at most 1. */
  similarity: z.number(),
});
export type SimilarDocument = z.infer<typeof SimilarDocument>;

/** Which documents; all conditions hold together. */
export const Filter = z.strictObject({
  search: z.string().max(1000),
  status: z.enum(['all', 'new', 'draft', 'done', 'skipped', 'flagged']),
  /** Documents on which a label was decided so. */
  decided: z.strictObject({ labelId: Id, value: Value }).optional(),
  /** Without `from`: the label is suggested, at its threshold or above. */
  suggested: z
    .strictObject({
      labelId: Id,
      from: z.number().min(0).max(1).optional(),
      to: z.number().min(0).max(1),
    })
    .optional(),
  /** With a suggestion that was accepted, of this label or any. */
  accepted: z.strictObject({ labelId: Id.optional() }).optional(),
  /** Person and model say the opposite of each other. */
  disagreement: z.boolean().optional(),
  /** The same text is there more than once. */
  duplicates: z.boolean().optional(),
  fields: z.array(FieldCondition).max(10).optional(),
});
export type Filter = z.infer<typeof Filter>;

export const SORTS = ['order', 'newest', 'longest', 'shortest', 'suggestion', 'uncertain'] as const;

/** By a field: dates as dates, numbers as numbers; documents without it come last. */
export const FieldSort = z.strictObject({ field: FieldName, descending: z.boolean() });
export type FieldSort = z.infer<typeof FieldSort>;
export type Sort = (typeof SORTS)[number] | FieldSort;

const Accepting = z.strictObject({
  annotator: Annotator,
  /** Among all documents that match. */
  filter: Filter,
  /** Absent: all labels. */
  labelIds: z.array(Id).max(10_000).optional(),
});

/** What accepting the suggestions above their thresholds would do. */
export const Acceptable = z.object({
  documents: z.int(),
  answers: z.int(),
  /** Suggestions that are not of the model and the sentences of now: they are left out. */
  stale: z.int(),
  /** Of the whole project, by anyone. Without any nothing tells how often labels apply, and `right` is a guess. */
  finished: z.int(),
  labels: z.array(
    z.object({
      labelId: Id,
      threshold: z.number(),
      documents: z.int(),
      /** The share of these that is expected to be right: the mean of their probabilities. */
      right: z.number(),
      /** Fewer than half are expected to be right. */
      doubtful: z.boolean(),
      /** The likeliest first. */
      examples: z.array(z.object({ id: Id, start: z.string(), probability: z.number() })),
    }),
  ),
});
export type Acceptable = z.infer<typeof Acceptable>;

/** What speaks against taking suggestions for what holds: that nobody finished a document, or few of a label's being right. */
export const Doubts = z.object({
  finished: Acceptable.shape.finished,
  /** Those with suggestions above their thresholds that nobody confirmed. */
  labels: z.array(Acceptable.shape.labels.element.pick({ labelId: true, doubtful: true })),
});
export type Doubts = z.infer<typeof Doubts>;

/** Suggestions that someone accepted together. */
export const Acceptance = z.object({
  id: Id,
  by: z.string(),
  at: z.string(),
  documents: z.int(),
  answers: z.int(),
  /** null: it stands. */
  undoneAt: z.string().nullable(),
});
export type Acceptance = z.infer<typeof Acceptance>;

const DocumentsChanged = z.object({
  /** For `annotations.undo`; null: nothing was to do. */
  act: z.int().nullable(),
  documents: z.int(),
});

export const documents = {
  /** In one act, which `annotations.undo` takes back. */
  delete: oc
    .input(z.strictObject({ annotator: Annotator, ids: z.array(Id).min(1).max(10_000) }))
    .output(DocumentsChanged),
  /** The whole text; what was decided stays. */
  correct: oc
    .input(z.strictObject({ annotator: Annotator, id: Id, text: Written.max(2_000_000) }))
    .output(DocumentsChanged),
  page: oc
    .input(
      z.strictObject({
        annotator: Annotator,
        filter: Filter,
        sort: z.union([z.enum(SORTS), FieldSort]),
        /** Which fields the rows show. */
        fields: z.array(FieldName).max(20).optional(),
        offset: z.int().min(0).max(10_000_000),
        limit: z.int().min(1).max(200),
      }),
    )
    .output(
      z.object({
        total: z.int(),
        rows: z.array(Row),
        /** From which probability on the filter's label is asked for; null: the filter is of no suggestions. */
        suggestedFrom: z.number().nullable(),
      }),
    ),
  /** In the order in which they first occur; at most 200. */
  fields: oc.output(z.array(Field)),
  /** Ids of all that match, for acting on them together; at most 10,000. */
  ids: oc
    .input(z.strictObject({ annotator: Annotator, filter: Filter }))
    .output(z.object({ ids: z.array(Id), more: z.boolean() })),
  /** Suggestions at their thresholds or above, on documents and labels of which no person said anything. */
  acceptable: oc.input(Accepting).output(Acceptable),
  /** Of all that a table of results would say for the model. */
  doubts: oc.output(Doubts),
  /** In one act, which `takeBackAccepted` takes back. They stay the model's: they train and measure nothing. */
  accept: oc
    .input(Accepting)
    .output(z.object({ act: z.int().nullable(), documents: z.int(), answers: z.int() })),
  /** The newest first. */
  acceptances: oc.output(z.array(Acceptance)),
  takeBackAccepted: oc.input(z.strictObject({ act: Id })).output(z.object({ act: Id })),
  /** The documents most like one, the most similar first. */
  similar: oc
    .input(z.strictObject({ id: Id, limit: z.int().min(1).max(100) }))
    .output(z.array(SimilarDocument)),
};
