import type { Summary } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

/** How far a project is, for one annotator. */
export function summaryOf(
  project: Project,
  { name, annotator }: { name: string; annotator: string },
): Summary {
  const count = (sql: string, ...values: unknown[]) =>
    project.db
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
  };
}
