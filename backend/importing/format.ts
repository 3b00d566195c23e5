import type { Reading, Role, Sign } from '../../contract/index.ts';
import type {
  Absence,
  AnnotationRecord,
  DocumentRecord,
  ImportProblem,
  Place,
  RefusedRow,
} from '../records.ts';
import type { ImportFile } from './file.ts';
import type { ImportOptions, ReadingOption, SplitAt } from './options.ts';

/** What a format finds in a record: what an unnamed label means is left to the format where the record does not tell. */
export type FoundAnnotation = Omit<AnnotationRecord, 'absence'> & { readonly absence?: Absence | undefined };

export type FoundDocument = Omit<DocumentRecord, 'annotations'> & {
  readonly annotations: readonly FoundAnnotation[];
};

export type FoundItem =
  | {
      readonly kind: 'document';
      readonly place: Place;
      readonly document: FoundDocument;
      /** As it stands in the file. */
      readonly row?: RefusedRow | undefined;
    }
  | { readonly kind: 'problem'; readonly problem: ImportProblem }
  | Note;

/** Something worth knowing of a file, in one sentence: what of it was not read, say. */
export interface Note {
  readonly kind: 'note';
  readonly place: Place;
  readonly text: string;
}

/** How a file is made, as far as it was found or said, and what its columns become. */
export interface FoundColumns {
  /** With what stands in their first rows. */
  readonly columns: readonly {
    readonly name: string;
    readonly role: Role;
    readonly values: readonly string[];
    /** It was taken for the id by the first rows alone. */
    readonly guessed?: true;
    /** What it may be said to become instead; absent: anything. */
    readonly choices?: readonly Role[];
  }[];
  /** What was found of a table's text, and of lists of labels; absent where the format has none of it. */
  readonly dialect: Dialect;
  /** Columns that would be labels if their numbers were said to be probabilities. */
  readonly probable: readonly string[];
  /** Columns of yes and no, or called as labels of the project, that were not taken for labels. */
  readonly possible: readonly string[];
  /** Columns whose cells name labels, with scores or nothing but labels of the project, and were not taken for labels. */
  readonly listed: readonly string[];
}

export type Dialect = Pick<
  Reading,
  'delimiter' | 'quote' | 'escape' | 'header' | 'separator' | 'cutoff' | 'sheet'
>;

/**
 * A kind of file that documents come in. A format is one such object in a file of `formats/`, its test, and a line in
 * `formats/all.ts`; detection, options, the command line's help and the page's lists follow.
 */
interface CommonFormat {
  /** As the command line names it. */
  readonly id: string;
  /** As people write it. */
  readonly name: string;
  /** Endings of file names that are usual for it and not for another: what such a file is called by each, with the dot. */
  readonly endings: Readonly<Record<string, string>>;
  /** Whether it is read as bytes: no text format can read such a file, whatever it is said to be. */
  readonly binary?: true;
  /** Which of what can be said of reading mean something to it. */
  readonly takes: readonly ReadingOption[];
  /**
   * What it means that a record does not name a label, where the record itself does not tell. Where it is 'said' there
   * is nothing to choose; else whoever imports may say 'no' or 'open' instead. Files in a container say it themselves.
   */
  readonly absence: Absence;
  /** By what a file is recognised as being of this format; null: it is not. Formats are asked in their order. */
  sniff(file: ImportFile, options: ImportOptions): Sign | null | Promise<Sign | null>;
}

/** A format that has documents. */
export interface DocumentFormat extends CommonFormat {
  /**
   * The documents of a file, one at a time: memory does not grow with the file. What is wrong with a row is a problem
   * with its place, what is wrong with the file is thrown as a BackendError that names it.
   */
  read(file: ImportFile, options: ImportOptions): AsyncIterable<FoundItem>;
  /** Its columns; absent, or null: the format or this file leaves no choice. Where it is unclear which is the text, none is. */
  columns?(file: ImportFile, options: ImportOptions): Promise<FoundColumns | null>;
  /** The sheets to choose from; absent: it has none. */
  sheets?(file: ImportFile): Promise<readonly string[]>;
  /** Where its documents can be split, being long ones. */
  readonly splits?: readonly SplitAt[];
}

/** A format whose files hold other files. */
export interface ContainerFormat extends CommonFormat {
  /**
   * The files in one, and what is worth knowing of the others. Throws a BackendError for what is wrong with it as a whole.
   * `known`: the endings of what can be read.
   */
  entries(file: ImportFile, options: ImportOptions, known: ReadonlySet<string>): AsyncIterable<Entry>;
}

export type Entry =
  | Note
  | {
      readonly kind: 'file';
      readonly name: string;
      /** There is no other one beside it: it is read as if it were not in a container. */
      readonly alone: boolean;
      open(): Promise<ImportFile>;
    };

export type ImportFormat = DocumentFormat | ContainerFormat;
