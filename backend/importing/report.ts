import type { Reading, Sign } from '../../contract/index.ts';
import type { ImportProblem, Place } from '../records.ts';
import type { ListedConflict } from './conflicts.ts';
import type { Encoding } from './encoding.ts';
import type { LabelName } from './labelNames.ts';
import type { Look } from './look.ts';

/** How a file was read. */
export interface FileReport {
  readonly file: string;
  readonly format: string;
  /** By what it was recognised; null: it was said. */
  readonly sign: Sign | null;
  readonly encoding: Encoding | null;
  /** What was found or said of how it is written. */
  readonly dialect: Partial<Reading>;
  readonly columns: NonNullable<Reading['columns']>;
  /** Columns that became nothing. */
  readonly notUsed: readonly string[];
  /** Columns of probabilities, kept beside the documents: they are labels where someone says so. */
  readonly probable: readonly string[];
  /** Columns of yes and no, or called as labels of the project, that were not taken for labels. */
  readonly possible: readonly string[];
  /** Columns whose cells name labels, with scores or those of the project, that were not taken for labels. */
  readonly listed: readonly string[];
}

/** Rows of one import that say different things of one text. */
export interface Differing {
  /** How the text begins. */
  readonly start: string;
  readonly places: readonly [Place, Place];
  /** Labels that one row says yes to and the other no; yes was taken. Empty: each names labels that the other does not. */
  readonly contradicted: readonly string[];
}

export interface ImportReport {
  /** Of the act in the history. */
  id: number;
  /** Rows or records of the files, those that were refused among them. */
  read: number;
  added: number;
  /** Documents that were there already, with the same id or, without one, the same text. */
  known: number;
  /** Of those: their document came earlier in the same import. Results have their rows all the same. */
  repeated: number;
  /** Refused, since the id is that of another text: among the problems. */
  changed: number;
  /** Added although another document has the same text, because it has an id of its own. */
  sameText: number;
  /** Added under the file's name and their id, since another file brought a document of that id. */
  apart: number;
  annotated: number;
  newLabels: string[];
  /** What labels of the files are called in the project, where that is not the same. */
  renamed: LabelName[];
  /** Rows whose labels are numbers that nobody gave names: their documents came without them. */
  unnamed: number;
  /** Texts that occur with different labels, the first of them. */
  differing: Differing[];
  differingCount: number;
  /** Answers that were yes in one row and no in another. */
  contradictions: number;
  /** Answers that differed from those in the project, the first of them; whose was kept. */
  conflicts: ListedConflict[];
  conflictCount: number;
  /** So many of them were overwritten. */
  overwritten: number;
  problems: ImportProblem[];
  /** Problems beyond those that are listed. */
  moreProblems: number;
  /** What is worth knowing of the files, in sentences. */
  notes: string[];
  files: FileReport[];
}

export const emptyReport = (
  given: Pick<ImportReport, 'id' | 'newLabels' | 'renamed' | 'files'>,
): ImportReport => ({
  ...given,
  read: 0,
  added: 0,
  known: 0,
  repeated: 0,
  changed: 0,
  sameText: 0,
  apart: 0,
  annotated: 0,
  unnamed: 0,
  differing: [],
  differingCount: 0,
  contradictions: 0,
  conflicts: [],
  conflictCount: 0,
  overwritten: 0,
  problems: [],
  moreProblems: 0,
  notes: [],
});

export function fileReport(file: string, { format, sign, encoding, columns }: Look): FileReport {
  const roles = (columns?.columns ?? []).map(({ name, role }) => ({ column: name, role }));
  return {
    file,
    format: format.id,
    sign,
    encoding,
    dialect: columns?.dialect ?? {},
    columns: roles,
    notUsed: roles.filter(({ role }) => role === 'ignore').map(({ column }) => column),
    probable: columns?.probable ?? [],
    possible: columns?.possible ?? [],
    listed: columns?.listed ?? [],
  };
}
