import type { FieldValue, Filter, Row, Sort } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { suggestionsFor } from '../suggesting/reader.ts';
import { matchingIds, suggestedFrom } from './filtering.ts';

export interface BrowseRequest {
  readonly annotator: string;
  readonly filter: Filter;
  readonly sort: Sort;
  /** Which fields the rows show. */
  readonly fields?: readonly string[] | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** UTF-16 units of a document that a row shows. */
const START = 200;

/** A page of documents, and how many match in all. `isCurrent`: whether what a scorer stored is what is suggested now. */
export function browse(
  project: Project,
  request: BrowseRequest,
  isCurrent: (scorer: number) => boolean = () => true,
): { total: number; rows: Row[]; suggestedFrom: number | null } {
  const ids = matchingIds(project, request);
  const page = ids.slice(request.offset, request.offset + request.limit);
  const { suggested } = request.filter;
  return {
    total: ids.length,
    rows: rowsOf(project, request, { ids: [...page], isCurrent }),
    suggestedFrom: suggested ? suggestedFrom(project, suggested) : null,
  };
}

function rowsOf(
  project: Project,
  { annotator, filter, fields = [] }: Pick<BrowseRequest, 'annotator' | 'filter' | 'fields'>,
  { ids, isCurrent }: { ids: readonly number[]; isCurrent: (scorer: number) => boolean },
): Row[] {
  const { labels, documentQuery, accepted } = project.stores;
  const live = new Set(labels.all().map(({ id }) => id));
  const standing = accepted.ofAll(ids);
  const beside = fields.length > 0 ? project.stores.fields.of(ids) : undefined;
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
      accepted: (standing.get(row.id) ?? []).map(({ labelId }) => labelId),
      suggestion: shown
        ? {
            labelId: shown.labelId,
            probability: shown.probability,
            ownAnswer: shown.ownAnswer,
            outdated: !isCurrent(shown.scorer),
          }
        : null,
      fields: fields.map((name) => beginning(beside?.get(row.id)?.get(name))),
    };
  });
}

const beginning = (value: FieldValue | undefined): FieldValue | null =>
  typeof value === 'string' ? value.slice(0, START) : (value ?? null);
