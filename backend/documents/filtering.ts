import type { Filter, SORTS } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { searchQuery } from '../project/store/search.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { scoreTable } from '../suggesting/scoreTable.ts';

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
  const found =
    query === null && conditions(filter).length === 0 && ORDER[sort] === 'id'
      ? stores.documents.ids()
      : select(db, { query, filter, sort, who });
  const suggested = filter.suggested ? found.filter(isSuggested(project, filter.suggested)) : found;
  if (!filter.disagreement) return suggested;
  const contradicting = disagreements(project, who);
  return suggested.filter((id) => contradicting.has(id));
}

/** Whether a document's probability of a label lies within these bounds. */
function isSuggested(project: Project, { labelId, from, to }: NonNullable<Filter['suggested']>) {
  const suggestions = suggestionsOf(project);
  return (id: number): boolean => {
    const probability = suggestions.probability(id, labelId);
    return probability >= from && probability <= to;
  };
}

function select(
  db: Project['db'],
  { query, filter, sort, who }: Omit<FilterRequest, 'annotator'> & { query: string | null; who: number },
): Uint32Array {
  // The index of words answers alone, unless the order needs the documents themselves.
  const byWords = query !== null && !ORDER[sort].startsWith('length');
  const [table, id] = byWords ? ['documents_text', 'rowid'] : ['documents', 'id'];
  const matching = 'SELECT rowid FROM documents_text WHERE documents_text MATCH @query';
  const where = [
    ...(byWords ? ['documents_text MATCH @query'] : query === null ? [] : [`id IN (${matching})`]),
    ...conditions(filter).map((condition) => `${id} ${condition}`),
  ];
  const order = byWords ? ORDER[sort].replace(/^id/, 'rowid') : ORDER[sort];
  const rows = db
    .prepare(
      `SELECT ${id} FROM ${table} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY ${order}`,
    )
    .pluck()
    .all({
      who,
      query,
      decidedLabel: filter.decided?.labelId ?? 0,
      decidedValue: filter.decided?.value ?? '',
    });
  return Uint32Array.from(rows as number[]);
}

const ORDER: Readonly<Record<FilterRequest['sort'], string>> = {
  order: 'id',
  newest: 'id DESC',
  longest: 'length(text) DESC, id',
  shortest: 'length(text), id',
  suggestion: 'id',
  uncertain: 'id',
};

const STATE = 'SELECT document_id FROM current_states WHERE annotator_id = @who AND';
const STATUS: Readonly<Record<Exclude<Filter['status'], 'all'>, string>> = {
  new: `NOT IN (${STATE} status <> 'new')`,
  draft: `IN (${STATE} status = 'draft')`,
  done: `IN (${STATE} status = 'done')`,
  skipped: `IN (${STATE} status = 'skipped')`,
  flagged: `IN (${STATE} flagged = 1)`,
};

const DECIDED = `SELECT document_id FROM current_decisions
  WHERE label_id = @decidedLabel AND annotator_id = @who AND value`;
const DUPLICATES = `SELECT id FROM documents
  WHERE sha256 IN (SELECT sha256 FROM documents GROUP BY sha256 HAVING count(*) > 1)`;

/** Conditions on a document's id; all hold together. */
const conditions = ({ status, decided, duplicates }: Filter): string[] => [
  ...(status === 'all' ? [] : [STATUS[status]]),
  ...(decided === undefined
    ? []
    : decided.value === 'undecided'
      ? [`NOT IN (${DECIDED} IN ('yes', 'no'))`]
      : [`IN (${DECIDED} = @decidedValue)`]),
  ...(duplicates ? [`IN (${DUPLICATES})`] : []),
];

/** Documents on which the annotator and the model say the opposite of each other, for some label. */
export function disagreements(project: Project, annotatorId: number): Set<number> {
  const { thresholds, probability } = scoreTable(project);
  const rows = project.db
    .prepare(
      `SELECT document_id, label_id, value FROM current_decisions
       WHERE annotator_id = ? AND value IN ('yes', 'no')`,
    )
    .raw()
    .iterate(annotatorId) as Iterable<[number, number, string]>;
  const found = new Set<number>();
  for (const [id, labelId, value] of rows) {
    const threshold = thresholds.get(labelId);
    const suggested = probability(id, labelId);
    if (threshold === undefined || Number.isNaN(suggested)) continue;
    if ((value === 'yes') !== suggested >= threshold) found.add(id);
  }
  return found;
}

/** Ranks and places as one number each, which sorts without a comparison function. */
const RANKS = 1_000_000;
const PLACES = 2 ** 26;

function sorted(project: Project, { filter, sort }: FilterRequest, ids: Uint32Array): Uint32Array {
  if (sort !== 'suggestion' && sort !== 'uncertain') return ids;
  const table = scoreTable(project);
  const value = (id: number) =>
    sort === 'uncertain' ? table.uncertainty(id) : table.highest(id, filter.suggested?.labelId);
  const keys = Float64Array.from(ids, (id, place) => Math.round((1 - value(id)) * RANKS) * PLACES + place);
  return Uint32Array.from(keys.sort(), (key) => ids[key % PLACES]!);
}
