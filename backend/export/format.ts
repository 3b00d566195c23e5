import type { AnnotationRecord, ExportDocument, ExportSource } from '../records.ts';

export interface ExportOptions {
  /** Also documents that are not done: their decisions so far. */
  readonly includeUnfinished: boolean;
  /** Spreadsheets run cells that begin with = + - @: those get an apostrophe. */
  readonly excelSafe: boolean;
  /** From which probability on a suggestion counts as one, where a format lists suggested labels. */
  readonly threshold: number;
}

/** A way to write a project's annotations. */
export interface ExportFormat {
  readonly name: string;
  readonly description: string;
  /** What it can carry beside the labels that apply. */
  readonly carries: {
    readonly undecided: boolean;
    readonly noneApply: boolean;
    readonly skipped: boolean;
    readonly annotators: boolean;
    readonly suggestions: boolean;
    readonly split: boolean;
    readonly meta: boolean;
  };
  write(source: ExportSource, options: ExportOptions): Iterable<string | Uint8Array>;
  /** Files that belong beside it: a suffix to its name, and their content. */
  sidecars?(source: ExportSource): readonly { readonly suffix: string; readonly content: string }[];
}

/** The labels that apply, in project order. */
export const accepted = ({ decisions }: AnnotationRecord, source: ExportSource): string[] =>
  source.labels.filter(({ name }) => decisions.get(name) === 'yes').map(({ name }) => name);

/** The labels that were rejected, in project order. */
export const rejected = ({ decisions }: AnnotationRecord, source: ExportSource): string[] =>
  source.labels.filter(({ name }) => decisions.get(name) === 'no').map(({ name }) => name);

/** Annotations that are to be written: finished ones, and others if asked; skipped ones where the format has them. */
export function writable(
  { annotations }: ExportDocument,
  { includeUnfinished }: ExportOptions,
  skipped: boolean,
): AnnotationRecord[] {
  return annotations.filter(
    ({ status }) =>
      status === 'done' || (status === 'draft' && includeUnfinished) || (status === 'skipped' && skipped),
  );
}

/** One answer per document: what all annotators agree on; null when nobody finished it. */
export function merged(document: ExportDocument, options: ExportOptions): AnnotationRecord | null {
  const own = writable(document, options, false);
  const [first] = own;
  if (!first || own.length === 1) return first ?? null;
  const decisions = new Map(
    [...new Set(own.flatMap((a) => [...a.decisions.keys()]))].flatMap((name) => {
      const values = new Set(own.flatMap((a) => a.decisions.get(name) ?? []));
      return values.size === 1 ? [[name, [...values][0]!] as const] : [];
    }),
  );
  return { ...first, annotator: null, decisions };
}

/** Scores by label in project order, rounded to six digits; null without any. */
export function scoresOf(
  { suggestions }: ExportDocument,
  { labels }: ExportSource,
): [string, number][] | null {
  if (suggestions.length === 0) return null;
  const scores = new Map(suggestions.map(({ label, score }) => [label, Math.round(score * 1e6) / 1e6]));
  return labels.flatMap(({ name }) =>
    scores.has(name) ? [[name, scores.get(name)!] as [string, number]] : [],
  );
}

export const objectOf = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> =>
  Object.fromEntries(entries);

/** A JSON array of records, streamed. */
export function* jsonArray(records: Iterable<unknown>): Iterable<string> {
  let first = true;
  for (const record of records) {
    yield `${first ? '[\n' : ',\n'}${JSON.stringify(record)}`;
    first = false;
  }
  yield first ? '[]\n' : '\n]\n';
}

/** One JSON record per line. */
export function* jsonLines(records: Iterable<unknown>): Iterable<string> {
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}
