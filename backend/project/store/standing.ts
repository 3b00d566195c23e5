import type Database from 'better-sqlite3';
import type { RevisionKind, Status, Value } from './annotations.ts';

/** An answer that holds, with who gave it, when and how. */
export interface Standing {
  readonly labelId: number;
  readonly value: Value;
  readonly annotator: string;
  readonly revisionId: number;
  readonly kind: RevisionKind;
  readonly at: string;
}

/** What holds of a document, to be weighed against what a file says. */
export interface StandingStore {
  /** Of all annotators. */
  decisions(documentId: number): Standing[];
  /** One annotator's status, and when it was set. */
  state(
    documentId: number,
    annotatorId: number,
  ): { readonly status: Status; readonly revisionId: number; readonly at: string } | undefined;
}

export function standingStore(db: Database.Database): StandingStore {
  const decisions = db.prepare<unknown[], Standing>(
    `SELECT c.label_id AS labelId, c.value, a.name AS annotator, c.revision_id AS revisionId, r.kind, r.at
     FROM current_decisions c JOIN revisions r ON r.id = c.revision_id JOIN annotators a ON a.id = c.annotator_id
     WHERE c.document_id = ?`,
  );
  const state = db.prepare(
    `SELECT s.status, s.revision_id AS revisionId, r.at FROM current_states s JOIN revisions r ON r.id = s.revision_id
     WHERE s.document_id = ? AND s.annotator_id = ?`,
  );
  return {
    decisions: (documentId) => decisions.all(documentId),
    state: (documentId, annotatorId) =>
      state.get(documentId, annotatorId) as ReturnType<StandingStore['state']>,
  };
}
