import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Id, Value, Written } from './common.ts';

export const Row = z.object({
  id: Id,
  externalId: z.string().nullable(),
  start: z.string(),
  status: z.string(),
  flagged: z.boolean(),
  /** Label ids that are a yes. */
  labels: z.array(Id),
  /** Labels that are undecided although the document is done. */
  undecided: z.int(),
  /** The filter's label, or the most probable one, with its probability. */
  suggestion: z.object({ labelId: Id, probability: z.number() }).nullable(),
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
  suggested: z
    .strictObject({ labelId: Id, from: z.number().min(0).max(1), to: z.number().min(0).max(1) })
    .optional(),
  /** Person and model say the opposite of each other. */
  disagreement: z.boolean().optional(),
  /** The same text is there more than once. */
  duplicates: z.boolean().optional(),
});
export type Filter = z.infer<typeof Filter>;

export const SORTS = ['order', 'newest', 'longest', 'shortest', 'suggestion', 'uncertain'] as const;

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
        sort: z.enum(SORTS),
        offset: z.int().min(0).max(10_000_000),
        limit: z.int().min(1).max(200),
      }),
    )
    .output(z.object({ total: z.int(), rows: z.array(Row) })),
  /** Ids of all that match, for acting on them together; at most 10,000. */
  ids: oc
    .input(z.strictObject({ annotator: Annotator, filter: Filter }))
    .output(z.object({ ids: z.array(Id), more: z.boolean() })),
  /** The documents most like one, the most similar first. */
  similar: oc
    .input(z.strictObject({ id: Id, limit: z.int().min(1).max(100) }))
    .output(z.array(SimilarDocument)),
};
