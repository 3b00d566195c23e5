import type { Affected } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import type { Value } from '../project/store/annotations.ts';

/** What a change of a label touches, in documents; with `into`, how often the two labels contradict each other. */
export function affectedBy(
  { db, stores }: Project,
  { id, into }: { id: number; into?: number | undefined },
): Affected {
  const count = (sql: string, ...values: unknown[]) =>
    db
      .prepare(sql)
      .pluck()
      .get(...values) as number;
  const decided =
    'SELECT count(DISTINCT document_id) FROM current_decisions WHERE label_id = ? AND value = ?';
  return {
    yes: count(decided, id, 'yes'),
    no: count(decided, id, 'no'),
    suggestions: stores.evidence.countOf(id),
    runs: count('SELECT count(DISTINCT run_id) FROM run_labels WHERE label_id = ?', id),
    contradictions:
      into === undefined
        ? 0
        : count(
            `SELECT count(DISTINCT a.document_id) FROM current_decisions a
             JOIN current_decisions b ON b.document_id = a.document_id AND b.annotator_id = a.annotator_id
             WHERE a.label_id = ? AND b.label_id = ?
               AND (a.value = 'yes' AND b.value = 'no' OR a.value = 'no' AND b.value = 'yes')`,
            id,
            into,
          ),
  };
}

/** Yes for `from` becomes yes for `into`, in one revision per annotator. Returns the revisions. */
export function mergeDecisions(
  { db, stores: { annotations } }: Project,
  { from, into }: { from: number; into: number },
): number[] {
  const rows = db
    .prepare(
      `SELECT a.document_id AS documentId, a.annotator_id AS annotatorId FROM current_decisions a
       LEFT JOIN current_decisions b
         ON b.document_id = a.document_id AND b.annotator_id = a.annotator_id AND b.label_id = @into
       WHERE a.label_id = @from AND a.value = 'yes' AND coalesce(b.value, 'undecided') <> 'yes'`,
    )
    .all({ from, into }) as { documentId: number; annotatorId: number }[];
  const revisions = new Map<number, number>();
  for (const { documentId, annotatorId } of rows) {
    const revision =
      revisions.get(annotatorId) ?? annotations.addRevision(annotatorId, 'merge', new Date().toISOString());
    revisions.set(annotatorId, revision);
    annotations.decide(revision, { documentId, annotatorId, labelId: into, value: 'yes' });
  }
  return [...revisions.values()];
}

/** Restores what merging changed, except where someone has decided again since. */
export function unmergeDecisions(
  { db, stores: { annotations } }: Project,
  revisions: readonly number[],
): void {
  const changed = db.prepare(
    `SELECT d.document_id AS documentId, d.annotator_id AS annotatorId, d.label_id AS labelId,
       (SELECT p.value FROM decisions p WHERE p.document_id = d.document_id AND p.annotator_id = d.annotator_id
        AND p.label_id = d.label_id AND p.revision_id < d.revision_id ORDER BY p.revision_id DESC LIMIT 1) AS before
     FROM decisions d
     JOIN current_decisions c ON c.document_id = d.document_id AND c.annotator_id = d.annotator_id
       AND c.label_id = d.label_id AND c.revision_id = d.revision_id
     JOIN revisions r ON r.id = d.revision_id AND r.kind = 'merge'
     WHERE d.revision_id = ?`,
  );
  for (const merged of revisions) {
    const rows = changed.all(merged) as {
      documentId: number;
      annotatorId: number;
      labelId: number;
      before: Value | null;
    }[];
    const [first] = rows;
    if (!first) continue;
    const revision = annotations.addRevision(first.annotatorId, 'merge', new Date().toISOString(), merged);
    for (const { before, ...row } of rows)
      annotations.decide(revision, { ...row, value: before ?? 'undecided' });
  }
}
