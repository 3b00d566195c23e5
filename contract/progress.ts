import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Id } from './common.ts';

/** What is counted at once. */
export const ProgressNow = z.object({
  documents: z.int(),
  /** Documents that somebody finished, and that nobody has finished or skipped. */
  done: z.int(),
  open: z.int(),
  /** Outside the test sample, from which nothing is learnt: all, and those that nobody has finished or skipped. */
  toLearnFrom: z.object({ documents: z.int(), open: z.int() }),
  labels: z.array(
    z.object({
      labelId: Id,
      name: z.string(),
      yes: z.int(),
      no: z.int(),
      /** Finished documents on which nobody decided it. */
      undecided: z.int(),
    }),
  ),
  /** null: too few documents were annotated one by one to tell. */
  pace: z
    .object({
      documents: z.int(),
      /** Of the newest documents, without breaks. */
      documentsPerMinute: z.number(),
      /** Over time: after so many documents that were finished or skipped. */
      parts: z.array(z.object({ upTo: z.int(), documentsPerMinute: z.number() })),
    })
    .nullable(),
  /** lastRun null: there was no training; then all decided documents count. */
  training: z.object({ lastRun: Id.nullable(), decidedSince: z.int() }),
});
export type ProgressNow = z.infer<typeof ProgressNow>;

/** What one label lacks most, or that it lacks nothing. */
const Need = z.discriminatedUnion('kind', [
  /** So many more before its F1 says anything. */
  z.object({ kind: z.literal('yeses'), more: z.int() }),
  z.object({ kind: z.literal('noes'), more: z.int() }),
  /** No yes, or no no, is among the documents that figures rest on. */
  z.object({ kind: z.literal('unmeasured') }),
  z.object({ kind: z.literal('uncertain') }),
  z.object({ kind: z.literal('weak') }),
  z.object({ kind: z.literal('fair') }),
  z.object({ kind: z.literal('good') }),
]);
export type Need = z.infer<typeof Need>;

/** What decisions teach, and what more of them would: of the heads alone, whether a run suggests beside them or not. */
export const ProgressLearnt = z.object({
  /** Decided documents, without the test sample. */
  documents: z.int(),
  labels: z.array(
    z.object({
      labelId: Id,
      /** As Evaluate has it; null: it can't be judged. */
      f1: z.object({ estimate: z.number(), low: z.number(), high: z.number() }).nullable(),
      need: Need,
    }),
  ),
  /** Macro F1 after so many documents, with 95 % intervals; null: not known yet. */
  curve: z
    .array(z.object({ documents: z.int(), macroF1: z.number(), low: z.number(), high: z.number() }))
    .nullable(),
  /** What `more` documents would add to macro F1: 50, or what is left to decide, where that is less and not nothing. The range holds it about four times in five. null: not known yet. */
  forecast: z.object({ more: z.int(), gain: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** What had been learnt until then against what was decided next, in the order of decisions. */
  agreement: z.array(
    z.object({
      /** Documents that were decided before, and up to the last of these. */
      from: z.int(),
      to: z.int(),
      /** Of them, those that could be judged, and those where every decision was as suggested. */
      documents: z.int(),
      asSuggested: z.int(),
      /** Of single decisions, all labels together. */
      f1: z.number(),
    }),
  ),
  /** Stopping criteria; value null: not known yet. */
  criteria: z.array(
    z.object({
      name: z.enum(['stable', 'certain', 'confidence', 'gain']),
      value: z.number().nullable(),
      bound: z.number(),
      holds: z.boolean(),
    }),
  ),
});
export type ProgressLearnt = z.infer<typeof ProgressLearnt>;

export const progress = {
  now: oc.output(ProgressNow),
  /** Takes seconds to half a minute, beside all else; null: nothing was learnt yet. */
  learnt: oc.output(ProgressLearnt.nullable()),
};
