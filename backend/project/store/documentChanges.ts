import type Database from 'better-sqlite3';
import type { DocumentStore } from './documents.ts';

/** What someone did with a document itself. */
export interface DocumentChange {
  readonly documentId: number;
  readonly what: 'delete' | 'restore' | 'text';
  /** Of a corrected text: what it was, and what it became; else null. */
  readonly textBefore: string | null;
  readonly textAfter: string | null;
}

/** Deleting documents and correcting their texts, as acts that can be taken back. */
export interface DocumentChangeStore {
  /** The document is as good as gone; others may take its id. */
  delete(revisionId: number, documentId: number): void;
  /** It is there again, with its id. */
  restore(revisionId: number, documentId: number): void;
  /** What the models said of the old text goes. */
  correct(revisionId: number, documentId: number, text: string): void;
  ofAct(revisionId: number): DocumentChange[];
  /** The id of a deleted document that another one has by now. */
  takenId(documentId: number): string | undefined;
  isDeleted(documentId: number): boolean;
  /** Another number after each deletion and restoration, while this connection is open. */
  readonly version: number;
}

export function documentChangeStore(
  db: Database.Database,
  documents: Pick<DocumentStore, 'get' | 'setText'>,
  forget: (documentId: number) => void,
): DocumentChangeStore {
  let version = 0;
  const add = db.prepare(
    'INSERT INTO document_changes (document_id, revision_id, what, text_before) VALUES (?, ?, ?, ?)',
  );
  const hide = db.prepare(
    'INSERT INTO deleted_documents (document_id, external_id) SELECT id, external_id FROM documents WHERE id = ?',
  );
  const unname = db.prepare(
    'UPDATE documents SET external_id = NULL WHERE id = ? AND external_id IS NOT NULL',
  );
  const name = db.prepare(
    `UPDATE documents SET external_id = (SELECT g.external_id FROM deleted_documents g WHERE g.document_id = documents.id)
     WHERE id = ? AND id NOT IN (SELECT d.document_id FROM import_documents d WHERE d.removed = 1)`,
  );
  const show = db.prepare('DELETE FROM deleted_documents WHERE document_id = ?');
  const deleted = db.prepare('SELECT 1 FROM deleted_documents WHERE document_id = ?').pluck();
  const taken = db
    .prepare<unknown[], string>(
      `SELECT g.external_id FROM deleted_documents g JOIN documents d ON d.external_id = g.external_id
       WHERE g.document_id = ? AND d.id <> g.document_id`,
    )
    .pluck();
  // After a correction comes what the next one found, or what is there.
  const ofAct = db.prepare<unknown[], DocumentChange>(
    `SELECT c.document_id AS documentId, c.what, c.text_before AS textBefore,
       CASE c.what WHEN 'text' THEN coalesce(
         (SELECT n.text_before FROM document_changes n WHERE n.document_id = c.document_id AND n.what = 'text'
          AND n.revision_id > c.revision_id ORDER BY n.revision_id LIMIT 1), d.text) END AS textAfter
     FROM document_changes c JOIN documents d ON d.id = c.document_id WHERE c.revision_id = ? ORDER BY c.document_id`,
  );
  return {
    get version() {
      return version;
    },
    delete(revisionId, id) {
      version += 1;
      add.run(id, revisionId, 'delete', null);
      hide.run(id);
      unname.run(id);
    },
    restore(revisionId, id) {
      version += 1;
      add.run(id, revisionId, 'restore', null);
      name.run(id);
      show.run(id);
    },
    correct(revisionId, id, text) {
      add.run(id, revisionId, 'text', documents.setText(id, text));
      forget(id);
    },
    ofAct: (revisionId) => ofAct.all(revisionId),
    takenId: (id) => taken.get(id),
    isDeleted: (id) => deleted.get(id) !== undefined,
  };
}

/**
 * SQL: whether the text of the document `id` is what it was at the revision `at`. A text that was corrected and corrected
 * back is.
 */
export const textAsAt = (id: string, at: string): string =>
  `NOT EXISTS (SELECT 1 FROM document_changes c JOIN documents t ON t.id = c.document_id
    WHERE c.document_id = ${id} AND c.text_before <> t.text AND c.revision_id =
      (SELECT min(f.revision_id) FROM document_changes f
       WHERE f.document_id = ${id} AND f.what = 'text' AND f.revision_id > ${at}))`;
