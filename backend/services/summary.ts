import type { Summary } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

/** How far a project is, for one annotator. */
export function summaryOf(
  { db }: Project,
  { name, annotator }: { name: string; annotator: string },
): Summary {
  const count = (sql: string, ...values: unknown[]) =>
    db
      .prepare(sql)
      .pluck()
      .get(...values) as number;
  const withStatus = `SELECT count(*) FROM current_states s JOIN annotators a ON a.id = s.annotator_id
    WHERE s.status = ? AND a.name = ?`;
  return {
    name,
    annotator,
    documents: count('SELECT count(*) FROM documents'),
    done: count(withStatus, 'done', annotator),
    skipped: count(withStatus, 'skipped', annotator),
    suggested: suggested(db),
  };
}

/**
 * Documents with a suggestion: the label that has most of them has them all, apart from work under way. Counting
 * distinct documents would read every suggestion.
 */
function suggested(db: Project['db']): number {
  const labels = db.prepare('SELECT id FROM labels WHERE deleted_at IS NULL').pluck().all() as number[];
  const count = db.prepare('SELECT count(*) FROM suggestions WHERE label_id = ?').pluck();
  return Math.max(0, ...labels.slice(0, 50).map((id) => count.get(id) as number));
}
