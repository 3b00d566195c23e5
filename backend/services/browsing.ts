import type { Project } from '../project/file.ts';
import { searchQuery } from '../store/search.ts';

export interface DocumentRow {
  readonly id: number;
  readonly externalId: string | null;
  readonly start: string;
  /** Of the annotator who asks. */
  readonly status: string;
  readonly flagged: boolean;
  readonly labels: string[];
}

export interface BrowseRequest {
  readonly annotator: string;
  readonly search: string;
  readonly status: 'all' | 'new' | 'draft' | 'done' | 'skipped' | 'flagged';
  readonly offset: number;
  readonly limit: number;
}

const START = 200;

/** A page of documents in project order, and how many match in all. */
export function browse(project: Project, request: BrowseRequest): { total: number; rows: DocumentRow[] } {
  const query = searchQuery(request.search);
  if (query === null && request.search.trim() !== '') return { total: 0, rows: [] };
  const conditions = [
    ...(query === null
      ? []
      : ['d.id IN (SELECT rowid FROM documents_text WHERE documents_text MATCH @query)']),
    ...(request.status === 'all' ? [] : [STATUS[request.status]]),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const from = `FROM documents d LEFT JOIN annotators a ON a.name = @annotator
    LEFT JOIN current_states s ON s.document_id = d.id AND s.annotator_id = a.id ${where}`;
  const { annotator, limit, offset } = request;
  const total = project.db.prepare(`SELECT count(*) ${from}`).pluck().get({ annotator, query }) as number;
  const rows = project.db
    .prepare(
      `SELECT d.id, d.external_id AS externalId, substr(d.text, 1, ${START}) AS start,
         coalesce(s.status, 'new') AS status, coalesce(s.flagged, 0) AS flagged,
         (SELECT json_group_array(l.name) FROM current_decisions c JOIN labels l ON l.id = c.label_id
          WHERE c.document_id = d.id AND c.annotator_id = a.id AND c.value = 'yes') AS labels
       ${from} ORDER BY d.id LIMIT @limit OFFSET @offset`,
    )
    .all({ annotator, query, limit, offset }) as (Omit<DocumentRow, 'flagged' | 'labels'> & {
    flagged: number;
    labels: string;
  })[];
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      flagged: row.flagged === 1,
      labels: JSON.parse(row.labels) as string[],
    })),
  };
}

const STATUS: Readonly<Record<Exclude<BrowseRequest['status'], 'all'>, string>> = {
  new: "coalesce(s.status, 'new') = 'new'",
  draft: "s.status = 'draft'",
  done: "s.status = 'done'",
  skipped: "s.status = 'skipped'",
  flagged: 's.flagged = 1',
};
