import type { Filter, SORTS } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { searchQuery } from '../store/search.ts';
import { scoreTable } from './scoreTable.ts';

export interface FilterRequest {
  readonly annotator: string;
  readonly filter: Filter;
  readonly sort: (typeof SORTS)[number];
}

interface Kept {
  readonly key: string;
  readonly ids: Uint32Array;
}

/** The last answer per project: turning a page must not search again. */
const kept = new WeakMap<Project, Kept>();

/** Ids of all documents that match, in the order of the sort. */
export function matchingIds(project: Project, request: FilterRequest): Uint32Array {
  const key = JSON.stringify([request.annotator, request.filter, request.sort, versionFor(project, request)]);
  const known = kept.get(project);
  if (known?.key === key) return known.ids;
  const ids = sorted(project, request, find(project, request));
  kept.set(project, { key, ids });
  return ids;
}

/** What the answer depends on: it is kept as long as this stays. */
function versionFor({ db, stores }: Project, { filter, sort }: FilterRequest): number[] {
  const scored =
    filter.suggested !== undefined || filter.disagreement || sort === 'suggestion' || sort === 'uncertain';
  const last = db.prepare('SELECT coalesce(max(id), 0) FROM documents').pluck().get() as number;
  const changes = db.prepare('SELECT total_changes()').pluck();
  return [stores.annotations.lastRevision(), last, scored ? (changes.get() as number) : 0];
}

function find(project: Project, { annotator, filter, sort }: FilterRequest): Uint32Array {
  const query = searchQuery(filter.search);
  if (query === null && filter.search.trim() !== '') return new Uint32Array();
  const { db, stores } = project;
  const who = stores.annotations.annotators().find(({ name }) => name === annotator)?.id ?? 0;
  const parts = conditions(filter, query !== null);
  const values = {
    who,
    query,
    decidedLabel: filter.decided?.labelId ?? 0,
    decidedValue: filter.decided?.value ?? '',
    suggestedLabel: filter.suggested?.labelId ?? 0,
    from: filter.suggested?.from ?? 0,
    to: filter.suggested?.to ?? 0,
  };
  const where = parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
  const ids = db.prepare(`SELECT d.id FROM documents d ${where} ORDER BY ${ORDER[sort]}`).pluck();
  const found = Uint32Array.from(ids.all(values) as number[]);
  if (!filter.disagreement) return found;
  const contradicting = disagreements(project, who);
  return found.filter((id) => contradicting.has(id));
}

const ORDER: Readonly<Record<FilterRequest['sort'], string>> = {
  order: 'd.id',
  newest: 'd.id DESC',
  longest: 'length(d.text) DESC, d.id',
  shortest: 'length(d.text), d.id',
  suggestion: 'd.id',
  uncertain: 'd.id',
};

const STATE = 'SELECT document_id FROM current_states WHERE annotator_id = @who AND';
const STATUS: Readonly<Record<Exclude<Filter['status'], 'all'>, string>> = {
  new: `d.id NOT IN (${STATE} status <> 'new')`,
  draft: `d.id IN (${STATE} status = 'draft')`,
  done: `d.id IN (${STATE} status = 'done')`,
  skipped: `d.id IN (${STATE} status = 'skipped')`,
  flagged: `d.id IN (${STATE} flagged = 1)`,
};

const DECIDED = `SELECT document_id FROM current_decisions
  WHERE label_id = @decidedLabel AND annotator_id = @who AND value`;

function conditions(filter: Filter, searching: boolean): string[] {
  const parts: string[] = [];
  if (searching) parts.push('d.id IN (SELECT rowid FROM documents_text WHERE documents_text MATCH @query)');
  if (filter.status !== 'all') parts.push(STATUS[filter.status]);
  if (filter.decided?.value === 'undecided') parts.push(`d.id NOT IN (${DECIDED} IN ('yes', 'no'))`);
  else if (filter.decided) parts.push(`d.id IN (${DECIDED} = @decidedValue)`);
  if (filter.suggested) {
    parts.push(
      `d.id IN (SELECT document_id FROM suggestions
       WHERE label_id = @suggestedLabel AND probability BETWEEN @from AND @to)`,
    );
  }
  if (filter.duplicates) {
    parts.push('d.sha256 IN (SELECT sha256 FROM documents GROUP BY sha256 HAVING count(*) > 1)');
  }
  return parts;
}

/** Documents on which the annotator and the model say the opposite of each other, for some label. */
export function disagreements(project: Project, annotatorId: number): Set<number> {
  const thresholds = scoreTable(project).thresholds;
  const rows = project.db
    .prepare(
      `SELECT c.document_id AS id, c.label_id AS labelId, c.value, s.probability FROM current_decisions c
       JOIN suggestions s ON s.document_id = c.document_id AND s.label_id = c.label_id
       WHERE c.annotator_id = ? AND c.value IN ('yes', 'no')`,
    )
    .iterate(annotatorId) as Iterable<{ id: number; labelId: number; value: string; probability: number }>;
  const found = new Set<number>();
  for (const { id, labelId, value, probability } of rows) {
    const threshold = thresholds.get(labelId);
    if (threshold !== undefined && (value === 'yes') !== probability >= threshold) found.add(id);
  }
  return found;
}

function sorted(project: Project, { filter, sort }: FilterRequest, ids: Uint32Array): Uint32Array {
  if (sort !== 'suggestion' && sort !== 'uncertain') return ids;
  const table = scoreTable(project);
  const rank =
    sort === 'uncertain'
      ? (id: number) => -table.uncertainty(id)
      : (id: number) => -table.highest(id, filter.suggested?.labelId);
  const ranks = new Map<number, number>();
  for (const id of ids) ranks.set(id, rank(id));
  return ids.slice().sort((a, b) => ranks.get(a)! - ranks.get(b)! || a - b);
}
