import type { ExportSource } from '../records.ts';

export interface ExportOptions {
  /** Also documents that are not done: their decisions so far. */
  readonly includeUnfinished?: boolean | undefined;
  /** CSV: spreadsheets run cells that begin with = + - @, so those get an apostrophe. */
  readonly excelSafe?: boolean | undefined;
  /** CSV: a column of scores per label. */
  readonly scores?: boolean | undefined;
  /** From which probability on a suggestion counts as one, where a format lists suggested labels; 0.5 without it. */
  readonly threshold?: number | undefined;
  /** What the suggestions' model is called, instead of its own name. */
  readonly modelName?: string | undefined;
  /** Whose labels; without it all annotators', merged where a format has room for one answer only. */
  readonly annotator?: string | undefined;
  /** fastText: `__label__none` where no label applies. Without it fastText ignores such documents. */
  readonly noneLabel?: boolean | undefined;
  /** hf: zeros and ones for all labels, in the column `label` (as SetFit wants it) or `labels` (as Trainer does). */
  readonly multiHot?: 'label' | 'labels' | undefined;
  /** nli-pairs: the classes of the model to train, in the order of its outputs. */
  readonly pairClasses?: readonly string[] | undefined;
}

/** What a format can carry beside the labels that apply. */
export interface Carries {
  readonly ids: boolean;
  readonly undecided: boolean;
  readonly noneApply: boolean;
  readonly skipped: boolean;
  /** What people decided of a document before it is done, where the user asks for unfinished ones. */
  readonly drafts: boolean;
  readonly annotators: boolean;
  readonly suggestions: boolean;
  readonly split: boolean;
  readonly meta: boolean;
  readonly comments: boolean;
  /** Suggestions that were accepted in bulk, as the model's. */
  readonly accepted?: boolean;
  /** That someone flagged a document. */
  readonly flags?: boolean;
  /** What people decided of a document before they skipped it. */
  readonly skippedAnswers?: boolean;
}

/** A file that belongs beside the exported one. */
export interface Sidecar {
  path(to: string): string;
  readonly chunks: Iterable<string | Uint8Array>;
}

/** A way to write a project's annotations. The same project gives the same bytes. */
export interface ExportFormat {
  /** On the command line. */
  readonly name: string;
  /** As people write it, in every language. */
  readonly title: string;
  readonly description: string;
  /** With the dot. */
  readonly extension: string;
  readonly carries: Carries;
  /** The file, streamed: reads the documents once or twice, and keeps none. */
  write(source: ExportSource, options: ExportOptions): Iterable<string | Uint8Array>;
  sidecars?(source: ExportSource, options: ExportOptions): readonly Sidecar[];
  /** What is special in writing this project so, in words. */
  notes?(source: ExportSource, options: ExportOptions): readonly string[];
}

/** A sidecar whose name is the file's with a suffix. */
export const beside = (suffix: string, content: string): Sidecar => ({
  path: (to) => `${to}${suffix}`,
  chunks: [content],
});

export const DEFAULT_THRESHOLD = 0.5;

/** "a, b and 3 more", quoted. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
