import type { Failure, Remedy } from '../contract/index.ts';

/**
 * What import produces and export consumes: documents with what annotators and models said of them, free of any
 * file format and of SQLite. Labels are names; a label absent from a map is undecided.
 */

export type Decision = 'yes' | 'no';

/** What one annotator has finished with a document; a document nobody opened has no annotation at all. */
export type AnnotationStatus = 'draft' | 'done' | 'skipped';

export type Split = 'train' | 'test';

export type MetaValue = string | number | boolean;

/**
 * What it means that an annotation does not name a label: a no, by the way its format is made; nothing so far, so that
 * whoever imports may say ('open'); or nothing, because the annotation names what it says a no to ('said').
 */
export type Absence = 'no' | 'open' | 'said';

export interface AnnotationRecord {
  /** null: the file does not tell. */
  readonly annotator: string | null;
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Numbers that stand for labels whose names the file does not have. */
  readonly unnamed?: readonly string[] | undefined;
  /** 'done' without a decision means that no label applies. */
  readonly status: AnnotationStatus;
  /** It is finished only where it decides all labels of the project: it names labels as it comes to them. */
  readonly part?: true | undefined;
  readonly absence: Absence;
  readonly seconds?: number | undefined;
  readonly comment?: string | undefined;
  /** ISO 8601. */
  readonly at?: string | undefined;
}

export interface SuggestionRecord {
  readonly label: string;
  /** Probability, 0 to 1. */
  readonly score: number;
  readonly model: string;
}

/** What a column of a file became; 'kept': something else than metadata, so its cells are kept as they were written. */
export const COLUMN_ROLES = ['text', 'id', 'meta', 'kept'] as const;

export interface SourceColumn {
  readonly name: string;
  readonly role: (typeof COLUMN_ROLES)[number];
}

/** The row of a table that a document comes from, so that it can go out as it came in. */
export interface SourceRow {
  /** In the order of the file. */
  readonly columns: readonly SourceColumn[];
  /** The cells of columns that are 'kept'. */
  readonly kept: ReadonlyMap<string, string>;
  /** A document has a row for each answer: further ones are no documents that came again. */
  readonly perAnswer?: boolean | undefined;
}

export interface DocumentRecord {
  /** The id in the source file, exactly as written there; null without one. */
  readonly externalId: string | null;
  /** As decoded; line ends are \n. */
  readonly text: string;
  /** Fields of the source that mean nothing to us, nested ones flattened with dots. */
  readonly meta: ReadonlyMap<string, MetaValue>;
  readonly split: Split | null;
  readonly annotations: readonly AnnotationRecord[];
  readonly suggestions: readonly SuggestionRecord[];
  /** Absent where it does not come from a table. */
  readonly row?: SourceRow | undefined;
}

/** A suggestion that someone accepted together with others: still the model's answer, a yes. */
export interface AcceptedRecord {
  readonly label: string;
  /** Probability and threshold as they were then. */
  readonly probability: number;
  readonly threshold: number;
  readonly model: string;
  /** Who accepted it, and when (ISO 8601). */
  readonly by: string;
  readonly at: string;
}

/** A document of the project on its way out. */
export interface ExportDocument extends DocumentRecord {
  /** 1, 2, 3 … in project order. */
  readonly number: number;
  /** The external id, else `#` and the project's number. */
  readonly id: string;
  /** What holds where annotators disagree, by the project's rule; labels that it leaves open are not in it. */
  readonly settled?: ReadonlyMap<string, Decision> | undefined;
  /** Those that no person's answer has replaced. */
  readonly accepted?: readonly AcceptedRecord[] | undefined;
  /** Whether someone flagged it, to come back to it. */
  readonly flagged?: boolean | undefined;
  /** By label, the passage that decided a suggestion; without one the text was read whole. */
  readonly passages?: ReadonlyMap<string, string> | undefined;
}

export interface ExportLabel {
  readonly name: string;
  readonly description: string;
  readonly hypotheses: readonly string[];
  /** #rrggbb */
  readonly color: string;
  readonly key: string | null;
  /** From which probability on it is suggested; 0.5 where it is not said. */
  readonly threshold?: number | undefined;
}

/** A row as it came in: that of a document, or one whose text had come before. */
export interface ExportRow {
  readonly document: ExportDocument;
  readonly row: Pick<DocumentRecord, 'externalId' | 'text' | 'meta' | 'row'>;
}

/** A project as exporters see it: labels in project order, documents streamed in project order. */
export interface ExportSource {
  readonly labels: readonly ExportLabel[];
  documents(): Iterable<ExportDocument>;
  /** All rows in the order in which they came; absent: those of the documents. */
  rows?(): Iterable<ExportRow>;
}

/** Where in a file something is: line and record counted from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly record?: number | undefined;
  readonly column?: string | undefined;
}

/** A row as it stands in its file: cells by column, or the text of a record. */
export type RefusedRow =
  | { readonly names: readonly string[]; readonly fields: readonly string[] }
  | { readonly text: string };

/** A record that could not be read. */
export interface ImportProblem {
  readonly place: Place;
  /** One sentence without the place. */
  readonly reason: string;
  /** What to do, where the host has words for it. */
  readonly remedy?: Remedy | undefined;
  /** The first 80 characters of what is wrong. */
  readonly value?: string | undefined;
  /** A whole file in another one could not be read: why, for other languages. */
  readonly failure?: Failure | undefined;
  /** To mend it by. */
  readonly row?: RefusedRow | undefined;
}

export type ImportItem =
  | {
      readonly kind: 'document';
      readonly place: Place;
      readonly document: DocumentRecord;
      /** As it stands in the file; only where it was asked for. */
      readonly row?: RefusedRow | undefined;
    }
  | { readonly kind: 'problem'; readonly problem: ImportProblem }
  /** Something worth knowing of a file, in one sentence. */
  | { readonly kind: 'note'; readonly place: Place; readonly text: string };
