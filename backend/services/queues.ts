import type { Project } from '../project/file.ts';
import { searchQuery } from '../store/search.ts';
import { disagreements } from './filtering.ts';

/** Documents that match a search and that the annotator has not finished, in project order. */
export function searchQueue(
  project: Project,
  { annotator, search, limit }: { annotator: string; search: string; limit: number },
): number[] {
  const query = searchQuery(search);
  if (query === null) return [];
  return project.db
    .prepare(
      `SELECT t.rowid FROM documents_text t WHERE documents_text MATCH @query
       AND t.rowid NOT IN (SELECT s.document_id FROM current_states s JOIN annotators a ON a.id = s.annotator_id
         WHERE a.name = @annotator AND s.status IN ('done', 'skipped'))
       ORDER BY t.rowid LIMIT @limit`,
    )
    .pluck()
    .all({ query, annotator, limit }) as number[];
}

/**
 * Documents to look at again: first those on which annotators say the opposite of each other, then those on which the
 * annotator and the model do.
 */
export function disagreementQueue(
  project: Project,
  { annotator, limit }: { annotator: string; limit: number },
): number[] {
  const { db, stores } = project;
  const between = db
    .prepare(
      `SELECT DISTINCT d.document_id FROM current_decisions d JOIN labels l ON l.id = d.label_id
       WHERE l.deleted_at IS NULL AND d.value IN ('yes', 'no')
       GROUP BY d.document_id, d.label_id HAVING min(d.value) <> max(d.value) ORDER BY d.document_id LIMIT ?`,
    )
    .pluck()
    .all(limit) as number[];
  const who = stores.annotations.annotators().find(({ name }) => name === annotator)?.id ?? 0;
  const withModel = [...disagreements(project, who)].sort((a, b) => a - b);
  return [...new Set([...between, ...withModel])].slice(0, limit);
}
