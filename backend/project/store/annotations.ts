import type Database from 'better-sqlite3';
import { present } from './present.ts';

export type Value = 'yes' | 'no' | 'undecided';
export type Status = 'new' | 'draft' | 'done' | 'skipped';
export type RevisionKind = 'annotate' | 'bulk' | 'import' | 'merge' | 'undo' | 'redo';

export interface State {
  readonly status: Status;
  readonly flagged: boolean;
  readonly note: string;
  readonly seconds: number | null;
}

export interface DecisionRow {
  readonly documentId: number;
  readonly annotatorId: number;
  readonly labelId: number;
  readonly value: Value;
}

export interface AnnotationStore {
  annotatorId(name: string): number;
  annotators(): { id: number; name: string }[];
  /** Starts an act; what is decided in it carries the returned id. */
  addRevision(annotatorId: number, kind: RevisionKind, at: string, undoes?: number): number;
  lastRevision(): number;
  /** Documents on which an act after this revision said or set anything, in no order. */
  touchedSince(revisionId: number): number[];
  decide(revisionId: number, row: DecisionRow): void;
  setState(revisionId: number, documentId: number, annotatorId: number, state: State): void;
  state(documentId: number, annotatorId: number): State | undefined;
  /** One annotator's answers on a document: label id → value. */
  decisions(documentId: number, annotatorId: number): Map<number, Value>;
  /** Annotators who opened a document, with their state and the time of it. */
  states(documentId: number): (State & { annotatorId: number; annotator: string; at: string })[];
  /** One annotator's answers on all documents. */
  decidedBy(
    annotatorId: number,
  ): Iterable<readonly [documentId: number, labelId: number, value: 'yes' | 'no']>;
  /** Documents on which annotators say the opposite of each other, in project order. */
  contradicted(limit: number): number[];
  /** Documents that someone finished, skipped or not. */
  handled(): Set<number>;
  isHandled(documentId: number): boolean;
  /** Documents that someone finished or left half decided. */
  begun(): Set<number>;
  /** How many documents have decisions though nobody has finished them. */
  unfinished(): number;
  /** Documents with the status for some annotator. */
  countByStatus(): Map<Status, number>;
  /** Documents with the status for this annotator. */
  countOf(annotator: string, status: Status): number;
  /** Answers that stand, yes and no, of all annotators. */
  countAnswers(): number;
}

export function annotationStore(db: Database.Database): AnnotationStore {
  const annotator = db.prepare<unknown[], number>('SELECT id FROM annotators WHERE name = ?').pluck();
  const addAnnotator = db.prepare('INSERT INTO annotators (name) VALUES (?)');
  const annotators = db.prepare<unknown[], { id: number; name: string }>(
    'SELECT id, name FROM annotators ORDER BY id',
  );
  const addRevision = db.prepare(
    'INSERT INTO revisions (annotator_id, kind, undoes, at) VALUES (?, ?, ?, ?)',
  );
  const lastRevision = db.prepare<unknown[], number>('SELECT coalesce(max(id), 0) FROM revisions').pluck();
  const touchedSince = db
    .prepare<unknown[], number>(
      `SELECT document_id FROM decisions WHERE revision_id > @after
       UNION SELECT document_id FROM states WHERE revision_id > @after`,
    )
    .pluck();
  const decision = db.prepare(
    `INSERT INTO decisions (document_id, label_id, annotator_id, revision_id, value)
     VALUES (@documentId, @labelId, @annotatorId, @revisionId, @value)`,
  );
  const current = db.prepare(
    `INSERT INTO current_decisions (document_id, annotator_id, label_id, value, revision_id)
     VALUES (@documentId, @annotatorId, @labelId, @value, @revisionId)
     ON CONFLICT DO UPDATE SET value = excluded.value, revision_id = excluded.revision_id`,
  );
  const state = db.prepare(
    `INSERT INTO states (document_id, annotator_id, revision_id, status, flagged, note, seconds)
     VALUES (@documentId, @annotatorId, @revisionId, @status, @flagged, @note, @seconds)`,
  );
  const currentState = db.prepare(
    `INSERT INTO current_states (document_id, annotator_id, status, flagged, note, seconds, revision_id)
     VALUES (@documentId, @annotatorId, @status, @flagged, @note, @seconds, @revisionId)
     ON CONFLICT DO UPDATE SET status = excluded.status, flagged = excluded.flagged, note = excluded.note,
       seconds = excluded.seconds, revision_id = excluded.revision_id`,
  );
  const stateOf = db.prepare<unknown[], Omit<State, 'flagged'> & { flagged: number }>(
    'SELECT status, flagged, note, seconds FROM current_states WHERE document_id = ? AND annotator_id = ?',
  );
  const decisionsOf = db.prepare<unknown[], { labelId: number; value: Value }>(
    'SELECT label_id AS labelId, value FROM current_decisions WHERE document_id = ? AND annotator_id = ?',
  );
  const statesOf = db.prepare(
    `SELECT s.annotator_id AS annotatorId, a.name AS annotator, s.status, s.flagged, s.note, s.seconds, r.at
     FROM current_states s JOIN annotators a ON a.id = s.annotator_id JOIN revisions r ON r.id = s.revision_id
     WHERE s.document_id = ? ORDER BY s.annotator_id`,
  );
  const handled = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT document_id FROM current_states
       WHERE status IN ('done', 'skipped') AND ${present('document_id')}`,
    )
    .pluck();
  const isHandled = db
    .prepare("SELECT 1 FROM current_states WHERE document_id = ? AND status IN ('done', 'skipped') LIMIT 1")
    .pluck();
  const begun = db
    .prepare<unknown[], number>("SELECT DISTINCT document_id FROM current_states WHERE status <> 'new'")
    .pluck();
  const unfinished = db
    .prepare<unknown[], number>(
      `SELECT count(DISTINCT s.document_id) FROM current_states s
       JOIN current_decisions d ON d.document_id = s.document_id AND d.annotator_id = s.annotator_id
       JOIN labels l ON l.id = d.label_id AND l.deleted_at IS NULL
       WHERE s.status = 'draft' AND d.value IN ('yes', 'no') AND ${present('s.document_id')} AND NOT EXISTS (
         SELECT 1 FROM current_states o WHERE o.document_id = s.document_id AND o.status = 'done')`,
    )
    .pluck();
  const decidedBy = db
    .prepare(
      `SELECT document_id, label_id, value FROM current_decisions
       WHERE annotator_id = ? AND value IN ('yes', 'no') AND ${present('document_id')}`,
    )
    .raw();
  const contradicted = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT d.document_id FROM current_decisions d JOIN labels l ON l.id = d.label_id
       WHERE l.deleted_at IS NULL AND d.value IN ('yes', 'no') AND ${present('d.document_id')}
       GROUP BY d.document_id, d.label_id HAVING min(d.value) <> max(d.value) ORDER BY d.document_id LIMIT ?`,
    )
    .pluck();
  const countOf = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM current_states s JOIN annotators a ON a.id = s.annotator_id
       WHERE s.status = ? AND a.name = ? AND ${present('s.document_id')}`,
    )
    .pluck();
  const answers = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM current_decisions d JOIN labels l ON l.id = d.label_id AND l.deleted_at IS NULL
       WHERE d.value IN ('yes', 'no') AND ${present('d.document_id')}`,
    )
    .pluck();
  const byStatus = db.prepare<unknown[], { status: Status; documents: number }>(
    `SELECT status, count(DISTINCT document_id) AS documents FROM current_states
     WHERE ${present('document_id')} GROUP BY status`,
  );
  return {
    annotatorId: (name) => annotator.get(name) ?? Number(addAnnotator.run(name).lastInsertRowid),
    annotators: () => annotators.all(),
    addRevision: (annotatorId, kind, at, undoes) =>
      Number(addRevision.run(annotatorId, kind, undoes ?? null, at).lastInsertRowid),
    lastRevision: () => lastRevision.get() ?? 0,
    touchedSince: (after) => touchedSince.all({ after }),
    decide(revisionId, row) {
      decision.run({ ...row, revisionId });
      current.run({ ...row, revisionId });
    },
    setState(revisionId, documentId, annotatorId, given) {
      const row = { ...given, flagged: given.flagged ? 1 : 0, documentId, annotatorId, revisionId };
      state.run(row);
      currentState.run(row);
    },
    state(documentId, annotatorId) {
      const row = stateOf.get(documentId, annotatorId);
      return row && { ...row, flagged: row.flagged === 1 };
    },
    decisions: (documentId, annotatorId) =>
      new Map(decisionsOf.all(documentId, annotatorId).map(({ labelId, value }) => [labelId, value])),
    states: (documentId) =>
      (statesOf.all(documentId) as ReturnType<AnnotationStore['states']>).map((row) => ({
        ...row,
        flagged: (row.flagged as unknown) === 1,
      })),
    decidedBy: (annotatorId) => decidedBy.iterate(annotatorId) as ReturnType<AnnotationStore['decidedBy']>,
    contradicted: (limit) => contradicted.all(limit),
    handled: () => new Set(handled.all()),
    begun: () => new Set(begun.all()),
    unfinished: () => unfinished.get() ?? 0,
    isHandled: (documentId) => isHandled.get(documentId) !== undefined,
    countOf: (annotator, status) => countOf.get(status, annotator) ?? 0,
    countAnswers: () => answers.get() ?? 0,
    countByStatus: () => new Map(byStatus.all().map(({ status, documents }) => [status, documents])),
  };
}
