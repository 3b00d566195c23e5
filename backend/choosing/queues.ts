import { disagreements } from '../documents/filtering.ts';
import type { Project } from '../project/file.ts';
import { searchQuery } from '../project/store/search.ts';
import { nextDocuments, type Strategy } from './choosing.ts';

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

interface Queue {
  /** What the choice depends on, apart from what was annotated since. */
  readonly key: string;
  readonly chosen: readonly { id: number; reason: string }[];
}

const queues = new WeakMap<Project, Queue>();

/** Documents chosen at once: choosing among many takes its time, the next document must not. */
const AHEAD = 60;

/** What to label next, from a choice that is made for many documents and kept until they are used up. */
export function queued(project: Project, strategy: Strategy, limit: number): Queue['chosen'] {
  const { labels, settings, documents, annotations } = project.stores;
  const key = JSON.stringify([
    strategy,
    settings.get('activeRun'),
    settings.get('model'),
    labels.all().map(({ id, hypotheses }) => [id, hypotheses]),
    documents.count(),
  ]);
  const kept = queues.get(project);
  const left = kept?.key === key ? open(project, kept.chosen) : [];
  // Few are left for good where few documents are left at all.
  if (left.length >= limit) return left.slice(0, limit);
  const seed = 1 + annotations.lastRevision();
  const chosen = nextDocuments(project, { strategy, limit: Math.max(AHEAD, limit), seed }).map(
    ({ document, reason }) => ({ id: document.id, reason }),
  );
  queues.set(project, { key, chosen });
  return chosen.slice(0, limit);
}

/** Those that nobody has finished meanwhile. */
function open({ db }: Project, chosen: Queue['chosen']): Queue['chosen'] {
  const handled = db
    .prepare("SELECT 1 FROM current_states WHERE document_id = ? AND status IN ('done', 'skipped') LIMIT 1")
    .pluck();
  return chosen.filter(({ id }) => handled.get(id) === undefined);
}
