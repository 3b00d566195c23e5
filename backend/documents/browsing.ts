import type { Filter, Row, SORTS } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { suggestionsFor } from '../suggesting/reader.ts';
import { matchingIds } from './filtering.ts';

export interface BrowseRequest {
  readonly annotator: string;
  readonly filter: Filter;
  readonly sort: (typeof SORTS)[number];
  readonly offset: number;
  readonly limit: number;
}

/** UTF-16 units of a document that a row shows. */
const START = 200;

/** A page of documents, and how many match in all. */
export function browse(project: Project, request: BrowseRequest): { total: number; rows: Row[] } {
  const ids = matchingIds(project, request);
  const page = ids.slice(request.offset, request.offset + request.limit);
  return { total: ids.length, rows: rowsOf(project, request, [...page]) };
}

interface StoredRow {
  readonly id: number;
  readonly externalId: string | null;
  readonly start: string;
  readonly status: string;
  readonly flagged: number;
  readonly labels: string;
}

function rowsOf(
  project: Project,
  { annotator, filter }: Pick<BrowseRequest, 'annotator' | 'filter'>,
  ids: readonly number[],
): Row[] {
  const { db, stores } = project;
  const live = new Set(stores.labels.all().map(({ id }) => id));
  const rows = db
    .prepare(
      `SELECT d.id, d.external_id AS externalId, substr(d.text, 1, ${START}) AS start,
         coalesce(s.status, 'new') AS status, coalesce(s.flagged, 0) AS flagged,
         (SELECT json_group_array(c.label_id) FROM current_decisions c
          WHERE c.document_id = d.id AND c.annotator_id = a.id AND c.value = 'yes') AS labels
       FROM json_each(@ids) j JOIN documents d ON d.id = j.value
       LEFT JOIN annotators a ON a.name = @annotator
       LEFT JOIN current_states s ON s.document_id = d.id AND s.annotator_id = a.id
       ORDER BY j.key`,
    )
    .all({ annotator, ids: JSON.stringify(ids) }) as StoredRow[];
  return rows.map((row) => {
    const suggestions = suggestionsFor(project, row.id);
    const shown = filter.suggested
      ? suggestions.find(({ labelId }) => labelId === filter.suggested?.labelId)
      : suggestions.reduce<(typeof suggestions)[number] | undefined>(
          (best, own) => (best && best.probability >= own.probability ? best : own),
          undefined,
        );
    return {
      id: row.id,
      externalId: row.externalId,
      start: row.start,
      status: row.status,
      flagged: row.flagged === 1,
      labels: (JSON.parse(row.labels) as number[]).filter((id) => live.has(id)),
      suggestion: shown ? { labelId: shown.labelId, probability: shown.probability } : null,
    };
  });
}
