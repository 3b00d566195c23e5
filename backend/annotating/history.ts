import type { HistoryEntry } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

const MOST = 1000;

/** What was decided of a document, in order: the newest acts where there are very many. */
export function historyOf({ db }: Project, documentId: number): HistoryEntry[] {
  const acts = db
    .prepare(
      `SELECT r.id, r.at, a.name AS annotator, r.kind FROM revisions r JOIN annotators a ON a.id = r.annotator_id
       WHERE r.id IN (SELECT revision_id FROM decisions WHERE document_id = @id
                      UNION SELECT revision_id FROM states WHERE document_id = @id)
       ORDER BY r.id DESC LIMIT ${MOST}`,
    )
    .all({ id: documentId }) as { id: number; at: string; annotator: string; kind: string }[];
  const decisions = db.prepare(
    `SELECT label_id AS labelId, value FROM decisions WHERE document_id = ? AND revision_id = ? ORDER BY label_id`,
  );
  const status = db.prepare('SELECT status FROM states WHERE document_id = ? AND revision_id = ?').pluck();
  return acts.reverse().map(({ id, ...act }) => ({
    ...act,
    decisions: decisions.all(documentId, id) as HistoryEntry['decisions'],
    status: (status.get(documentId, id) as HistoryEntry['status'] | undefined) ?? null,
  }));
}
