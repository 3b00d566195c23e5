import type Database from 'better-sqlite3';
import { present } from './present.ts';

/** An answer that came without those to all other labels: on a document that nobody finished, or to many at once. */
export interface PartialAnswer {
  readonly documentId: number;
  readonly labelId: number;
  readonly value: 'yes' | 'no';
  /** 1: somebody finished the document. */
  readonly finished: 0 | 1;
  /** Which act it came with, an import for example: a number each; what an annotator answers one by one is one act. */
  readonly act: number;
}

export interface PartialStore {
  answers(): PartialAnswer[];
  of(documentId: number): PartialAnswer[];
}

export function partialStore(db: Database.Database): PartialStore {
  const where = (documents: string) =>
    `SELECT d.document_id AS documentId, d.label_id AS labelId, d.value,
       CASE r.kind WHEN 'annotate' THEN -d.annotator_id ELSE r.id END AS act,
       EXISTS (SELECT 1 FROM current_states o WHERE o.document_id = d.document_id AND o.status = 'done') AS finished
     FROM current_decisions d
     JOIN current_states s ON s.document_id = d.document_id AND s.annotator_id = d.annotator_id
     JOIN labels l ON l.id = d.label_id AND l.deleted_at IS NULL
     JOIN revisions r ON r.id = d.revision_id
     WHERE d.value IN ('yes', 'no') AND ${documents} AND (r.kind = 'bulk' AND s.status = 'done'
       OR s.status = 'draft' AND NOT EXISTS (
         SELECT 1 FROM current_states o WHERE o.document_id = d.document_id AND o.status = 'done'))`;
  const all = db.prepare<unknown[], PartialAnswer>(where(present('d.document_id')));
  const ofOne = db.prepare<unknown[], PartialAnswer>(
    where(`d.document_id = ? AND ${present('d.document_id')}`),
  );
  return { answers: () => all.all(), of: (documentId) => ofOne.all(documentId) };
}
