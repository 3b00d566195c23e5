import type Database from 'better-sqlite3';
import type { RevisionKind, State, Status, Value } from './annotations.ts';

/** What one person did at once. */
export interface Act {
  readonly id: number;
  readonly kind: RevisionKind;
  /** The act that an undo took back, or the undo that a redo did. */
  readonly undoes: number | null;
}

export interface ActOnDocument extends Omit<Act, 'undoes'> {
  readonly at: string;
  readonly annotator: string;
  readonly decisions: readonly { readonly labelId: number; readonly value: Value }[];
  /** null: the act left it as it was. */
  readonly status: Status | null;
  /** What was done with the document itself; null: nothing. */
  readonly change: 'delete' | 'restore' | 'text' | null;
  /** Of a corrected text: what it was until then. */
  readonly textBefore: string | null;
}

/** An answer that an act gave, and the one that held before; null: none. */
export interface DecisionBefore {
  readonly documentId: number;
  readonly annotatorId: number;
  readonly labelId: number;
  readonly before: Value | null;
}

/** The state that an act set, and the one that held before; a document without one was new. */
export interface StateBefore {
  readonly documentId: number;
  readonly before: State;
  readonly set: State;
}

/** The history: what was decided when, and what held before. */
export interface ActStore {
  /** Acts of one person, the newest first; imports and merged labels are not theirs to undo. */
  undoable(annotator: string): Iterable<Act>;
  /** What was decided of a document, in order: the `most` newest acts. */
  onDocument(documentId: number, most: number): ActOnDocument[];
  decisionsBefore(act: number): DecisionBefore[];
  statesBefore(act: number): StateBefore[];
  /** Documents on which an answer of the act no longer holds: a later act gave another, save an undo and its redo. */
  overtaken(act: number): number[];
  /** Of a merging of labels: the answers that hold still, as they were before it. */
  mergedBefore(act: number): DecisionBefore[];
}

const DECISION_BEFORE = `d.document_id AS documentId, d.annotator_id AS annotatorId, d.label_id AS labelId,
  (SELECT p.value FROM decisions p WHERE p.document_id = d.document_id AND p.annotator_id = d.annotator_id
   AND p.label_id = d.label_id AND p.revision_id < d.revision_id ORDER BY p.revision_id DESC LIMIT 1) AS before`;

export function actStore(db: Database.Database): ActStore {
  const undoable = db.prepare<unknown[], Act>(
    `SELECT r.id, r.kind, r.undoes FROM revisions r
     WHERE r.annotator_id = (SELECT id FROM annotators WHERE name = ?) AND r.kind NOT IN ('import', 'merge')
     ORDER BY r.id DESC`,
  );
  const onDocument = db.prepare<unknown[], Pick<ActOnDocument, 'id' | 'at' | 'annotator' | 'kind'>>(
    `SELECT r.id, r.at, a.name AS annotator, r.kind FROM revisions r JOIN annotators a ON a.id = r.annotator_id
     WHERE r.id IN (SELECT revision_id FROM decisions WHERE document_id = @id
                    UNION SELECT revision_id FROM states WHERE document_id = @id
                    UNION SELECT revision_id FROM document_changes WHERE document_id = @id)
     ORDER BY r.id DESC LIMIT @most`,
  );
  const decisions = db.prepare(
    `SELECT label_id AS labelId, value FROM decisions WHERE document_id = ? AND revision_id = ? ORDER BY label_id`,
  );
  const status = db
    .prepare<unknown[], Status>('SELECT status FROM states WHERE document_id = ? AND revision_id = ?')
    .pluck();
  const change = db.prepare<unknown[], Pick<ActOnDocument, 'change' | 'textBefore'>>(
    'SELECT what AS change, text_before AS textBefore FROM document_changes WHERE document_id = ? AND revision_id = ?',
  );
  const decisionsBefore = db.prepare<unknown[], DecisionBefore>(
    `SELECT ${DECISION_BEFORE} FROM decisions d WHERE d.revision_id = ?`,
  );
  const statesBefore = db.prepare<unknown[], StoredStates>(
    `SELECT s.document_id AS documentId, p.status, p.flagged, p.note, p.seconds, s.status AS setStatus,
       s.flagged AS setFlagged, s.note AS setNote, s.seconds AS setSeconds FROM states s LEFT JOIN states p ON p.document_id = s.document_id AND p.annotator_id = s.annotator_id
       AND p.revision_id = (SELECT max(q.revision_id) FROM states q WHERE q.document_id = s.document_id
         AND q.annotator_id = s.annotator_id AND q.revision_id < s.revision_id)
     WHERE s.revision_id = ?`,
  );
  // A redo restores an act as it was: its answers are the act's.
  const overtaken = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT d.document_id FROM decisions d
       JOIN current_decisions c ON c.document_id = d.document_id AND c.annotator_id = d.annotator_id
         AND c.label_id = d.label_id
       LEFT JOIN revisions redo ON redo.id = c.revision_id AND redo.kind = 'redo'
       LEFT JOIN revisions undo ON undo.id = redo.undoes
       WHERE d.revision_id = @act AND c.revision_id <> @act AND coalesce(undo.undoes, 0) <> @act`,
    )
    .pluck();
  const mergedBefore = db.prepare<unknown[], DecisionBefore>(
    `SELECT ${DECISION_BEFORE} FROM decisions d
     JOIN current_decisions c ON c.document_id = d.document_id AND c.annotator_id = d.annotator_id
       AND c.label_id = d.label_id AND c.revision_id = d.revision_id
     JOIN revisions r ON r.id = d.revision_id AND r.kind = 'merge'
     WHERE d.revision_id = ?`,
  );
  return {
    undoable: (annotator) => undoable.iterate(annotator),
    onDocument: (id, most) =>
      onDocument
        .all({ id, most })
        .reverse()
        .map((act) => ({
          ...act,
          decisions: decisions.all(id, act.id) as ActOnDocument['decisions'],
          status: status.get(id, act.id) ?? null,
          ...(change.get(id, act.id) ?? {
            change: null,
            textBefore: null,
          }),
        })),
    decisionsBefore: (act) => decisionsBefore.all(act),
    statesBefore: (act) =>
      statesBefore.all(act).map((row) => ({
        documentId: row.documentId,
        before: {
          status: row.status ?? 'new',
          flagged: row.flagged === 1,
          note: row.note ?? '',
          seconds: row.seconds,
        },
        set: {
          status: row.setStatus,
          flagged: row.setFlagged === 1,
          note: row.setNote,
          seconds: row.setSeconds,
        },
      })),
    overtaken: (act) => overtaken.all({ act }),
    mergedBefore: (act) => mergedBefore.all(act),
  };
}

interface StoredStates {
  readonly documentId: number;
  readonly status: Status | null;
  readonly flagged: number | null;
  readonly note: string | null;
  readonly seconds: number | null;
  readonly setStatus: Status;
  readonly setFlagged: number;
  readonly setNote: string;
  readonly setSeconds: number | null;
}
