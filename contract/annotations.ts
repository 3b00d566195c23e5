import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Id, Status, Value, Written } from './common.ts';

/** What a list of documents to label is called: a strategy, or a list of its own. */
const QueueName = z.string().min(1).max(100);

/** Most UTF-16 units of a text that come at once: a card is small, however large its document. */
export const HEAD = 200_000;

/** A document as the annotator sees it. */
export const Card = z.object({
  id: Id,
  externalId: z.string().nullable(),
  /** Its beginning (`HEAD` UTF-16 units at most); `annotations.text` gives the rest. */
  text: z.string(),
  /** UTF-16 units of the whole text. */
  length: z.int(),
  status: Status,
  flagged: z.boolean(),
  /** What came with it beside its text, the beginnings of long values. */
  fields: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) })),
  note: z.string(),
  /** What others noted on it. */
  notes: z.array(z.object({ annotator: z.string(), note: z.string() })),
  /** What each annotator says of the labels on which they contradict each other. */
  opinions: z.array(z.object({ labelId: Id, annotator: z.string(), value: z.enum(['yes', 'no']) })),
  /** Why it was chosen; absent when it was asked for. */
  reason: z.string().optional(),
  labels: z.array(
    z.object({
      labelId: Id,
      value: Value,
      probability: z.number().nullable(),
      threshold: z.number(),
      /** The suggestion has learnt from an answer to this very label of this document. */
      ownAnswer: z.boolean(),
      passage: z.object({ start: z.int(), end: z.int() }).nullable(),
    }),
  ),
});
export type Card = z.infer<typeof Card>;

const Decision = z.strictObject({ labelId: Id, value: Value });

/** What was decided of a document, in order. */
export const HistoryEntry = z.object({
  at: z.string(),
  annotator: z.string(),
  kind: z.string(),
  decisions: z.array(z.object({ labelId: Id, value: Value })),
  /** Whether it was taken back; only of suggestions that were accepted ('accept'), which are no decisions. */
  undone: z.boolean().optional(),
  status: Status.nullable(),
  /** What was done with the document itself; null: nothing. */
  change: z.enum(['delete', 'restore', 'text']).nullable(),
  /** The beginning of what the text was until then, where it was corrected. */
  textBefore: z.string().nullable(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

const Documents = z.object({ documents: z.array(Id) });

/** Whose answer counts where annotators say the opposite of each other. */
export const RULES = ['majority', 'latest', 'adjudicated'] as const;
export type Rule = (typeof RULES)[number];

/** What becomes of labels on which annotators say the opposite of each other, in training, figures and exports. */
export const Disagreements = z.object({
  rule: z.enum(RULES),
  /** Whose answers count under "adjudicated"; null: nobody's yet. */
  adjudicator: z.string().nullable(),
  annotators: z.array(z.string()),
  /** Answers in dispute: a label of a document each. */
  disputed: z.int(),
  /** Of them, those that the rule leaves open: they are in no training and no figure. */
  open: z.int(),
  /** Documents with an open one, in project order; the first of them. */
  openDocuments: z.array(Id),
});
export type Disagreements = z.infer<typeof Disagreements>;

export const annotations = {
  disagreements: oc.output(Disagreements),
  /** `adjudicator`: whose answers count; needed for "adjudicated". */
  settleBy: oc
    .input(z.strictObject({ rule: z.enum(RULES), adjudicator: Annotator.optional() }))
    .output(Disagreements),
  /** Everything that `next` can choose by, the usual one first, each with a sentence for people. */
  queues: oc.output(z.array(z.object({ name: QueueName, sentence: z.string() }))),
  next: oc
    .input(
      z.strictObject({
        annotator: Annotator,
        /** One that `queues` names. */
        strategy: QueueName,
        /** For the queue of search results. */
        search: z.string().max(1000).optional(),
        /** For the queue about one label (absent: the one with the fewest examples), and that of finished documents on which it is undecided (absent: any). */
        labelId: Id.optional(),
        limit: z.int().min(1).max(50),
        except: z.array(Id).max(100),
      }),
    )
    .output(z.array(Card)),
  get: oc.input(z.strictObject({ annotator: Annotator, id: Id })).output(Card),
  /** The next `HEAD` units of a long text, from a place where an earlier piece ended. */
  text: oc
    .input(
      z.strictObject({
        id: Id,
        from: z
          .int()
          .min(0)
          .max(2 ** 31),
      }),
    )
    .output(z.object({ text: z.string() })),
  decide: oc
    .input(
      z.strictObject({
        annotator: Annotator,
        documentIds: z.array(Id).min(1).max(10_000),
        values: z.array(Decision).max(1000),
        status: Status.optional(),
        note: Written.max(20_000).optional(),
        flagged: z.boolean().optional(),
        seconds: z.number().min(0).max(1e6).optional(),
      }),
    )
    .output(z.object({ revision: z.int().nullable() })),
  /** `act`: a revision that `decide` gave, taken back whatever came after it, or refused; absent: the last act. */
  undo: oc.input(z.strictObject({ annotator: Annotator, act: Id.optional() })).output(Documents),
  redo: oc.input(z.strictObject({ annotator: Annotator })).output(Documents),
  history: oc.input(z.strictObject({ id: Id })).output(z.array(HistoryEntry)),
  /** The words that speak for (positive) or against a label, as positions in the text. */
  explain: oc
    .input(z.strictObject({ id: Id, labelId: Id }))
    .output(z.array(z.object({ start: z.int(), end: z.int(), weight: z.number().min(-1).max(1) }))),
};
