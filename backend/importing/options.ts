/** What a file may be told to be. 'json' and 'jsonl' are plain records; 'hf' is them or Parquet. */
export const FORMATS = [
  'csv',
  'tsv',
  'jsonl',
  'json',
  'text',
  'label-studio',
  'prodigy',
  'argilla',
  'argilla-1',
  'doccano',
  'hf',
  'spacy',
  'fasttext',
] as const;
export type Format = (typeof FORMATS)[number];

export interface ImportOptions {
  readonly format?: Format | 'auto' | undefined;
  readonly textColumn?: string | undefined;
  readonly idColumn?: string | undefined;
  readonly labelsColumn?: string | undefined;
  /** A text file is one document, not one per line. */
  readonly whole?: boolean | undefined;
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

/** Fields that text, id and labels can be chosen from. */
export interface FoundColumns {
  readonly names: readonly string[];
  /** Which are used. Throws when it is unclear which is the text. */
  find(): { readonly text: string; readonly id: string | null; readonly labels: string | null };
}
