import { basename } from 'node:path';
import { annotatorNamed, decided } from '../annotating/annotating.ts';
import { BackendError } from '../errors.ts';
import { requireLabels } from '../labels/labels.ts';
import { documentNamed } from '../project/documentName.ts';
import type { Project } from '../project/file.ts';
import type { Value } from '../project/store/annotations.ts';
import type { Place } from '../records.ts';
import type { JsonlRow } from './answerRows.ts';
import { readJsonlRows } from './bounded.ts';
import { type Conflict, conflictOf, type ListedConflict, noteConflicts } from './conflicts.ts';
import { type ImportedAnswer, importWriter, type Policy } from './deciding.ts';
import type { Absent } from './placing.ts';
import { weigh } from './weighing.ts';

/** None of the labels apply, or nothing, for nobody need have looked. */
export type Empty = 'none' | 'nothing';

export interface AnswersRequest {
  readonly annotator: string;
  /** What it means that a row without `rejected` does not name a label; absent: a no. */
  readonly absent?: Absent | undefined;
  /** What an empty list without `rejected` says; absent: that none of the labels apply. */
  readonly empty?: Empty | undefined;
  /** What becomes of answers that differ from those in the project; absent: the project's stay. */
  readonly conflicts?: Policy | undefined;
}

/** Two rows that say of a document yes and no to a label: the yes is taken. */
export interface ContradictingRows {
  readonly document: string;
  readonly places: readonly [Place, Place];
  readonly labels: readonly string[];
}

const MOST_LISTED = 20;

export interface AnswersReport {
  /** Of the act in the history. */
  id: number;
  /** That rows say something of; several may be about one. */
  documents: number;
  /** Rows with an empty list and no `rejected`, read as `empty` has it. */
  empty: number;
  changed: boolean;
  /** Rows that contradict one before of the same document, the first of them. */
  contradicting: ContradictingRows[];
  contradictingCount: number;
  /** Answers that differed from those in the project, the first of them; whose was kept. */
  conflicts: ListedConflict[];
  conflictCount: number;
  overwritten: number;
}

/**
 * Records the annotations of a JSONL file, `{"id", "labels": […], "rejected": […]?, "at"?}` per line, all or none, as
 * one import.
 *
 * Throws `annotator_invalid`, and `annotation_invalid`, naming the line, for a row that can't be read, an unknown document or label, or a
 * label that is accepted and rejected.
 */
export async function annotateFromFile(
  project: Project,
  file: string,
  given: AnswersRequest,
): Promise<AnswersReport> {
  const request = { ...given, annotator: annotatorNamed(given.annotator) };
  const answers: (ImportedAnswer & { readonly place: Place })[] = [];
  let empty = 0;
  for await (const answer of answersIn(project, file, request, () => (empty += 1))) answers.push(answer);
  if (answers.length === 0)
    throw new BackendError(
      'annotation_invalid',
      `"${basename(file)}" has no rows${empty > 0 ? ' that say anything' : ''}.`,
    );
  const revision = project.stores.annotations.lastRevision();
  const report = {
    documents: new Set(answers.map(({ documentId }) => documentId)).size,
    empty,
    ...contradictingIn(project, answers),
    conflicts: [] as ListedConflict[],
    conflictCount: 0,
    overwritten: 0,
  };
  const id = project.write(() => {
    const writer = importWriter(project, { files: [basename(file)], policy: request.conflicts ?? 'mine' });
    for (const answer of answers) noteConflicts(project, { report, answer, outcome: writer.write(answer) });
    return writer.id;
  });
  return { id, ...report, changed: project.stores.annotations.lastRevision() > revision };
}

function contradictingIn(
  project: Project,
  answers: readonly (ImportedAnswer & { readonly place: Place })[],
): Pick<AnswersReport, 'contradicting' | 'contradictingCount'> {
  const contradicting: ContradictingRows[] = [];
  const names = new Map(requireLabels(project).map(({ name, id }) => [id, name]));
  let contradictingCount = 0;
  const before = new Map<number, { readonly place: Place; readonly values: Map<number, Value> }>();
  for (const { documentId, place, said } of answers) {
    const first = before.get(documentId);
    if (first === undefined) {
      before.set(documentId, { place, values: new Map(said.values) });
      continue;
    }
    const labels: number[] = [];
    for (const [label, value] of said.values) {
      const other = first.values.get(label);
      if (other !== undefined && other !== value) labels.push(label);
      if (other !== 'yes') first.values.set(label, value);
    }
    if (labels.length === 0) continue;
    contradictingCount += 1;
    if (contradicting.length === MOST_LISTED) continue;
    contradicting.push({
      document: nameOf(project, documentId),
      places: [first.place, place],
      labels: labels.map((label) => names.get(label) ?? ''),
    });
  }
  return { contradicting, contradictingCount };
}

const nameOf = (project: Project, id: number): string =>
  project.stores.documents.get(id)?.externalId ?? `#${id}`;

/** What answers of a file would be in conflict with. */
export async function* answerConflicts(
  project: Project,
  file: string,
  request: AnswersRequest,
): AsyncIterable<Conflict> {
  for await (const answer of answersIn(project, file, request)) {
    const there = project.stores.standing.decisions(answer.documentId);
    for (const conflict of weigh(answer.said, there, () => false).conflicts)
      yield conflictOf(project, answer, conflict);
  }
}

async function* answersIn(
  project: Project,
  file: string,
  { annotator, absent, empty }: AnswersRequest,
  onEmpty?: () => void,
): AsyncIterable<ImportedAnswer & { readonly place: Place }> {
  const labels = new Map(requireLabels(project).map(({ name, id }) => [name, id]));
  for await (const row of readJsonlRows(file)) {
    if ('problem' in row) throw invalid(row.problem.place, row.problem.reason);
    const { place, id, labels: accepted, rejected, at } = row;
    if (id === null) throw invalid(place, 'it has no id.');
    if (accepted === null) throw invalid(place, 'it has no labels.');
    const yes = new Set(accepted.map((name) => labelId(labels, name, place)));
    const open = rejected === null && absent === 'open';
    const no =
      rejected?.map((name) => labelId(labels, name, place)) ??
      (open ? [] : [...labels.values()].filter((l) => !yes.has(l)));
    const both = no.find((label) => yes.has(label));
    if (both !== undefined) throw invalid(place, 'a label is both accepted and rejected.');
    const documentId = documentOf(project, { ...row, id });
    if (rejected === null && accepted.length === 0) {
      onEmpty?.();
      if (empty === 'nothing') continue;
    }
    const { values } = decided(documentId, { yes: [...yes], no });
    yield {
      documentId,
      place,
      said: { annotator, named: true, values, at: at ?? undefined },
      status: open ? 'draft' : 'done',
      note: undefined,
      seconds: undefined,
    };
  }
}

function labelId(labels: ReadonlyMap<string, number>, name: string, place: Place): number {
  const id = labels.get(name);
  if (id === undefined) throw invalid(place, `the project has no label "${name}".`);
  return id;
}

/** The document that a row is about; with a text, it must be that of the document. */
function documentOf(project: Project, { id, text, place }: JsonlRow & { id: string }): number {
  const { documents } = project.stores;
  const document = documentNamed(documents, id);
  if (document && text !== null && text !== document.text)
    throw invalid(place, `its text is another than that of the document "${id}".`);
  if (document) return document.id;
  const numbered = /^[1-9]\d{0,14}$/.test(id) && documents.get(Number(id)) !== undefined;
  throw invalid(
    place,
    `the project has no document with the id "${id}".`,
    numbered
      ? `Nothing was recorded; to name a document by its number in the project, write "#${id}".`
      : MEND,
  );
}

const MEND = 'Nothing was recorded; mend the line and try again.';

const invalid = ({ file, line, record }: Place, reason: string, hint = MEND) =>
  new BackendError(
    'annotation_invalid',
    `${line === undefined ? `Record ${record ?? '?'}` : `Line ${line}`} of "${basename(file)}" can't be used: ${reason}`,
    hint,
  );
