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

function rowsOf(
  project: Project,
  { annotator, filter }: Pick<BrowseRequest, 'annotator' | 'filter'>,
  ids: readonly number[],
): Row[] {
  const { labels, documentQuery } = project.stores;
  const live = new Set(labels.all().map(({ id }) => id));
  return documentQuery.rows(annotator, ids, START).map((row) => {
    const suggestions = suggestionsFor(project, row.id);
    const shown = filter.suggested
      ? suggestions.find(({ labelId }) => labelId === filter.suggested?.labelId)
      : suggestions.reduce<(typeof suggestions)[number] | undefined>(
          (best, own) => (best && best.probability >= own.probability ? best : own),
          undefined,
        );
    return {
      ...row,
      labels: row.labels.filter((id) => live.has(id)),
      suggestion: shown ? { labelId: shown.labelId, probability: shown.probability } : null,
    };
  });
}
