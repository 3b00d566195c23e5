import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Id, Name, Written } from './common.ts';

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

const Hypotheses = z.array(Written.trim().min(1).max(2000)).max(10);

/** What a change of a label touches. */
export const Affected = z.object({
  yes: z.int(),
  no: z.int(),
  /** Suggestions that were accepted in bulk and stand. */
  accepted: z.int(),
  suggestions: z.int(),
  /** Training runs that learnt the label. */
  runs: z.int(),
  /** When merging: documents on which the two labels say the opposite of each other; the yes wins. */
  contradictions: z.int(),
});
export type Affected = z.infer<typeof Affected>;

const Changed = z.object({ labels: z.array(Label) });
/** `change`: for taking exactly that back. */
const Undoable = Changed.extend({ change: Id });

export const labels = {
  list: oc.output(z.array(Label)),
  add: oc.input(z.strictObject({ name: Name, hypotheses: Hypotheses })).output(Label),
  update: oc
    .input(
      z.strictObject({
        id: Id,
        name: Name.optional(),
        description: Written.max(20_000).optional(),
        guidelines: Written.max(200_000).optional(),
        color: z
          .string()
          .regex(/^#[0-9a-f]{6}$/)
          .optional(),
        /** A character that is pressed alone, or up to three that are typed after "/"; null: whatever is free. */
        key: Written.regex(/^(?:\S|[\p{L}\p{N}]{2,3})$/u)
          .nullable()
          .optional(),
        hypotheses: Hypotheses.min(1).optional(),
      }),
    )
    .output(Changed),
  reorder: oc.input(z.strictObject({ ids: z.array(Id).max(1000) })).output(Changed),
  /** `into`: a label that it would be merged into. */
  affected: oc.input(z.strictObject({ id: Id, into: Id.optional() })).output(Affected),
  /** Documents that the annotator finished and that are undecided for the label: done before it existed, for example. */
  unknownTo: oc
    .input(z.strictObject({ id: Id, annotator: Annotator }))
    .output(z.object({ documents: z.int() })),
  remove: oc.input(z.strictObject({ id: Id })).output(Undoable),
  /** What is a yes for `from` becomes a yes for `into`; `from` goes. */
  merge: oc.input(z.strictObject({ from: Id, into: Id })).output(Undoable),
  /** Takes the named change of labels back, absent: the last one. `undone`: in words; null: there was none. */
  undo: oc
    .input(z.strictObject({ change: Id }).optional())
    .output(z.object({ labels: z.array(Label), undone: z.string().nullable() })),
  /** How sentences of a label would score on a few documents, with the model that suggests now. */
  preview: oc
    .input(z.strictObject({ labelId: Id, hypotheses: Hypotheses.min(1) }))
    .output(z.array(z.object({ id: Id, start: z.string(), probability: z.number() }))),
};
