import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Token } from './common.ts';
import { Failure } from './failures.ts';

const MAX_CHUNK = 8 * 1024 * 1024;
const Column = z.string().max(1000).optional();

/** Which field is what; absent: recognised. */
export const Mapping = z.strictObject({
  text: Column,
  id: Column,
  labels: Column,
  /** Each text file is one document; without it each of its lines is one. */
  whole: z.boolean().optional(),
});
export type Mapping = z.infer<typeof Mapping>;

export const SourceFile = z.object({ token: Token, name: z.string(), bytes: z.int() });
export type SourceFile = z.infer<typeof SourceFile>;

export const Preview = z.object({
  /** Names of fields in the file; empty where the format has none to choose from. */
  columns: z.array(z.string()),
  /** What was given, and what was recognised beside it. */
  mapping: Mapping,
  /** The first documents as they would be read. */
  rows: z.array(z.object({ id: z.string().nullable(), text: z.string(), labels: z.array(z.string()) })),
  /** Why nothing can be read with this mapping; null: it can. */
  failure: Failure.nullable(),
});
export type Preview = z.infer<typeof Preview>;

export const Census = z.object({
  documents: z.int(),
  fresh: z.int(),
  /** In the project already, or twice in the file. */
  duplicate: z.int(),
  /** Longer than the model reads at once: read in parts. */
  long: z.int(),
  /** Rows that can't be used (empty, damaged), with the first of them in words. */
  problems: z.int(),
  firstProblems: z.array(z.string()),
  labels: z.array(z.string()),
});
export type Census = z.infer<typeof Census>;

export const ImportEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), documents: z.int(), share: z.number() }),
  z.object({
    kind: z.literal('done'),
    added: z.int(),
    known: z.int(),
    annotated: z.int(),
    newLabels: z.array(z.string()),
    problems: z.int(),
    firstProblems: z.array(z.string()),
  }),
]);
export type ImportEvent = z.infer<typeof ImportEvent>;

const Tokens = z.array(Token).min(1).max(1000);

export const imports = {
  /** The host's file dialog; on the web it is refused. Empty: the person cancelled. */
  choose: oc.input(z.strictObject({ what: z.enum(['files', 'folder']) })).output(z.array(SourceFile)),
  /** Starts handing over a file that the page has; `append` adds its bytes in order. */
  begin: oc
    .input(
      z.strictObject({
        name: z.string().min(1).max(255),
        bytes: z
          .int()
          .min(0)
          .max(2 ** 40),
      }),
    )
    .output(SourceFile),
  append: oc
    .input(z.strictObject({ token: Token, offset: z.int().min(0), chunk: z.file().max(MAX_CHUNK) }))
    .output(z.object({ received: z.int() })),
  preview: oc.input(z.strictObject({ token: Token, mapping: Mapping })).output(Preview),
  census: oc.input(z.strictObject({ tokens: Tokens, mapping: Mapping })).output(Census),
  run: oc
    .input(
      z.strictObject({
        tokens: Tokens,
        mapping: Mapping,
        annotator: Annotator,
        unlisted: z.enum(['no', 'undecided']),
      }),
    )
    .output(eventIterator(ImportEvent)),
  discard: oc.input(z.strictObject({ tokens: Tokens })).output(z.object({ discarded: z.int() })),
};
