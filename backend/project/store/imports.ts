import type Database from 'better-sqlite3';
import { present } from './present.ts';

export interface ImportAct {
  readonly id: number;
  readonly at: string;
  readonly files: readonly string[];
  /** null: it stands. */
  readonly undoneAt: string | null;
  /** Documents that it brought and that are there now. */
  readonly documents: number;
  /** Answers that it gave, yes or no, and that hold now. */
  readonly decisions: number;
}

/** What imports brought, and taking it back. */
export interface ImportStore {
  begin(files: readonly string[], at: string): number;
  addRevision(importId: number, revisionId: number): void;
  addDocument(importId: number, documentId: number): void;
  /** Those that changed something, the newest first. */
  list(limit: number): ImportAct[];
  /** One of them, or one that changed nothing. */
  get(id: number): ImportAct | undefined;
  setUndone(id: number, at: string | null): void;
  /** People whose answers or states the import wrote and that hold now, on `undo`; that were taken back, on `redo`. */
  annotators(id: number, of: 'undo' | 'redo'): number[];
  /**
   * Within a revision of one annotator, restores what held before the import, or what the import wrote, where nobody
   * has decided since. Returns how many answers became others.
   */
  revert(id: number, of: 'undo' | 'redo', by: { revisionId: number; annotatorId: number }): number;
  /** Takes away documents that nobody decided and no run has used; returns how many went and how many stay. */
  remove(id: number): { removed: number; kept: number };
  /** Brings them back, but for those whose id or text came again; returns how many came and how many did not. */
  restore(id: number): { restored: number; left: number };
}

const PART = { undo: 'did', redo: 'undid' } as const;

export function importStore(db: Database.Database): ImportStore {
  const begin = db.prepare('INSERT INTO imports (at, files) VALUES (?, ?)');
  const addRevision = db.prepare(
    'INSERT INTO import_revisions (revision_id, import_id, part) VALUES (?, ?, ?)',
  );
  const addDocument = db.prepare('INSERT INTO import_documents (document_id, import_id) VALUES (?, ?)');
  const acts = `SELECT i.id, i.at, i.files, i.undone_at AS undoneAt,
       (SELECT count(*) FROM import_documents d WHERE d.import_id = i.id AND ${present('d.document_id')}) AS documents,
       (SELECT count(*) FROM import_revisions r JOIN decisions d ON d.revision_id = r.revision_id
        JOIN current_decisions c ON c.document_id = d.document_id AND c.annotator_id = d.annotator_id
          AND c.label_id = d.label_id AND c.revision_id = d.revision_id
        WHERE r.import_id = i.id AND r.part = 'did' AND c.value <> 'undecided') AS decisions
     FROM imports i`;
  const list = db.prepare<unknown[], StoredAct>(
    `${acts} WHERE EXISTS (SELECT 1 FROM import_documents d WHERE d.import_id = i.id)
       OR EXISTS (SELECT 1 FROM import_revisions r WHERE r.import_id = i.id)
     ORDER BY i.id DESC LIMIT ?`,
  );
  const one = db.prepare<unknown[], StoredAct>(`${acts} WHERE i.id = ?`);
  const setUndone = db.prepare('UPDATE imports SET undone_at = ? WHERE id = ?');
  const annotators = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT v.annotator_id FROM import_revisions r JOIN revisions v ON v.id = r.revision_id
       WHERE r.import_id = ? AND r.part = ? ORDER BY v.annotator_id`,
    )
    .pluck();
  const own = 'SELECT revision_id FROM import_revisions WHERE import_id = @id';
  /** The newest earlier row of the history: of others before the import, or of the import itself. */
  const earlier = (table: string, key: string, of: 'undo' | 'redo') =>
    `p.revision_id = (SELECT max(q.revision_id) FROM ${table} q WHERE q.document_id = d.document_id
       AND q.annotator_id = d.annotator_id ${key} AND q.revision_id < d.revision_id
       AND q.revision_id ${of === 'undo' ? `NOT IN (${own})` : `IN (${own} AND part = 'did')`})`;
  const statements = (of: 'undo' | 'redo') => [
    db.prepare(
      `INSERT INTO decisions (document_id, label_id, annotator_id, revision_id, value)
       SELECT d.document_id, d.label_id, d.annotator_id, @revisionId, coalesce(p.value, 'undecided')
       FROM import_revisions r JOIN decisions d ON d.revision_id = r.revision_id
       JOIN current_decisions c ON c.document_id = d.document_id AND c.annotator_id = d.annotator_id
         AND c.label_id = d.label_id AND c.revision_id = d.revision_id
       LEFT JOIN decisions p ON p.document_id = d.document_id AND p.annotator_id = d.annotator_id
         AND p.label_id = d.label_id AND ${earlier('decisions', 'AND q.label_id = d.label_id', of)}
       WHERE r.import_id = @id AND r.part = '${PART[of]}' AND d.annotator_id = @annotatorId
         AND ${present('d.document_id')}`,
    ),
    db.prepare(
      `INSERT INTO current_decisions (document_id, annotator_id, label_id, value, revision_id)
       SELECT document_id, annotator_id, label_id, value, revision_id FROM decisions
       WHERE revision_id = @revisionId AND annotator_id = @annotatorId AND @id > 0
       ON CONFLICT DO UPDATE SET value = excluded.value, revision_id = excluded.revision_id`,
    ),
    db.prepare(
      `INSERT INTO states (document_id, annotator_id, revision_id, status, flagged, note, seconds)
       SELECT d.document_id, d.annotator_id, @revisionId, coalesce(p.status, 'new'), coalesce(p.flagged, 0),
         coalesce(p.note, ''), p.seconds
       FROM import_revisions r JOIN states d ON d.revision_id = r.revision_id
       JOIN current_states c ON c.document_id = d.document_id AND c.annotator_id = d.annotator_id
         AND c.revision_id = d.revision_id
       LEFT JOIN states p ON p.document_id = d.document_id AND p.annotator_id = d.annotator_id
         AND ${earlier('states', '', of)}
       WHERE r.import_id = @id AND r.part = '${PART[of]}' AND d.annotator_id = @annotatorId
         AND ${present('d.document_id')}`,
    ),
    db.prepare(
      `INSERT INTO current_states (document_id, annotator_id, status, flagged, note, seconds, revision_id)
       SELECT document_id, annotator_id, status, flagged, note, seconds, revision_id FROM states
       WHERE revision_id = @revisionId AND annotator_id = @annotatorId AND @id > 0
       ON CONFLICT DO UPDATE SET status = excluded.status, flagged = excluded.flagged, note = excluded.note,
         seconds = excluded.seconds, revision_id = excluded.revision_id`,
    ),
  ];
  const reverting = { undo: statements('undo'), redo: statements('redo') };
  const remove = db.prepare(
    `UPDATE import_documents SET removed = 1,
       external_id = coalesce((SELECT external_id FROM documents WHERE id = document_id),
         (SELECT g.external_id FROM deleted_documents g WHERE g.document_id = import_documents.document_id))
     WHERE import_id = ? AND removed = 0
       AND NOT EXISTS (SELECT 1 FROM current_decisions c
         WHERE c.document_id = import_documents.document_id AND c.value <> 'undecided')
       AND NOT EXISTS (SELECT 1 FROM current_states s WHERE s.document_id = import_documents.document_id
         AND (s.status <> 'new' OR s.flagged = 1 OR s.note <> ''))
       AND NOT EXISTS (SELECT 1 FROM run_documents u WHERE u.document_id = import_documents.document_id)`,
  );
  const removed = 'SELECT document_id FROM import_documents WHERE import_id = ? AND removed = 1';
  const forget = [
    `UPDATE documents SET external_id = NULL WHERE external_id IS NOT NULL AND id IN (${removed})`,
    `DELETE FROM evidence WHERE document_id IN (${removed})`,
    `DELETE FROM untrained_evidence WHERE document_id IN (${removed})`,
    `DELETE FROM embeddings WHERE document_id IN (${removed})`,
    `DELETE FROM tuned_embeddings WHERE document_id IN (${removed})`,
  ].map((sql) => db.prepare(sql));
  const countOf = db
    .prepare<unknown[], number>('SELECT count(*) FROM import_documents WHERE import_id = ? AND removed = ?')
    .pluck();
  const restore = db.prepare(
    `UPDATE import_documents SET removed = 0 WHERE import_id = ? AND removed = 1 AND CASE
       WHEN external_id IS NULL THEN NOT EXISTS (SELECT 1 FROM documents d JOIN documents o ON o.sha256 = d.sha256
         WHERE d.id = import_documents.document_id AND o.id <> d.id
           AND ${present('o.id')})
       ELSE NOT EXISTS (SELECT 1 FROM documents d WHERE d.external_id = import_documents.external_id) END`,
  );
  const named = db.prepare(
    `UPDATE documents SET external_id = (SELECT i.external_id FROM import_documents i WHERE i.document_id = documents.id)
     WHERE external_id IS NULL AND id IN (SELECT document_id FROM import_documents
       WHERE import_id = ? AND removed = 0 AND external_id IS NOT NULL)
     AND id NOT IN (SELECT document_id FROM deleted_documents)`,
  );
  return {
    begin: (files, at) => Number(begin.run(at, JSON.stringify(files)).lastInsertRowid),
    addRevision: (importId, revisionId) => void addRevision.run(revisionId, importId, 'did'),
    addDocument: (importId, documentId) => void addDocument.run(documentId, importId),
    list: (limit) => list.all(limit).map(actOf),
    get(id) {
      const row = one.get(id);
      return row && actOf(row);
    },
    setUndone: (id, at) => void setUndone.run(at, id),
    annotators: (id, of) => annotators.all(id, PART[of]),
    revert(id, of, by) {
      const [answers = 0] = reverting[of].map((statement) => statement.run({ id, ...by }).changes);
      addRevision.run(by.revisionId, id, of === 'undo' ? 'undid' : 'did');
      return answers;
    },
    remove(id) {
      const { changes } = remove.run(id);
      for (const statement of forget) statement.run(id);
      return { removed: changes, kept: countOf.get(id, 0) ?? 0 };
    },
    restore(id) {
      const { changes } = restore.run(id);
      named.run(id);
      return { restored: changes, left: countOf.get(id, 1) ?? 0 };
    },
  };
}

interface StoredAct extends Omit<ImportAct, 'files'> {
  readonly files: string;
}

const actOf = (row: StoredAct): ImportAct => ({
  ...row,
  files: (JSON.parse(row.files) as unknown[]).map(String),
});
