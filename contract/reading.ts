import { z } from 'zod';

/** What a column or field of a file becomes. */
export const ROLES = [
  /** Several are joined, each under its name. */
  'text',
  'id',
  /** The labels that apply: a list, or one. */
  'labels',
  /** A label of its own, whose cells say yes or no, or how probable it is. */
  'label',
  /** The name of the label that a row decides on, and the decision. */
  'labelName',
  'decision',
  /** Labels that do not apply. */
  'rejected',
  'suggestions',
  'annotator',
  'status',
  'time',
  'seconds',
  'note',
  'split',
  /** Kept beside the document. */
  'meta',
  'ignore',
] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

const Name = z.string().max(1000);

/** Where a long document can be split. */
export const Split = z.enum(['page', 'heading', 'paragraph', 'sentences']);

/**
 * How a file is read: what was said of it. What was not said is found; the backend answers with what it found in the same
 * form. The page, the command line and the reader all speak of a file by this.
 */
export const Reading = z.strictObject({
  /** Absent: known by the file's content. */
  format: z.string().max(50).optional(),
  /** Of a text, as TextDecoder names it. */
  encoding: z.string().max(40).optional(),
  /** Between the cells of a table; '': each row is one cell. */
  delimiter: z.string().max(1).optional(),
  /** Around cells; '': a quote is a character like others. */
  quote: z.string().max(1).optional(),
  /** Before a quote in a quoted cell. */
  escape: z.string().max(1).optional(),
  /** Whether the first row of a table names its columns. */
  header: z.boolean().optional(),
  /** Between the labels of a cell; '': a cell is one label. */
  separator: z.string().max(5).optional(),
  /** From which probability on a column's label applies. */
  cutoff: z.number().min(0).max(1).optional(),
  /** What columns become. */
  columns: z
    .array(z.strictObject({ column: Name, role: Role }))
    .max(1000)
    .optional(),
  /** What labels of the file are called in the project; null: they are left out. */
  names: z
    .array(z.strictObject({ from: Name, to: Name.nullable() }))
    .max(1000)
    .optional(),
  /** Whether an id that another file brought means its document, or another one ('file', as where absent). */
  ids: z.enum(['file', 'shared']).optional(),
  /** Each text file is one document; without it each of its lines is one. */
  whole: z.boolean().optional(),
  /** Of a workbook; absent: of those that are shown the one that is most like a table. */
  sheet: Name.optional(),
  /** Each part of a long document is one; absent: it is kept whole. */
  split: Split.optional(),
});
export type Reading = z.infer<typeof Reading>;
