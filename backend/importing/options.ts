import type { Reading, Role } from '../../contract/index.ts';
import type { Place } from '../records.ts';

export { ROLES, type Role } from '../../contract/index.ts';

/** What can be said of how a file is read, that a format says it takes; all take the rest of a `Reading`. */
export const READING_OPTIONS = [
  'columns',
  'separator',
  'cutoff',
  'delimiter',
  'quote',
  'escape',
  'header',
  'encoding',
  'whole',
  'sheet',
  'split',
] as const satisfies readonly (keyof Reading)[];
export type ReadingOption = (typeof READING_OPTIONS)[number];

/** Where a long document can be split: each part becomes a document. */
export const SPLITS = ['page', 'heading', 'paragraph', 'sentences'] as const;
export type SplitAt = (typeof SPLITS)[number];

type Said = { readonly [Key in keyof Reading]: Reading[Key] | undefined };

/** How a file is to be read: 'auto' as format means that it is recognised. */
export interface ImportOptions extends Said {
  /** Labels of the project: they are one label, whatever stands in their names. */
  readonly known?: readonly string[] | undefined;
  /** Of labels: whether ids come again with other texts is looked at, too. */
  readonly checkIds?: boolean | undefined;
  /** Rows are read for their texts: what a table or record says of labels is not looked at, and costs no row. */
  readonly textsAlone?: boolean | undefined;
  /** Only the documents at these places are read out, each with its row as it stands in the file. */
  readonly rowsAt?: readonly Place[] | undefined;
  /** Called while reading. */
  readonly onBytes?: ((read: number, total: number) => void) | undefined;
}

/** The first column that was said to be this; undefined: none was. */
export const columnFor = ({ columns }: ImportOptions, role: Role): string | undefined =>
  columns?.find((one) => one.role === role)?.column;

/** Sizes beyond which a row or a file is refused (see SECURITY.md). */
export const LIMITS = Object.freeze({
  /** UTF-16 units of a line or record. */
  record: 20 * 1024 * 1024,
  /** UTF-16 units of a cell or label list entry that is not a document's text. */
  cell: 1024 * 1024,
  /** UTF-16 units of a field's name, with the names it lies in. */
  fieldName: 1000,
  rows: 5_000_000,
  columns: 1000,
  labels: 1000,
  depth: 100,
});
