import type { Project } from '../project/file.ts';
import type { Status, Value } from '../project/store/annotations.ts';
import type { AnnotationRecord } from '../records.ts';
import { type Said, type Weighed, weigh } from './weighing.ts';

/** Which of two answers that contradict each other is kept: that of the project, of the file, or by `conflictKey`. */
export type Policy = 'mine' | 'theirs' | { readonly theirs: ReadonlySet<string> };

/** Tells conflicts of one import apart. */
export const conflictKey = (
  documentId: number,
  annotator: string,
  { labelId }: Pick<Weighed, 'labelId'>,
): string => `${documentId} ${labelId} ${annotator}`;

/** What a record says of labels, by id. `closing`: labels that are a no where the record does not name them. */
export function saidBy(
  record: AnnotationRecord,
  {
    annotator,
    ids,
    closing,
  }: { annotator: string; ids: ReadonlyMap<string, number>; closing: Iterable<number> },
): Said {
  const values = new Map<number, Value>();
  if (record.status !== 'skipped') for (const id of closing) values.set(id, 'no');
  for (const [name, value] of record.decisions) {
    const id = ids.get(name);
    if (id !== undefined) values.set(id, value);
  }
  return {
    annotator: record.annotator ?? annotator,
    named: record.annotator !== null,
    values,
    at: record.at,
  };
}

export interface ImportedAnswer {
  readonly documentId: number;
  readonly said: Said;
  readonly status: Status;
  readonly note: string | undefined;
  readonly seconds: number | undefined;
}

/** Writes the answers of one import: its act in the history. */
export interface ImportWriter {
  readonly id: number;
  brought(documentId: number): void;
  /** How many earlier answers of the same annotator to these labels an answer leaves open. */
  leftOpen(answer: Pick<ImportedAnswer, 'documentId' | 'said'>, labels: readonly number[]): number;
  /** Within a transaction. Returns what was in conflict, and whether each was overwritten. */
  write(answer: ImportedAnswer): { conflict: Weighed; overwritten: boolean }[];
}

export function importWriter(
  project: Project,
  { files, policy }: { files: readonly string[]; policy: Policy },
): ImportWriter {
  const { imports, annotations, standing } = project.stores;
  const id = project.write(() => imports.begin(files, new Date().toISOString()));
  const revisions = new Set<number>();
  /** Of each annotator the newest, and the time that the file says of it. */
  const current = new Map<number, { readonly revision: number; readonly at: string | undefined }>();
  const ours = (revisionId: number) => revisions.has(revisionId);

  function begin(annotatorId: number, at: string | undefined): number {
    const revision = annotations.addRevision(annotatorId, 'import', at ?? new Date().toISOString());
    imports.addRevision(id, revision);
    revisions.add(revision);
    current.set(annotatorId, { revision, at });
    return revision;
  }

  return {
    id,
    brought: (documentId) => imports.addDocument(id, documentId),
    leftOpen: ({ documentId, said }, among) =>
      standing
        .decisions(documentId)
        .filter(
          ({ annotator, labelId, value, revisionId }) =>
            annotator === said.annotator &&
            value !== 'undecided' &&
            !said.values.has(labelId) &&
            among.includes(labelId) &&
            !ours(revisionId),
        ).length,
    write({ documentId, said, status, note, seconds }) {
      const annotatorId = annotations.annotatorId(said.annotator);
      const there = standing.decisions(documentId);
      const old = standing.state(documentId, annotatorId);
      const { write, conflicts } = weigh(said, there, ours);
      const answered = conflicts.map((conflict) => ({
        conflict,
        overwritten:
          policy === 'theirs' ||
          (policy !== 'mine' && policy.theirs.has(conflictKey(documentId, said.annotator, conflict))),
      }));
      for (const { conflict, overwritten } of answered)
        if (overwritten) write.set(conflict.labelId, conflict.theirs);

      const before = annotations.state(documentId, annotatorId);
      const next = nextStatus(status, old && { ...old, ours: ours(old.revisionId) }, {
        kept: answered.some(({ overwritten }) => !overwritten),
        newer:
          policy === 'theirs' ||
          (said.at !== undefined && old !== undefined && Date.parse(said.at) > Date.parse(old.at)),
      });
      const state = {
        status: next,
        flagged: before?.flagged ?? false,
        note: before?.note || (note ?? ''),
        seconds: before?.seconds ?? seconds ?? null,
      };
      const same =
        before &&
        before.status === state.status &&
        before.note === state.note &&
        before.seconds === state.seconds;
      if (write.size === 0 && same) return answered;
      // A document that comes again has its later answers in a revision of their own, and so has each time.
      const at = saidAt(said.at);
      const last = current.get(annotatorId);
      const known = last?.at === at ? last?.revision : undefined;
      const again =
        old?.revisionId === known ||
        there.some(({ annotator, revisionId }) => annotator === said.annotator && revisionId === known);
      const revision = known === undefined || again ? begin(annotatorId, at) : known;
      for (const [labelId, value] of write)
        annotations.decide(revision, { documentId, labelId, annotatorId, value });
      if (!same) annotations.setState(revision, documentId, annotatorId, state);
      return answered;
    },
  };
}

/** When a file says that an answer was given, in ISO 8601; undefined: it doesn't, or it says what can't be: a time to come. */
function saidAt(at: string | undefined): string | undefined {
  const time = at === undefined ? Number.NaN : Date.parse(at);
  return time <= Date.now() ? new Date(time).toISOString() : undefined;
}

const RANK: Readonly<Record<Status, number>> = { new: 0, draft: 1, skipped: 2, done: 3 };

/** A person's status is kept unless the file's is later; what was begun is finished where nothing contradicts. */
function nextStatus(
  theirs: Status,
  old: { readonly status: Status; readonly ours: boolean } | undefined,
  { kept, newer }: { kept: boolean; newer: boolean },
): Status {
  if (old === undefined || old.status === 'new') return theirs;
  if (old.ours || (old.status === 'draft' && !kept))
    return RANK[theirs] > RANK[old.status] ? theirs : old.status;
  return newer && !kept ? theirs : old.status;
}
