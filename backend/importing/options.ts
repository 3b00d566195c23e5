/** What the person can say of how a file is read, beside its format. A format says which of them it takes. */
export const READING_OPTIONS = [
  'textColumn',
  'idColumn',
  'labelsColumn',
  'delimiter',
  'encoding',
  'whole',
  'sheet',
  'split',
] as const;
export type ReadingOption = (typeof READING_OPTIONS)[number];

/** Where a long document can be split: each part becomes a document. */
export const SPLITS = ['page', 'heading', 'paragraph', 'sentences'] as const;
export type SplitAt = (typeof SPLITS)[number];

export interface ImportOptions {
  /** The id of an `ImportFormat`; 'auto' or absent: recognised. */
  readonly format?: string | undefined;
  readonly textColumn?: string | undefined;
  readonly idColumn?: string | undefined;
  readonly labelsColumn?: string | undefined;
  /** The character between a table's cells; absent: found. */
  readonly delimiter?: string | undefined;
  /** A text file is one document, not one per line. */
  readonly whole?: boolean | undefined;
  /** The sheet of a workbook; absent: the first that is shown and has rows. */
  readonly sheet?: string | undefined;
  /** Absent: a long document is kept whole. */
  readonly split?: SplitAt | undefined;
  /** Of a text file that is not UTF-8, as TextDecoder names it. */
  readonly encoding?: string | undefined;
  /** Called while reading. */
  readonly onBytes?: ((read: number, total: number) => void) | undefined;
}

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
