import { nameOf } from '../project/documentName.ts';
import type { Project } from '../project/file.ts';
import type { Value } from '../project/store/annotations.ts';
import type { ImportItem, Place } from '../records.ts';
import { readDocuments } from './bounded.ts';
import { checkedId } from './checkedId.ts';
import { conflictKey, saidBy } from './deciding.ts';
import { inProjectNames, labelNames } from './labelNames.ts';
import { labelsIn } from './labelsIn.ts';
import type { ImportOptions } from './options.ts';
import { type Absent, closedBy, placed, placesIn, saysNothing } from './placing.ts';
import { type Said, type Weighed, weigh } from './weighing.ts';

const START = 200;

/** An answer of a file that contradicts one of the project, for people. */
export interface Conflict {
  /** Tells the conflicts of one import apart. */
  readonly key: string;
  readonly place: Place;
  readonly document: string;
  /** How its text begins. */
  readonly start: string;
  readonly label: string;
  readonly theirs: Value;
  /** ISO 8601; null: the file doesn't tell. */
  readonly theirsAt: string | null;
  readonly mine: Value;
  readonly mineAt: string;
  /** Who gave the project's answer. */
  readonly by: string;
}

/** Whose answer was kept. */
export type ListedConflict = Conflict & { readonly kept: 'mine' | 'theirs' };

/** So many conflicts are listed, and can be decided one by one. */
const MAX_LISTED_CONFLICTS = 1000;

/** What a place of a file says of a document. */
interface PlacedAnswer {
  readonly documentId: number;
  readonly said: Said;
  readonly place: Place;
}

/** Puts what came of writing one answer into a report. */
export function noteConflicts(
  project: Project,
  {
    report,
    answer: { documentId, said, place },
    outcome,
  }: {
    report: { conflicts: ListedConflict[]; conflictCount: number; overwritten: number };
    answer: PlacedAnswer;
    outcome: readonly { readonly conflict: Weighed; readonly overwritten: boolean }[];
  },
): void {
  for (const { conflict, overwritten } of outcome) {
    report.conflictCount += 1;
    if (overwritten) report.overwritten += 1;
    if (report.conflicts.length >= MAX_LISTED_CONFLICTS) continue;
    const kept = overwritten ? 'theirs' : 'mine';
    report.conflicts.push({ ...conflictOf(project, { documentId, said, place }, conflict), kept });
  }
}

export function conflictOf(
  { stores }: Project,
  { documentId, said: { annotator }, place }: PlacedAnswer,
  conflict: Weighed,
): Conflict {
  const document = stores.documents.get(documentId);
  const { labelId, ...said } = conflict;
  return {
    key: conflictKey(documentId, annotator, conflict),
    place,
    document: document ? nameOf(document) : `#${documentId}`,
    start: document?.text.slice(0, START) ?? '',
    label: stores.labels.nameOf(labelId) ?? '',
    ...said,
  };
}

export interface ConflictRequest extends ImportOptions {
  /** Who answers, where the file does not tell. */
  readonly annotator: string;
  readonly absent?: Absent | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tells what each record of a file would be in conflict with, without changing anything. */
export async function conflictFinder(
  project: Project,
  file: string,
  request: ConflictRequest,
): Promise<(item: ImportItem) => Conflict[]> {
  const { documents, annotations, standing, labels } = project.stores;
  if (annotations.lastRevision() === 0) return () => [];
  const ids = new Map(labels.all().map(({ name, id }) => [name, id]));
  const names = labelNames(await labelsIn(file, request), [...ids.keys()], request.names);
  const renamed = inProjectNames(names);
  const closing = { all: [...ids.values()], named: names.flatMap(({ to }) => ids.get(to ?? '') ?? []) };
  return (item) => {
    if (item.kind !== 'document') return [];
    const found = placed(placesIn(documents), item.document, {
      file: item.place.file,
      shared: request.ids === 'shared',
    });
    if (found.kind !== 'known') return [];
    const documentId = found.id;
    const there = standing.decisions(documentId);
    return renamed(item.document).annotations.flatMap((record) => {
      if (saysNothing(record, request.absent)) return [];
      const closed = closedBy(record, request.absent, closing);
      const said = saidBy(record, { annotator: request.annotator, ids, closing: closed });
      const answer = { documentId, said, place: item.place };
      return weigh(said, there, () => false).conflicts.map((conflict) =>
        conflictOf(project, answer, conflict),
      );
    });
  };
}

/** What files would be in conflict with. */
export async function* conflictsOf(
  project: Project,
  files: readonly string[],
  request: ConflictRequest,
): AsyncIterable<Conflict> {
  for (const file of files) {
    const { options } = await checkedId(file, request, { signal: request.signal, all: false });
    const conflicts = await conflictFinder(project, file, options);
    for await (const item of readDocuments(file, options, options)) yield* conflicts(item);
  }
}
