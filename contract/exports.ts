import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { Id, Token } from './common.ts';

/** Something that was written outside the project. */
export const Exported = z.object({
  /** For `show`. */
  token: Token,
  /** Where it is, for people. */
  where: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.int() })),
});
export type Exported = z.infer<typeof Exported>;

export const DataFormat = z.object({
  name: z.string(),
  /** As people write it; of results the page has words of its own. */
  title: z.string(),
  description: z.string(),
  /** Of all documents, for people and spreadsheets; else annotations, for other tools. */
  results: z.boolean(),
  /** What of this project the format can't carry. */
  losses: z.array(z.string()),
  /** The same where documents that are not done are written, too. */
  lossesUnfinished: z.array(z.string()),
});
export type DataFormat = z.infer<typeof DataFormat>;

export const exports = {
  formats: oc.output(z.array(DataFormat)),
  /** null: the person cancelled the host's dialog. */
  data: oc
    .input(
      z.strictObject({
        format: z.string().max(50),
        onlyDone: z.boolean(),
        /** CSV: no cell is run as a formula; without it, it is so. */
        excelSafe: z.boolean().optional(),
      }),
    )
    .output(
      Exported.extend({
        /** Documents that are left out because nobody has finished them, though something is decided on them. */
        leftOut: z.int(),
        /** Documents of which what was suggested is out of date, and left out. */
        outdated: z.int(),
      }).nullable(),
    ),
  /** run: null: what suggests now, also without a training. */
  model: oc.input(z.strictObject({ run: Id.nullable() })).output(
    eventIterator(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('working') }),
        z.object({ kind: z.literal('cancelled') }),
        z.object({
          kind: z.literal('done'),
          exported: Exported,
          /** Python of what the app suggests, where the folder has it; else of the model alone, as JavaScript. */
          snippets: z.object({ python: z.string(), javascript: z.string() }),
          /** Why it is the model alone, without what decisions taught; null: it holds both. */
          withoutLearnt: z.enum(['other run', 'nothing learnt']).nullable(),
        }),
      ]),
    ),
  ),
  /** Opens the folder in the system's file manager; on the web it is refused. */
  show: oc.input(z.strictObject({ token: Token })).output(z.object({ shown: z.literal(true) })),
};
